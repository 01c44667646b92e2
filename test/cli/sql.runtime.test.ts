import { readFileSync } from "node:fs";
import { type Model, modelFromJSON } from "regulus";
import { beforeAll, expect, test } from "vitest";
import { numbersCsv, workplace } from "./command.js";

const { regulus, write, path } = workplace();

beforeAll(async () => {
  write("numbers.csv", numbersCsv(200, 6));
  await regulus(["fit", "numbers.csv", "-t", "y", "--lambda", "0.1", "-o", "model.json"]);
}, 60_000);

test("what DuckDB refuses", async () => {
  const { code, stderr } = await regulus(["fit", "--sql", "SELECT nothing", "-t", "y", "--lambda", "1"]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^regulus: DuckDB refuses the query: .*nothing/);
});

test("rows of a query become CSV with their predictions, dates as dates", async () => {
  const rows = [
    [1, 0.5, 0, 1, 2, 0],
    [2, -1, 3, 1, 2, 1],
  ];
  const model = modelFromJSON(JSON.parse(readFileSync(path("model.json"), "utf8"))) as Model;
  const [a, b] = model.predict(rows);
  const header = "x0,x1,x2,x3,x4,x5";
  write("sql.csv", `${header}\n${rows.map((row) => row.join(",")).join("\n")}\n`);
  const sql = `SELECT * FROM read_csv('${path("sql.csv")}')`;
  expect((await regulus(["predict", "model.json", "--sql", sql])).stdout).toBe(
    `${header},prediction\n1,0.5,0,1,2,0,${a}\n2,-1,3,1,2,1,${b}\n`,
  );
  const day = `SELECT *, DATE '2022-01-08' AS "day" FROM read_csv('${path("sql.csv")}') LIMIT 1`;
  expect((await regulus(["predict", "model.json", "--sql", day])).stdout).toBe(
    `${header},day,prediction\n1,0.5,0,1,2,0,2022-01-08,${a}\n`,
  );
});
