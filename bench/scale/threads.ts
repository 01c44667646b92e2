import { dense, encodingOf, fitMany, GramAccumulator, inlineExecutor } from "regulus";
import { readCsv } from "regulus/readers";
import { createExecutor } from "regulus/workers";
import { often, processor, seconds } from "../timing.js";
import type { Csv, Problems } from "./data.js";
import { COLUMNS, COUNT, PARTS, ROWS } from "./gates.js";
import type { Rates, Stages } from "./results.js";

/** How often sums are merged in a round. */
const MERGES = 200;

/** What each stage of a call takes in this thread. */
export async function measureStages({ path, X, y }: Csv, { options }: Problems, rounds: number): Promise<Stages> {
  const micro = async (count: number, work: () => unknown): Promise<number> =>
    ((await often(rounds, () => processor(work))) * 1e6) / count;
  const readAll = async (): Promise<void> => {
    for await (const chunk of readCsv(path)) if (chunk.rows === 0) throw new Error("no rows");
  };
  const shared = new Float64Array(new SharedArrayBuffer(X.data.byteLength));
  const size = ROWS / PARTS;
  const parts = Array.from({ length: PARTS }, (_, k) =>
    new GramAccumulator(COLUMNS).add(
      dense(X.data.subarray(k * size * COLUMNS, (k + 1) * size * COLUMNS), size, COLUMNS),
      y.subarray(k * size, (k + 1) * size),
    ),
  );
  const fit = await micro(COUNT, () => fitMany(options));
  // By the same interface on this thread, in the same pieces: what it takes more than the fits is cutting and merging.
  const inline = inlineExecutor();
  const pieces = await micro(COUNT, () => inline.fitMany(options));
  await inline.close();
  return {
    parseRow: await micro(ROWS, readAll),
    copyRow: await micro(ROWS, () => shared.set(X.data)),
    sumRow: await micro(ROWS, () => new GramAccumulator(COLUMNS).add(X, y)),
    // Often enough for it to be compiled, as it is where there is much of it.
    mergeSums: await micro(MERGES * parts.length, () => {
      const all = new GramAccumulator(COLUMNS);
      for (let k = 0; k < MERGES; ++k) for (const part of parts) all.merge(part);
      return all.rows;
    }),
    fitModel: fit,
    mergeModel: Math.max(0, pieces - fit),
  };
}

/** What is done in a second at once, and by workers. */
export async function measureWorkers({ path, X, y }: Csv, { options }: Problems, rounds: number): Promise<Rates[]> {
  const first = readCsv(path);
  const encoding = await encodingOf(first, { target: "y" });
  const rate = async (count: number, work: () => unknown): Promise<number> =>
    count / (await often(rounds, () => seconds(work)));
  const atOnce = inlineExecutor();
  const rates: Rates[] = [
    {
      way: "at once",
      models: await rate(COUNT, () => fitMany(options)),
      rows: await rate(ROWS, () => new GramAccumulator(COLUMNS).add(X, y)),
      csvRows: await rate(ROWS, () => atOnce.gramOf(readCsv(path), { encoding, target: "y" })),
    },
  ];
  await atOnce.close();
  for (const workers of [1, 2]) {
    const executor = createExecutor({ workers });
    rates.push({
      way: workers === 1 ? "one worker" : `${workers} workers`,
      models: await rate(COUNT, () => executor.fitMany(options)),
      rows: await rate(ROWS, () => executor.gram(X, y)),
      csvRows: await rate(ROWS, () => executor.gramOf(readCsv(path), { encoding, target: "y" })),
    });
    await executor.close();
  }
  return rates;
}
