/** Runs modules of pages one after the other, each in a folder of its own with the files that pages name: what went wrong, by page, as JSON. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeTables } from "./tables.js";

const faults: Record<string, string> = {};
console.log = () => {};
for (const path of process.argv.slice(2)) {
  const folder = mkdtempSync(join(tmpdir(), "regulus-docs-"));
  writeTables(folder);
  process.chdir(folder);
  try {
    const { page } = await import(path);
    await page();
  } catch (error) {
    faults[path] = error instanceof Error ? `${error.stack}` : String(error);
  }
  process.chdir(tmpdir());
  rmSync(folder, { recursive: true });
}
process.stdout.write(JSON.stringify(faults));
