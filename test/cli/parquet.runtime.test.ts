import { fitMany } from "regulus";
import { readQuery } from "regulus/readers";
import { beforeAll, expect, test } from "vitest";
import { workplace } from "./command.js";
import { csv, design, many } from "./shops.js";

const { regulus, write, path } = workplace();

beforeAll(() => write("shops.csv", csv()));

test("in Parquet each model is a row, with its group, what is known of its fit, and a column for each coefficient", async () => {
  const { X, y, groups } = await design();
  const expected = fitMany({ X, y, groups: groups as string[], lambda: 0.1, l1Ratio: 0.5 });
  const { code } = await regulus([...many, "--lambda", "0.1", "--l1-ratio", "0.5", "--output", "models.parquet"]);
  expect(code).toBe(0);
  const { value } = await readQuery(`SELECT * FROM '${path("models.parquet")}'`).next();
  expect(value?.names).toEqual([
    "key",
    "lambda",
    "l1Ratio",
    "converged",
    "error",
    "(intercept)",
    "price",
    "size",
    "kind=a",
    "kind=b",
  ]);
  expect(value?.columns.key).toEqual(expected.keys);
  expect(value?.columns.price).toEqual(
    Float64Array.from(expected.keys as string[], (_, i) => expected.model(i).coefficients[0]),
  );
  expect(value?.columns["(intercept)"]).toEqual(expected.intercepts);
});
