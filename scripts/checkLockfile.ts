/** Lockfiles pin by version and hash alone: they must not tie anyone to one registry. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const files = execFileSync("git", ["ls-files", "*package-lock.json"], { encoding: "utf8" }).trim().split("\n");
for (const file of files) {
  const { packages } = JSON.parse(readFileSync(file, "utf8"));
  const tied = Object.keys(packages).filter((path) => packages[path].resolved !== undefined);
  if (tied.length === 0) continue;
  console.error(`${file} names a registry for ${tied.length} packages: npm install --omit-lockfile-registry-resolved`);
  process.exitCode = 1;
}
