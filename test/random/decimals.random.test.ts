/** 10,000,000 decimals against `Number`, and the twins against each other: of 1 to 25 digits, next to the middles of doubles, with exponents. */

import { expect, test } from "vitest";
import { randomStream } from "../support/arbitraries.js";
import { backends, runOn } from "../support/backends.js";
import { drawNumber, readColumn } from "../support/decimals.js";

const BATCH = 10_000;
const BATCHES = 1000;
const SECONDS = Number(process.env.RANDOM_SECONDS ?? Number.POSITIVE_INFINITY);
/** What RANDOM_SECONDS cuts short has tried so many batches. */
const AT_LEAST = 20;

test("are read to the bits of Number, or given back by both", { timeout: 3_600_000 }, () => {
  const start = performance.now();
  let numbers = 0;
  let returned = 0;
  for (let batch = 0; batch < BATCHES; ++batch) {
    if (batch >= AT_LEAST && performance.now() - start > SECONDS * 1000) break;
    const next = randomStream(batch);
    const fields = Array.from({ length: BATCH }, () => drawNumber(next));
    const [first, second] = backends.map((backend) =>
      runOn(backend, (heap, kernels) => readColumn(kernels, heap, fields)),
    );
    expect(second.returned).toEqual(first.returned);
    const back = new Set(first.returned);
    fields.forEach((field, i) => {
      if (back.has(i)) return;
      const expected = Number(field);
      if (Object.is(first.values[i], expected) && Object.is(second.values[i], expected)) return;
      throw new Error(`${field} is read as ${first.values[i]} and ${second.values[i]}`);
    });
    numbers += BATCH;
    returned += back.size;
  }
  console.log(`${numbers} numbers, ${((100 * returned) / numbers).toFixed(2)} % of them given back`);
  expect(numbers).toBeGreaterThanOrEqual(AT_LEAST * BATCH);
});
