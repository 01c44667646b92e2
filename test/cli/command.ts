import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll } from "vitest";
import { randomStream } from "../support/arbitraries.js";

/** The command as `npm test` has built it. */
export const COMMAND = resolve("dist/cli.js");

/** What a run has come to. */
export interface Run {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
}

/** Begins to run the command. */
export const start = (args: readonly string[], cwd: string): ChildProcess =>
  spawn(process.execPath, [COMMAND, ...args], { cwd, stdio: "pipe" });

/** What is said every few seconds, which there are many of on a busy machine. */
const PROGRESS = /^(reading|cross-validating|fitting|predicting|writing)\b.*(: [\d,]+( of [\d,]+)? \w+|: )\n/gm;

/** What comes of a process. */
export function ended(child: ChildProcess): Promise<Run> {
  let [stdout, stderr] = ["", ""];
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return new Promise((done) => {
    child.on("close", (code, signal) => done({ code, signal, stdout, stderr: stderr.replaceAll(PROGRESS, "") }));
  });
}

/** A folder for the files of a suite, in which the command runs. */
export function workplace() {
  const folder = mkdtempSync(join(tmpdir(), "regulus-cli-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return {
    folder,
    path: (name: string): string => join(folder, name),
    write: (name: string, text: string | Uint8Array): void => writeFileSync(join(folder, name), text),
    /** Runs the command to its end. */
    regulus(args: readonly string[], input: string | Uint8Array = ""): Promise<Run> {
      const child = start(args, folder);
      child.stdin?.on("error", () => {});
      child.stdin?.end(input);
      return ended(child);
    },
  };
}

/** Numbers from 0 to 1, the same for a seed. */
function unitStream(seed: number): () => number {
  const next = randomStream(seed);
  return () => (next() + 1) / 2;
}

/** A CSV table of y and p columns of numbers, the first few of which explain it. */
export function numbersCsv(rows: number, p: number, seed = 1): string {
  const next = unitStream(seed);
  const lines = Array.from({ length: rows }, () => {
    const x = Array.from({ length: p }, () => next() + next() - 1);
    const y = 3 * x[0] - 2 * (x[1] ?? 0) + (x[2] ?? 0) + next();
    return [y, ...x].map((value) => value.toFixed(5)).join(",");
  });
  return `${["y", ...Array.from({ length: p }, (_, j) => `x${j}`)].join(",")}\n${lines.join("\n")}\n`;
}

/** A CSV table of people, with categories and gaps. */
export function peopleCsv(rows: number, seed = 1): string {
  const next = unitStream(seed);
  const pick = (list: readonly string[]): string => list[Math.floor(next() * list.length)];
  const lines = Array.from({ length: rows }, (_, i) => {
    const [age, smoker] = [20 + 50 * next(), pick(["never", "former", "current"])];
    const charges = 200 * age + (smoker === "current" ? 9000 : 0) + 2000 * next();
    const region = pick(["north", "süd", '"o, ""est"""', ""]);
    return [`p${i}`, next() < 0.1 ? "NA" : age.toFixed(1), region, smoker, charges.toFixed(2)].join(",");
  });
  return `id,age,region,smoker,charges\n${lines.join("\n")}\n`;
}

/** What the charges of {@link peopleCsv} are fitted by. */
export const CHARGES = ["people.csv", "-t", "charges", "--exclude", "id", "--missing", "mean"];
