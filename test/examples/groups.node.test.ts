import { fitMany } from "regulus";
import { expect, test } from "vitest";
import { fitShops, makeSales } from "../../examples/groups.js";
import { assertSame } from "../executors/calls.js";
import { plainWorker } from "../executors/nodeWorkers.js";

test("a model for each shop by workers, as by one call, with progress up to the end", async () => {
  const sales = makeSales(4000, 40, 1);
  const seen: number[] = [];
  const many = await fitShops(sales, (done, total) => seen.push(done / total), { workers: 2, worker: plainWorker });
  assertSame(many, fitMany({ ...sales, lambda: "cv", folds: 5, seed: 1, rule: "1se" }));
  expect(seen.at(-1)).toBe(1);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  // What rows were made with: the price counts three times as much in shop 17 as in shop 15
  const effect = (shop: string): number =>
    many
      .at(shop)
      .table()
      .find(({ name }) => name === "price")?.coefficient ?? 0;
  expect(effect("shop 17")).toBeLessThan(-2.5);
  expect(effect("shop 15")).toBeGreaterThan(-1.5);
});
