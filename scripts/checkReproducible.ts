/** Compiles the kernels twice, the second time from a copy elsewhere, and compares the bytes with each other and with what was built. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "regulus-reproducible-"));

function compile(cwd: string, outFile: string): string {
  execFileSync("asc", ["assembly/index.ts", "--target", "release", "--outFile", outFile], { cwd, stdio: "inherit" });
  return outFile;
}

try {
  for (const path of ["assembly", "asconfig.json"]) cpSync(path, join(folder, path), { recursive: true });
  const binaries = [
    compile(".", join(folder, "here.wasm")),
    compile(folder, join(folder, "elsewhere.wasm")),
    "dist/kernels.wasm",
  ];
  const sums = binaries.map((path) => createHash("sha256").update(readFileSync(path)).digest("hex"));
  console.log(
    sums.map((sum, i) => `${sum}  ${["compiled here", "compiled elsewhere", "dist/kernels.wasm"][i]}`).join("\n"),
  );
  if (new Set(sums).size !== 1) throw new Error("the kernels do not build to the same bytes twice");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
