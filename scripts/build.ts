/**
 * Builds all there is: the kernels, the page of a report, dist/. Nothing is done where neither what it is made of nor what was made has
 * changed since the last time, as most commands begin with it.
 */
import { execSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const SOURCES = ["assembly", "scripts", "src"];
const SETTINGS = /^(package|package-lock|asconfig|tsconfig(\..+)?)\.json$|^tsdown\.config\.ts$/;
const OUTPUTS = ["build", "dist", "src"];
const STAMP = "build/all.stamp";

const isGenerated = (path: string): boolean => /(^|\/)generated\//.test(path);

function filesOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => join(folder, path));
  return paths.filter((path) => statSync(path).isFile()).sort();
}

/** What it is made of by its contents, what was made by its size and time. */
function fingerprint(): string {
  const hash = createHash("sha256").update(process.version);
  const sources = SOURCES.flatMap(filesOf).filter((path) => !isGenerated(path));
  for (const path of [...sources, ...readdirSync(".").filter((name) => SETTINGS.test(name))]) {
    hash.update(path).update(readFileSync(path));
  }
  const outputs = OUTPUTS.flatMap(filesOf).filter((path) => !path.startsWith("src/") || isGenerated(path));
  for (const path of outputs) {
    // What others keep in build/ is none of this.
    if (path.startsWith("build/") && !/^build\/[^/]+\.(wasm|js|d\.ts)$/.test(path)) continue;
    const { size, mtimeMs } = statSync(path);
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  }
  return hash.digest("hex");
}

if (!existsSync(STAMP) || readFileSync(STAMP, "utf8") !== fingerprint()) {
  for (const part of ["wasm", "report", "js"]) execSync(`npm run --silent build:${part}`, { stdio: "inherit" });
  writeFileSync(STAMP, fingerprint());
}
