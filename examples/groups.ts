/**
 * One model for each of 20,000 shops, of a million rows in any order, each with its own lambda by cross-validation, on all cores, with a
 * progress bar. Run it with `npm run groups`; `npm run groups -- 100000 2000` takes fewer rows and shops.
 */

import { SingleBar } from "cli-progress";
import { dense, type ManyModels } from "regulus";
import { createExecutor, type PoolOptions } from "regulus/workers";
import { isMain } from "./isMain.js";
import { randomNumbers } from "./random.js";

const NAMES = ["price", "rain", "holiday", "football", "neighbour", "weekday", "heat", "news"];

/** What shops sell by what the day is like: how much depends on the shop. X is in memory that workers read without a copy. */
export function makeSales(rows: number, shops: number, seed: number) {
  const random = randomNumbers(seed);
  const p = NAMES.length;
  const data = new Float64Array(new SharedArrayBuffer(8 * rows * p));
  for (let k = 0; k < data.length; ++k) data[k] = 2 * random() - 1;
  const groups = Array.from({ length: rows }, () => `shop ${Math.floor(shops * random())}`);
  const y = Float64Array.from(groups, (shop, i) => {
    const number = Number(shop.slice(5));
    const effect = 1 + (number % 3);
    return 10 - effect * data[i * p] + (number % 2) * data[i * p + 1] + random();
  });
  return { X: dense(data, rows, p), y, groups, names: NAMES };
}

/** A model for each shop, on all cores. */
export async function fitShops(
  sales: ReturnType<typeof makeSales>,
  onProgress: (done: number, total: number) => void,
  pool: PoolOptions = {},
): Promise<ManyModels> {
  const executor = createExecutor(pool);
  try {
    return await executor.fitMany(
      { ...sales, lambda: "cv", folds: 5, seed: 1, rule: "1se" },
      { onProgress: ({ done, total }) => onProgress(done, total) },
    );
  } finally {
    await executor.close();
  }
}

if (isMain(import.meta.url)) {
  const [rows = 1_000_000, shops = 20_000] = process.argv.slice(2).map(Number);
  console.log(`${rows} rows of ${shops} shops …`);
  const sales = makeSales(rows, shops, 1);
  const bar = new SingleBar({ format: "{bar} {percentage} % | {value} of {total} models | {duration_formatted}" });
  bar.start(shops, 0);
  const start = performance.now();
  const many = await fitShops(sales, (done, total) => {
    bar.setTotal(total);
    bar.update(done);
  });
  bar.stop();
  console.log(`${many.keys?.length} models in ${((performance.now() - start) / 1e3).toFixed(1)} s`);
  console.log(many);
  console.log(many.at("shop 17"));
}
