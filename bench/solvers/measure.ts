import { median } from "../harness.js";
import { errorDifference, improve, largest, type Reference, type Solution, suboptimality } from "./accuracy.js";
import type { Contender, Run } from "./contenders.js";
import type { Problem } from "./data.js";
import type { ContenderName, Setting, Task } from "./tasks.js";

/** What a contender reached with one setting. */
export interface Measurement {
  contender: ContenderName;
  setting: Setting;
  /** The median over the rounds; of a setting that no target needs, the one run that showed it. */
  seconds: number;
  /** The least over the rounds. */
  fastest: number;
  rounds: number;
  /** (F − F*)/F(null): the largest and the median over the lambdas. */
  overNull: number;
  typical: number;
  /** (F − F*)/F*, which is stricter where little is left unexplained: the largest over the lambdas. */
  overBest: number;
  /**
   * Of a cross-validation: the largest relative difference of its mean errors from the reference's. cv.glmnet's are compared with its
   * own at the tightest threshold: it fits the folds with an L2 part of their own, so its table has another limit.
   */
  errorDifference?: number | undefined;
}

/** What suboptimality is relative to; in `withErrors`, a cross-validation's mean errors have to be as accurate as its path is over F(null). */
export const SCALES = ["overNull", "overBest", "withErrors"] as const;
export type Scale = (typeof SCALES)[number];

/** A contender that has nothing to show, and why. */
export interface Failure {
  contender: ContenderName;
  setting: Setting;
  message: string;
}

export interface TaskResult {
  task: Task;
  /** The largest duality gap of the reference over F(null). */
  referenceGap: number;
  measurements: Measurement[];
  failures: Failure[];
}

/** A reference whose gaps are all below this needs no more candidates. */
const SURE = 1e-13;
/** A slower setting than the fastest that reaches a target is timed again only within this factor. */
const CLOSE = 1.5;
/** Tighter settings are left out once one is this many times as accurate as the strictest target asks for. */
const BEYOND = 1e3;
/** Runs before the first that counts at the most, and seconds after which no more of them are needed. */
const WARM_RUNS = 10;
const WARM_SECONDS = 1;
/** Tolerances of contenders when they serve as references. */
const TIGHTEST: Partial<Record<ContenderName, Setting>> = {
  regulus: { tolerance: 1e-14, variant: "auto" },
  "plain js": { tolerance: 1e-20, variant: "auto" },
};

/** Whose cross-validation is another problem, and the setting that solves that one best. */
const OWN_TABLE: Partial<Record<ContenderName, Setting>> = { glmnet: { tolerance: 1e-16, variant: "naive" } };

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The best solutions that we and a peer at least can give with all care, judged by duality gaps computed here. */
async function findReference(
  problem: Problem,
  contenders: readonly Contender[],
): Promise<{ reference: Reference; gap: number }> {
  let reference: Reference | undefined;
  let gap = Number.POSITIVE_INFINITY;
  let peer = false;
  for (const { name, settings, run } of contenders) {
    if (gap <= SURE && (peer || name === "regulus js")) continue;
    try {
      const { solution } = await run(TIGHTEST[name] ?? settings[settings.length - 1], true);
      reference = improve(problem, solution!, reference);
      gap = largest(reference.gaps);
      peer ||= !name.startsWith("regulus");
    } catch {}
  }
  if (reference === undefined) throw new Error("no contender gives a solution to compare with");
  return { reference, gap };
}

function accuracyOf(problem: Problem, solution: Solution, reference: Reference, bestErrors: Float64Array | undefined) {
  const errors = suboptimality(problem, solution, reference);
  const { meanErrors } = solution;
  return {
    overNull: largest(errors),
    typical: median(Array.from(errors).filter((value) => !Number.isNaN(value))),
    overBest: largest(errors.map((error, k) => (error * reference.nullLoss) / reference.objectives[k])),
    errorDifference: meanErrors && bestErrors && errorDifference(meanErrors, bestErrors),
  };
}

/** Compilers, caches and allocators have their say in the first runs. */
async function warmUp(run: () => Run | Promise<Run>): Promise<void> {
  let seconds = 0;
  for (let count = 0; count < WARM_RUNS && seconds < WARM_SECONDS; ++count) seconds += (await run()).seconds;
}

/** Runs every setting once for its accuracy, then times those that matter in turn, round by round. */
export async function measureTask(
  task: Task,
  problem: Problem,
  contenders: readonly Contender[],
  rounds: number,
): Promise<TaskResult> {
  const { reference, gap } = await findReference(problem, contenders);
  const measurements: Measurement[] = [];
  const failures: Failure[] = [];
  const strictest = Math.min(...task.targets);
  for (const { name, settings, run } of contenders) {
    let setting = settings[0];
    try {
      const own = task.work === "cv" ? OWN_TABLE[name] : undefined;
      const bestErrors = own ? (await run(own, true)).solution!.meanErrors : reference.meanErrors;
      await warmUp(() => run(setting, false));
      for (setting of settings) {
        const looser = measurements.filter(
          (entry) => entry.contender === name && entry.setting.variant === setting.variant,
        );
        if (looser.some((entry) => Math.max(entry.overBest, entry.errorDifference ?? 0) * BEYOND <= strictest))
          continue;
        const { seconds, solution } = await run(setting, true);
        const accuracy = accuracyOf(problem, solution!, reference, bestErrors);
        measurements.push({ contender: name, setting, seconds, fastest: seconds, rounds: 1, ...accuracy });
      }
    } catch (error) {
      failures.push({ contender: name, setting, message: messageOf(error) });
    }
  }
  const samples = new Map(shortlist(measurements, task.targets).map((entry) => [entry, [] as number[]]));
  for (let round = 0; round < rounds; ++round) {
    for (const [{ contender, setting }, times] of samples) {
      const { run } = contenders.find(({ name }) => name === contender)!;
      times.push((await run(setting, false)).seconds);
    }
  }
  for (const [entry, times] of samples) {
    entry.seconds = median(times);
    entry.fastest = Math.min(...times);
    entry.rounds = rounds;
  }
  return { task, referenceGap: gap, measurements, failures };
}

/** For each contender, target and scale, the settings that reach it in about the least time. */
function shortlist(measurements: readonly Measurement[], targets: readonly number[]): Measurement[] {
  return measurements.filter((entry) =>
    targets.some((target) =>
      SCALES.some((scale) => {
        const fastest = fastestAt(measurements, entry.contender, target, scale);
        return fastest !== undefined && reached(entry, scale) <= target && entry.seconds <= CLOSE * fastest.seconds;
      }),
    ),
  );
}

const reached = (entry: Measurement, scale: Scale): number =>
  scale === "withErrors" ? Math.max(entry.overNull, entry.errorDifference ?? 0) : entry[scale];

/** The fastest setting of a contender whose accuracy is `target` or better at every lambda. */
export function fastestAt(
  measurements: readonly Measurement[],
  contender: ContenderName,
  target: number,
  scale: Scale,
): Measurement | undefined {
  return measurements
    .filter((entry) => entry.contender === contender && reached(entry, scale) <= target)
    .reduce<Measurement | undefined>(
      (best, entry) => (best && best.seconds <= entry.seconds ? best : entry),
      undefined,
    );
}
