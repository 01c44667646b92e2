/** Compiles the kernels twice more, in copies elsewhere, and compares the bytes with each other and with what was built. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const BINARIES = ["vectors", "fits", "kernels", "text"];
const folder = mkdtempSync(join(tmpdir(), "regulus-reproducible-"));

function build(name: string): string {
  const copy = join(folder, name);
  mkdirSync(copy);
  for (const path of ["assembly", "scripts", "src/kernels", "asconfig.json", "package.json"]) {
    cpSync(path, join(copy, path), { recursive: true, filter: (source) => !/generated|node_modules/.test(source) });
  }
  symlinkSync(resolve("node_modules"), join(copy, "node_modules"), "dir");
  execFileSync("tsx", ["scripts/buildKernels.ts"], { cwd: copy, stdio: "inherit" });
  return copy;
}

try {
  const places = { built: ".", "compiled again": build("once"), "compiled elsewhere": build("somewhere else") };
  for (const binary of BINARIES) {
    const sums = Object.entries(places).map(([name, place]) => {
      const sum = createHash("sha256")
        .update(readFileSync(join(place, `build/${binary}.wasm`)))
        .digest("hex");
      console.log(`${sum}  ${binary}.wasm, ${name}`);
      return sum;
    });
    if (new Set(sums).size !== 1) throw new Error(`${binary}.wasm does not build to the same bytes twice`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
