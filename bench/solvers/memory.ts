import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Shapes of dense float64 data, wide and tall, large enough for what the process itself needs not to count. */
const shapes = [
  [2000, 10000],
  [200000, 100],
] as const;

/** What a fit may need beyond the caller's X, over the size of X. */
export const MEMORY_AT_MOST = 1.6;

export interface Memory {
  n: number;
  p: number;
  /** Bytes of X. */
  size: number;
  /** How far the peak of the process rose through the fit, over the size of X. */
  ratio: number;
}

/** Measures the peak memory of a lasso path, each shape in a process of its own. */
export function measureMemory(): Memory[] {
  const script = fileURLToPath(new URL("./memoryChild.ts", import.meta.url));
  return shapes.map(([n, p]) => {
    const words = ["--import", import.meta.resolve("tsx"), script, String(n), String(p)];
    const bytes = Number(execFileSync(process.execPath, words, { encoding: "utf8" }));
    const size = 8 * n * p;
    return { n, p, size, ratio: bytes / size };
  });
}
