import { execFileSync } from "node:child_process";
import { randomSigned } from "../../bench/random.js";
import type { Mutant } from "./mutants.js";

/** How many are tried of the kernels that have not changed. */
const SAMPLE = 20;
const COMMITS = 50;

/** A kernel's name is that of its file: of assembly/dense.ts, of src/kernels/js/dense.ts and its tests, in whatever folder. */
const kernelOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1).split(".")[0];

/** All mutants of kernels that have changed, and a sample of the others, each in an order drawn anew, so that a time budget cuts off others every time. */
export function choose(mutants: readonly Mutant[], changedFiles: readonly string[], seed: number): Mutant[] {
  const changed = new Set(changedFiles.map(kernelOf));
  const random = randomSigned(seed);
  const drawn = mutants
    .map((mutant) => ({ mutant, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ mutant }) => mutant);
  const isChanged = ({ file }: Mutant): boolean => changed.has(kernelOf(file));
  return [...drawn.filter(isChanged), ...drawn.filter((mutant) => !isChanged(mutant)).slice(0, SAMPLE)];
}

const git = (...words: string[]): string =>
  execFileSync("git", words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();

/**
 * The files of kernels and their tests that differ from those at the last tag, or from those 50 commits ago if there is none. What was only
 * moved has not changed. Undefined where the history does not reach so far.
 */
export function changedKernels(): string[] | undefined {
  try {
    let since = "";
    try {
      since = git("describe", "--tags", "--abbrev=0");
    } catch {
      since = git("rev-parse", "--verify", `HEAD~${COMMITS}`);
    }
    const files = git(
      "diff",
      "--name-status",
      "--find-renames",
      since,
      "--",
      "assembly",
      "src/kernels/js",
      "test/kernels",
    );
    return filesOf(files);
  } catch {
    return undefined;
  }
}

/** The paths in the lines of `git diff --name-status`, new ones of what was renamed; none of what was renamed and nothing else. */
export function filesOf(lines: string): string[] {
  const entries = lines.split("\n").map((line) => line.split("\t"));
  return entries.flatMap(([status, ...paths]) => (status === "" || status === "R100" ? [] : paths.slice(-1)));
}

/** One for each commit, so that time passes by all of them. */
export function commitCount(): number {
  try {
    return Number(git("rev-list", "--count", "HEAD"));
  } catch {
    return 0;
  }
}
