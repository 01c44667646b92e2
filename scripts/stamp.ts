/** What builds know of the last time: a file that holds a hash of all that the outcome depends on. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The files below a folder, in their order; none where there is no such folder. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => join(folder, path));
  return paths.filter((path) => statSync(path).isFile()).sort();
}

/** A hash of files by their names and contents, and of what else is said. */
export function fingerprintOf(paths: readonly string[], more = ""): string {
  const hash = createHash("sha256").update(more);
  for (const path of paths) hash.update(path).update(readFileSync(path));
  return hash.digest("hex");
}

export const isStamped = (stamp: string, fingerprint: string): boolean =>
  existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint;

export function writeStamp(stamp: string, fingerprint: string): void {
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, fingerprint);
}
