/** Lockfiles pin by version and hash alone: they must not tie anyone to one registry. */
import { readFileSync } from "node:fs";

for (const file of [
  "package-lock.json",
  "bench/peers/package-lock.json",
  "docs/package-lock.json",
  "test/runtimes/package-lock.json",
]) {
  const { packages } = JSON.parse(readFileSync(file, "utf8"));
  const tied = Object.keys(packages).filter((path) => packages[path].resolved !== undefined);
  if (tied.length === 0) continue;
  console.error(`${file} names a registry for ${tied.length} packages: npm install --omit-lockfile-registry-resolved`);
  process.exitCode = 1;
}
