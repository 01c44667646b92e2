import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

/** `FITS=100000 MEBIBYTES=1024 npm run test:random -- executors/memory`. */
const { FITS = "50000", MEBIBYTES = "256" } = process.env;
/** MiB by which the resident memory of the process may rise. */
const RISE = 5;

test(`${FITS} fits through a pool leave no memory behind, and one of ${MEBIBYTES} MiB gives its own back`, {
  timeout: 1_200_000,
}, () => {
  const script = fileURLToPath(new URL("memoryProcess.mjs", import.meta.url));
  const text = execFileSync(process.execPath, ["--expose-gc", script, FITS, MEBIBYTES], { encoding: "utf8" });
  const { before, after, lambdas, held, left } = JSON.parse(text) as Record<string, number>;
  console.log(
    `MiB: ${before} before ${FITS} fits, ${after} after; ${held} at the end of a large one, ${left} after it`,
  );
  expect(after - before).toBeLessThan(RISE);
  expect(lambdas).toBe(2);
  // X was there, or there would be nothing to give back.
  expect(held).toBeGreaterThan(after + Number(MEBIBYTES));
  expect(left - after).toBeLessThan(RISE);
});
