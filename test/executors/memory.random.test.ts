import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

/** `FITS=100000 MEBIBYTES=1024 npm run test:random -- executors/memory`. */
const { FITS = "50000", MEBIBYTES = "256" } = process.env;
/** MiB by which so many fits, each time, or what is given back may raise the resident memory of the process. */
const RISE = 5;
/** And by which chunks that come one after the other may raise its peak, over that of the first 32: garbage that is not collected yet. */
const CHUNKS = 64;
/** And a batch that is sent by the piece: two pieces of 17 for each worker, what workers are, results. */
const PIECES = 160;

test(`${FITS} fits leave no memory behind, ${MEBIBYTES} MiB of chunks and a fit of as much give theirs back`, {
  timeout: 1_200_000,
}, () => {
  const script = fileURLToPath(new URL("memoryProcess.mjs", import.meta.url));
  const text = execFileSync(process.execPath, ["--expose-gc", script, FITS, MEBIBYTES], { encoding: "utf8" });
  console.log(`MiB: ${text}`);
  const { rise, after, rows, streamed, fitted, copied, lambdas, held, left } = JSON.parse(text) as Record<
    string,
    number
  >;
  expect(rise).toBeLessThan(RISE);
  expect(rows).toBe(65536 * Number(MEBIBYTES));
  expect(streamed).toBeLessThan(CHUNKS);
  expect(fitted).toBe(true);
  expect(copied).toBeLessThan(PIECES);
  expect(lambdas).toBe(2);
  // X was there, or there would be nothing to give back.
  expect(held).toBeGreaterThan(after + Number(MEBIBYTES));
  expect(left - after).toBeLessThan(RISE);
});
