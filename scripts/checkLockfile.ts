/** package-lock.json pins by version and hash alone: it must not tie anyone to one registry. */
import { readFileSync } from "node:fs";

const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
const tied = Object.keys(packages).filter((path) => packages[path].resolved !== undefined);
if (tied.length > 0) {
  console.error(
    `package-lock.json names a registry for ${tied.length} packages: npm install --omit-lockfile-registry-resolved`,
  );
  process.exitCode = 1;
}
