import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Reference, reference } from "../../src/queue/createQueueExecutor.js";

/** Folders of workers and coordinators. */
export function folders() {
  const root = mkdtempSync(join(tmpdir(), "regulus-queue-"));
  const dataRoot = mkdtempSync(join(root, "data-"));
  const resultRoot = mkdtempSync(join(root, "results-"));
  /** Writes numbers, and says where they are. */
  const put = (url: string, values: Float64Array, columns: number, rows?: [number, number]): Reference => {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    writeFileSync(join(dataRoot, url), bytes);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return reference({ url, columns, rows: rows ?? [0, values.length / columns], sha256 });
  };
  return { root, dataRoot, resultRoot, put, remove: () => rmSync(root, { recursive: true, force: true }) };
}
