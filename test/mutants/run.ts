/**
 * Proves the kernel tests: breaks the kernels by hand, one place at a time, and expects the tests to notice every time. Tries what has
 * changed since the last tag, or in the last 50 commits, and a sample of the rest, another one for each commit.
 *
 * npm run test:mutants [-- --all] [-- --seed=<number>] [-- --list]
 *
 * MUTANT_SECONDS=600 begins none after that time, and says how many were not tried.
 */
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { promisify } from "node:util";
import { changedKernels, choose, commitCount } from "./choose.js";
import { type Mutant, mutants } from "./mutants.js";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");
const COPIED = ["assembly", "src", "scripts", "test", "asconfig.json", "package.json", "tsconfig.json"];
const AT_ONCE = 2;

/** A copy of the project with its own build, its tests and nothing else of its configuration. */
function copyProject(): string {
  const folder = mkdtempSync(join(tmpdir(), "regulus-mutant-"));
  // Packages that are installed below test/ stay where they are.
  const filter = (source: string): boolean => basename(source) !== "node_modules";
  for (const name of COPIED) cpSync(join(root, name), join(folder, name), { recursive: true, filter });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "dir");
  writeFileSync(
    join(folder, "vitest.config.mjs"),
    'export default { test: { include: ["test/kernels/**/*.test.ts"] } };\n',
  );
  return folder;
}

function apply(folder: string, { file, from, to }: Mutant): void {
  const path = join(folder, file);
  const source = readFileSync(path, "utf8");
  const matches = source.split(from).length - 1;
  if (matches !== 1) throw new Error(`${file} has ${matches} places like this, not one: ${from}`);
  writeFileSync(
    path,
    source.replace(from, () => to),
  );
}

/** What has to be built anew: fits have kernels on vectors in them, and a twin is in no binary. */
function binariesOf(mutant: Mutant | undefined): string[] {
  if (mutant === undefined) return ["vectors", "fits", "text"];
  if (mutant.file.startsWith("assembly/vectors/")) return ["vectors", "fits"];
  if (mutant.file.startsWith("assembly/text/")) return ["text"];
  return mutant.file.startsWith("assembly/") ? ["fits"] : [];
}

interface Report {
  testResults: { name: string; message: string; assertionResults: { status: string; fullName: string }[] }[];
}

/** Builds the copy and runs its kernel tests, those of the mutant's own file before all others: the first that fails, or undefined. */
async function firstFailure(folder: string, mutant: Mutant | undefined): Promise<string | undefined> {
  const bin = (name: string): string => join(folder, "node_modules/.bin", name);
  const options = { cwd: folder, maxBuffer: 2 ** 26 };
  const binaries = binariesOf(mutant);
  if (binaries.length > 0) await run(bin("tsx"), ["scripts/buildKernels.ts", ...binaries], options);
  const report = join(folder, "report.json");
  const vitest = ["run", "--bail", "1", "--passWithNoTests", "--reporter", "json", "--outputFile", report];
  try {
    if (mutant) await run(bin("vitest"), [...vitest, `kernels/${basename(mutant.file, ".ts")}.`], options);
    await run(bin("vitest"), vitest, options);
    return undefined;
  } catch (error) {
    const { testResults } = JSON.parse(readFileSync(report, "utf8")) as Report;
    for (const { name, message, assertionResults } of testResults) {
      const failed = assertionResults.find(({ status }) => status === "failed");
      const where = name.slice(name.indexOf("test/kernels/") + "test/kernels/".length);
      if (failed) return `${where}: ${failed.fullName}`;
      if (message) return `${where}: ${message.split("\n", 1)[0]}`;
    }
    throw error;
  }
}

async function test(mutant: Mutant | undefined): Promise<string | undefined> {
  const folder = copyProject();
  try {
    if (mutant) apply(folder, mutant);
    return await firstFailure(folder, mutant);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const words = process.argv.slice(2);
const stranger = words.find((word) => word !== "--all" && word !== "--list" && !/^--seed=\d+$/.test(word));
if (stranger !== undefined) {
  console.error(`"${stranger}" is none of --all, --seed=<number>, --list`);
  process.exit(2);
}
const seed = Number(words.find((word) => word.startsWith("--seed="))?.slice("--seed=".length) ?? commitCount());
const changed = words.includes("--all") ? undefined : changedKernels();
const chosen = changed === undefined ? mutants : choose(mutants, changed, seed);
console.log(`${chosen.length} of ${mutants.length} mutants${changed === undefined ? "" : `, drawn by --seed=${seed}`}`);
if (words.includes("--list")) {
  for (const { file, name } of chosen) console.log(`${file}, ${name}`);
  process.exit(0);
}

const failure = await test(undefined);
if (failure !== undefined) {
  console.error(`The tests fail without any mutant: ${failure}`);
  process.exit(1);
}
console.log("unmutated: all tests pass");

let survived = 0;
const queue = [...chosen];
// From the start of the process on: the tests without a mutant count too.
const end = 1000 * Number(process.env.MUTANT_SECONDS ?? Number.POSITIVE_INFINITY);

async function worker(): Promise<void> {
  while (performance.now() < end) {
    const mutant = queue.shift();
    if (mutant === undefined) return;
    const killer = await test(mutant);
    if (killer === undefined) survived += 1;
    console.log(`${mutant.file}, ${mutant.name}: ${killer === undefined ? "SURVIVED" : `killed by ${killer}`}`);
  }
}

await Promise.all(Array.from({ length: AT_ONCE }, worker));
const tried = chosen.length - queue.length;
console.log(`${tried - survived} mutants killed, ${survived} survived, ${queue.length} not tried for want of time`);
process.exit(survived === 0 && tried > 0 ? 0 : 1);
