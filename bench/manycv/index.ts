import {
  type CrossValidation,
  crossValidate,
  type DenseMatrix,
  dense,
  fitMany,
  type ManyModels,
  type ManyOptions,
  setBackend,
} from "regulus";
import { type Batch, makeBatch } from "../batch/data.js";
import { type Clock, timed } from "../clock.js";
import { digits, median, ratio, table } from "../harness.js";
import type { Options, Suite } from "../options.js";

const [COUNT, ROWS, COLUMNS] = [1000, 100, 20];
const FOLDS = 5;
const ROUNDS = 5;
const TIMES_AS_FAST = 3;
const RULES = ["min", "1se"] as const;

/** Problems, and the same as one call takes them. */
interface Layout {
  name: string;
  each: { X: DenseMatrix; y: Float64Array }[];
  given: Pick<ManyOptions, "X" | "y" | "batch">;
}

interface Result {
  layout: string;
  together: number;
  loop: number;
  timesAsFast: number;
  verdict: "ok" | "below";
}

export const suite: Suite = {
  title: `${COUNT} models of about ${ROWS}×${COLUMNS} that choose their lambdas by ${FOLDS} folds: one fitMany against a loop of crossValidate`,
  names: ["blocks", "ragged", "shared"],
  flags: ["rounds", "cpu"],
  run,
};

async function run({ names, rounds = ROUNDS, clock }: Options): Promise<Record<string, unknown>> {
  setBackend("wasm");
  const layouts = [blocks(), ragged(), shared()].filter(({ name }) => names.length === 0 || names.includes(name));
  const results: Result[] = [];
  for (const layout of layouts) {
    compareChoices(layout);
    results.push(measure(layout, rounds, clock));
  }
  const rows = results.map(({ layout, together, loop, timesAsFast, verdict }) => [
    layout,
    digits(together * 1e3),
    digits(loop * 1e3),
    ratio(timesAsFast),
    verdict,
  ]);
  console.log(`choices agree, by both rules; gate >= ${ratio(TIMES_AS_FAST)} a loop\n`);
  console.log(table(["", "ms in one call", "ms in a loop", "", ""], rows));
  return { count: COUNT, n: ROWS, p: COLUMNS, folds: FOLDS, rounds, clock, layouts: results };
}

const together = ({ given }: Layout, rule: "min" | "1se"): ManyModels =>
  fitMany({ ...given, lambda: "cv", folds: FOLDS, rule });
const alone = ({ X, y }: Layout["each"][number]): CrossValidation => crossValidate(X, y, { folds: FOLDS });

/** @throws Error unless each model is what its own cross-validation chooses, within what both certificates say. */
function compareChoices(layout: Layout): void {
  const many = RULES.map((rule) => together(layout, rule));
  layout.each.forEach((problem, i) => {
    const cv = alone(problem);
    RULES.forEach((rule, r) => {
      const [own, other] = [many[r].model(i), cv.model(rule)];
      const isSame =
        own.converged &&
        own.lambda === other.lambda &&
        Math.abs(own.objective - other.objective) <= own.dualityGap + other.dualityGap;
      if (isSame) return;
      throw new Error(`${layout.name}: model ${i} is at lambda ${own.lambda}, alone at ${other.lambda}, by ${rule}`);
    });
  });
}

function measure(layout: Layout, rounds: number, clock: Clock): Result {
  const samples = Array.from({ length: rounds }, () => ({
    together: timed(clock, () => together(layout, "min")).seconds,
    loop: timed(clock, () => layout.each.map((problem) => alone(problem).model())).seconds,
  }));
  const timesAsFast = median(samples.map(({ together, loop }) => loop / together));
  return {
    layout: layout.name,
    together: median(samples.map(({ together }) => together)),
    loop: median(samples.map(({ loop }) => loop)),
    timesAsFast,
    verdict: timesAsFast >= TIMES_AS_FAST ? "ok" : "below",
  };
}

function eachOf({ count, n, p, X, y }: Batch): Layout["each"] {
  return Array.from({ length: count }, (_, i) => ({
    X: dense(X.subarray(i * n * p, (i + 1) * n * p), n, p),
    y: y.subarray(i * n, (i + 1) * n),
  }));
}

function blocks(): Layout {
  const batch = makeBatch(COUNT, ROWS, COLUMNS, 901);
  const { X, y } = batch;
  return { name: "blocks", each: eachOf(batch), given: { X: dense(X, COUNT * ROWS, COLUMNS), y, batch: COUNT } };
}

/** Of 80 to 120 rows and 16 to 24 columns. */
function ragged(): Layout {
  const each = Array.from({ length: COUNT }, (_, i) => {
    const [problem] = eachOf(makeBatch(1, ROWS - 20 + (i % 41), COLUMNS - 4 + (i % 9), 902 + i));
    return problem;
  });
  return { name: "ragged", each, given: { X: each.map(({ X }) => X), y: each.map(({ y }) => y) } };
}

/** One X, and y of a model each of its own. */
function shared(): Layout {
  const { X: data, y } = makeBatch(COUNT, ROWS, COLUMNS, 903);
  const X = dense(data.subarray(0, ROWS * COLUMNS), ROWS, COLUMNS);
  const each = Array.from({ length: COUNT }, (_, i) => {
    const noise = y.subarray(i * ROWS, (i + 1) * ROWS);
    const target = noise.slice();
    for (let k = 0; k < ROWS; ++k) for (let j = 0; j < 5; ++j) target[k] += data[k * COLUMNS + ((i + 3 * j) % COLUMNS)];
    return { X, y: target };
  });
  const targets = new Float64Array(ROWS * COUNT);
  each.forEach((problem, i) => {
    targets.set(problem.y, i * ROWS);
  });
  return { name: "shared", each, given: { X, y: dense(targets, ROWS, COUNT, { order: "column" }) } };
}
