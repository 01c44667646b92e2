import {
  type CrossValidation,
  crossValidate,
  dense,
  type Executor,
  fitMany,
  inlineExecutor,
  type ManyModels,
  setBackend,
} from "regulus";
import { createExecutor } from "regulus/workers";
import { makeBatch } from "../batch/data.js";
import { digits, median, ratio, table } from "../harness.js";
import type { Options, Suite } from "../options.js";

const [COUNT, ROWS, COLUMNS] = [200_000, 100, 20];
const [CV_ROWS, CV_COLUMNS, FOLDS] = [1000, 5000, 10];
const ROUNDS = 5;
const CALLS = 4000;
/** Two workers against one and one against the synchronous call, and milliseconds of a call of next to no work. */
const GATES = {
  shared: { two: 1.8, one: 1 / 1.05 },
  ordinary: { two: 1.5, one: 1 / 1.3 },
  folds: { two: 1.7, one: 1 / 1.05 },
  overhead: 0.2,
};

/** A task, done at once or by an executor. */
interface Task {
  name: "shared" | "ordinary" | "folds";
  title: string;
  now(): ManyModels | CrossValidation;
  later(executor: Executor): Promise<ManyModels | CrossValidation>;
}

export const suite: Suite = {
  title: `executors: ${COUNT} fits of ${ROWS}×${COLUMNS} and ${FOLDS} folds of ${CV_ROWS}×${CV_COLUMNS} by one worker, by two, and at once; what a call costs`,
  names: ["shared", "ordinary", "folds", "calls"],
  flags: ["rounds"],
  run,
};

async function run({ names, rounds = ROUNDS }: Options): Promise<Record<string, unknown>> {
  setBackend("wasm");
  const isAsked = (name: string): boolean => names.length === 0 || names.includes(name);
  const results: Record<string, unknown>[] = [];
  for (const make of [shared, ordinary, folds]) {
    if (isAsked(make.name)) results.push(await measure(make(), rounds));
  }
  if (results.length > 0) {
    console.log(
      table(
        ["", "s at once", "s by one", "s by two", "two against one", "one against at once", ""],
        results.map((one) => [
          String(one.name),
          ...[one.atOnce, one.byOne, one.byTwo].map((seconds) => digits(seconds as number)),
          ratio(one.twoAgainstOne as number),
          ratio(one.oneAgainstNow as number),
          String(one.verdict),
        ]),
      ),
    );
  }
  const calls = isAsked("calls") ? await measureCalls() : undefined;
  return { rounds, tasks: results, ...(calls && { calls }) };
}

const seconds = async (work: () => unknown): Promise<number> => {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1e3;
};

async function measure(task: Task, rounds: number): Promise<Record<string, unknown>> {
  const [one, two] = [1, 2].map((workers) => createExecutor({ workers }));
  compareBits(await task.later(two), task.now(), task.title);
  await task.later(one);
  const samples: { now: number; one: number; two: number }[] = [];
  for (let round = 0; round < rounds; ++round) {
    samples.push({
      now: await seconds(() => task.now()),
      one: await seconds(() => task.later(one)),
      two: await seconds(() => task.later(two)),
    });
  }
  await Promise.all([one.close(), two.close()]);
  const twoAgainstOne = median(samples.map(({ one, two }) => one / two));
  const oneAgainstNow = median(samples.map(({ now, one }) => now / one));
  const gate = GATES[task.name];
  const isBelow = !(twoAgainstOne >= gate.two && oneAgainstNow >= gate.one);
  return {
    name: task.title,
    atOnce: median(samples.map(({ now }) => now)),
    byOne: median(samples.map(({ one }) => one)),
    byTwo: median(samples.map(({ two }) => two)),
    twoAgainstOne,
    oneAgainstNow,
    verdict: isBelow ? "below" : "ok",
  };
}

/** @throws Error unless both are the same. */
function compareBits(a: ManyModels | CrossValidation, b: ManyModels | CrossValidation, title: string): void {
  const bytesOf = (result: ManyModels | CrossValidation): Uint8Array[] =>
    ("foldErrors" in result
      ? [result.foldErrors, result.path.coefficients, result.decisionsMin]
      : [result.coefficients, result.intercepts, result.dualityGaps]
    ).map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength));
  const others = bytesOf(b);
  bytesOf(a).forEach((bytes, k) => {
    if (Buffer.compare(bytes, others[k]) !== 0) throw new Error(`${title}: an executor gives other bits`);
  });
}

function manyOf(name: Task["name"], title: string, X: Float64Array, y: Float64Array): Task {
  const options = { X: dense(X, COUNT * ROWS, COLUMNS), y, batch: COUNT, lambda: 0.1 };
  return {
    name,
    title,
    now: () => fitMany(options),
    later: (executor) => executor.fitMany(options),
  };
}

/** The problems of a batch over and over, in a memory of this kind. */
function repeated(Memory: { new (bytes: number): ArrayBufferLike }): { X: Float64Array; y: Float64Array } {
  const few = 2000;
  const batch = makeBatch(few, ROWS, COLUMNS, 905);
  const X = new Float64Array(new Memory(8 * COUNT * ROWS * COLUMNS) as ArrayBuffer);
  const y = new Float64Array(new Memory(8 * COUNT * ROWS) as ArrayBuffer);
  for (let at = 0; at < COUNT; at += few) {
    X.set(batch.X, at * ROWS * COLUMNS);
    y.set(batch.y, at * ROWS);
  }
  return { X, y };
}

function shared(): Task {
  const { X, y } = repeated(SharedArrayBuffer);
  return manyOf("shared", `${COUNT} fits, shared memory`, X, y);
}

function ordinary(): Task {
  const { X, y } = repeated(ArrayBuffer);
  return manyOf("ordinary", `${COUNT} fits, ordinary arrays`, X, y);
}

function folds(): Task {
  const { X, y } = makeBatch(1, CV_ROWS, CV_COLUMNS, 906);
  const matrix = dense(X, CV_ROWS, CV_COLUMNS);
  return {
    name: "folds",
    title: `${FOLDS} folds`,
    now: () => crossValidate(matrix, y, { folds: FOLDS }),
    later: (executor) => executor.crossValidate(matrix, y, { folds: FOLDS }),
  };
}

/** A model of next to no work, by turns at once and by each executor. */
async function measureCalls(): Promise<Record<string, unknown>> {
  const { X, y } = makeBatch(1, 20, 8, 907);
  const options = { X: dense(X, 20, 8), y, batch: 1, lambda: 0.1 };
  const pool = createExecutor({ workers: 1 });
  const inline = inlineExecutor();
  const ways = {
    "at once": () => fitMany(options),
    inline: () => inline.fitMany(options),
    "in a worker": () => pool.fitMany(options),
  };
  const times: Record<string, number[]> = {};
  for (let call = 0; call < CALLS; ++call) {
    for (const [name, way] of Object.entries(ways)) {
      times[name] ??= [];
      times[name].push((await seconds(way)) * 1e3);
    }
  }
  await pool.close();
  const medians = Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all.slice(CALLS / 2))]));
  const overhead = medians["in a worker"] - medians["at once"];
  console.log(
    `\na call of next to no work, ms: ${Object.entries(medians)
      .map(([name, ms]) => `${digits(ms)} ${name}`)
      .join(
        ", ",
      )}; overhead ${digits(overhead)} (gate ${GATES.overhead}): ${overhead <= GATES.overhead ? "ok" : "above"}`,
  );
  return { ...medians, overhead };
}
