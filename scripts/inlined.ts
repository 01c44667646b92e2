import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Packages of others that the command has in its own files, and those that reports have in theirs. */
const COMMAND = ["commander", "cli-progress", "string-width"];
const REPORT = ["preact", "@preact/signals", "uplot"];

interface Package {
  name: string;
  version: string;
  folder: string;
  dependencies?: Record<string, string>;
}

/** A package as Node finds it from a folder. */
function find(name: string, from: string): Package {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = join(folder, "node_modules", name);
    if (existsSync(path)) return { ...JSON.parse(readFileSync(join(path, "package.json"), "utf8")), folder: path };
    if (folder === dirname(folder)) throw new Error(`${name} is not installed`);
  }
}

/** These and what they depend on. */
function withDependencies(names: readonly string[], from: string, found = new Map<string, Package>()) {
  for (const name of names) {
    const one = find(name, from);
    const key = `${one.name} ${one.version}`;
    if (found.has(key)) continue;
    found.set(key, one);
    withDependencies(Object.keys(one.dependencies ?? {}), one.folder, found);
  }
  return found;
}

/** The names of all that the command may have in its files. */
export const inlinedByCommand = (): string[] => [
  ...new Set([...withDependencies(COMMAND, process.cwd()).values()].map(({ name }) => name)),
];

/** The licences of all that the package has of others, as these ask for. */
export function licenses(): string {
  const packages = [...withDependencies([...COMMAND, ...REPORT], process.cwd())].sort(([a], [b]) => (a < b ? -1 : 1));
  const texts = packages.map(([key, { folder }]) => {
    const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
    if (file === undefined) throw new Error(`${key} has no licence`);
    return `${key}\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
  });
  return ["The command and reports contain parts of these packages.\n", ...texts].join("\n----------------\n\n");
}
