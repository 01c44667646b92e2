import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Clock } from "../clock.js";
import { digits, median, ratio, table, tally } from "../harness.js";
import type { Options, Suite } from "../options.js";
import { CATEGORIES, KINDS, type Kind, LEVELS, MEMORY, NUMBERS, type Outcome, ROWS, SECONDS } from "./gates.js";

const ROUNDS = 3;

interface Result {
  kind: Kind;
  /** Medians over the rounds. */
  seconds: number;
  touch: number;
  /** How far the peak of memory rose, over the size of X: the largest of the rounds. */
  memory: number;
  verdict: "ok" | "below";
}

export const suite: Suite = {
  title: "designMatrix of a million rows, of records and of columns: seconds and memory",
  names: KINDS,
  flags: ["rounds", "cpu"],
  run,
};

async function run(options: Options): Promise<Record<string, unknown>> {
  const kinds = KINDS.filter((kind) => options.names.length === 0 || options.names.includes(kind));
  console.log(
    `node ${process.version}: ${ROWS} rows, ${NUMBERS} numbers, ${CATEGORIES} categories of ${LEVELS} levels`,
  );
  const outcomes = kinds.map((kind) =>
    Array.from({ length: options.rounds ?? ROUNDS }, () => measure(kind, options.clock)),
  );
  const results = kinds.map((kind, k): Result => {
    const of = (name: keyof Outcome): number => median(outcomes[k].map((outcome) => outcome[name]));
    const memory = Math.max(...outcomes[k].map(({ rise, size }) => rise / size));
    const seconds = of("seconds");
    return {
      kind,
      seconds,
      touch: of("touch"),
      memory,
      verdict: seconds <= SECONDS && memory <= MEMORY ? "ok" : "below",
    };
  });
  const [{ size, columns }] = outcomes[0];
  console.log(
    `X: ${ROWS} × ${columns}, dense, ${(size / 1e6).toFixed(0)} MB. "memory alone": to write to as much new memory, one double to a page.\n`,
  );
  const unit = options.clock === "cpu" ? "s (processor)" : "s";
  console.log(
    table(
      ["table", unit, "memory alone, s", "peak/X", `at most ${SECONDS} s, ${MEMORY}x`],
      results.map(({ kind, seconds, touch, memory, verdict }) => [
        kind,
        digits(seconds),
        digits(touch),
        ratio(memory),
        verdict,
      ]),
    ),
  );
  console.log(`\n${tally(results)}`);
  const shape = { rows: ROWS, numbers: NUMBERS, categories: CATEGORIES, levels: LEVELS };
  return { clock: options.clock, table: shape, size, gates: { seconds: SECONDS, memory: MEMORY }, results };
}

function measure(kind: Kind, clock: Clock): Outcome {
  const script = fileURLToPath(new URL("./child.ts", import.meta.url));
  const flags = ["--expose-gc", "--max-old-space-size=8000", "--import", import.meta.resolve("tsx")];
  return JSON.parse(execFileSync(process.execPath, [...flags, script, kind, `${ROWS}`, clock], { encoding: "utf8" }));
}
