/**
 * Installs what few commands need, so that `npm ci` of the repository stays small: the packages of the folders that are named, by their own
 * lockfiles, where that is not yet done; and links those that a folder asks for into node_modules/, where it has no such, so that sources,
 * tests and compilers find them as if it had.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fingerprintOf, isStamped, writeStamp } from "./stamp.js";

function install(folder: string): void {
  const stamp = join(folder, "node_modules", ".installed");
  const fingerprint = fingerprintOf([join(folder, "package.json"), join(folder, "package-lock.json")]);
  if (isStamped(stamp, fingerprint)) return;
  const start = performance.now();
  const options = ["--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
  execFileSync("npm", ["ci", ...options], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  writeStamp(stamp, fingerprint);
  console.log(`installed the packages of ${folder}, ${((performance.now() - start) / 1000).toFixed(0)} s`);
}

function link(folder: string): void {
  const { dependencies = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  for (const name of Object.keys(dependencies)) {
    const place = join("node_modules", name);
    if (existsSync(place)) continue;
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(relative(dirname(place), join(folder, "node_modules", name)), place, "dir");
  }
}

for (const folder of process.argv.slice(2)) {
  install(folder);
  link(folder);
}
