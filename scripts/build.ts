/**
 * Builds all there is: the kernels, the page of a report, dist/. Nothing is done where neither what it is made of nor what was made has
 * changed since the last time, as most commands begin with it.
 */
import { execSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { filesBelow, fingerprintOf, isStamped, writeStamp } from "./stamp.js";

const SOURCES = ["assembly", "examples", "scripts", "src"];
const SETTINGS = /^(package|package-lock|asconfig|tsconfig(\..+)?)\.json$|^tsdown\.config\.ts$/;
/** What is made: all of dist/, of src/ what is generated, of examples/ what has lost its types, of build/ the binaries and what they are declared by. */
const OUTPUTS = /^dist\/|^examples\/.*\.mjs$|\/generated\/|^build\/[^/]+\.(wasm|ts)$/;
const STAMP = "build/all.stamp";

/** What it is made of by its contents, what was made by its size and time. */
function fingerprint(): string {
  const settings = readdirSync(".").filter((name) => SETTINGS.test(name));
  const sources = SOURCES.flatMap(filesBelow).filter((path) => !OUTPUTS.test(path));
  const outputs = ["build", "dist", "examples", "src"].flatMap(filesBelow).filter((path) => OUTPUTS.test(path));
  const made = outputs.map((path) => {
    const { size, mtimeMs } = statSync(path);
    return `${path} ${size} ${mtimeMs}`;
  });
  return fingerprintOf([...sources, ...settings], [process.version, ...made].join("\n"));
}

if (!isStamped(STAMP, fingerprint())) {
  for (const part of ["wasm", "report", "js", "examples"])
    execSync(`npm run --silent build:${part}`, { stdio: "inherit" });
  writeStamp(STAMP, fingerprint());
}
