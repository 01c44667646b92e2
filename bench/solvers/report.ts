import { digits, ratio, table, tally } from "../harness.js";
import { type Gate, gates } from "./gates.js";
import { GROWTH_AT_MOST, type Growth } from "./growth.js";
import { fastestAt, type Measurement, SCALES, type Scale, type TaskResult } from "./measure.js";
import { MEMORY_AT_MOST, type Memory } from "./memory.js";
import type { ContenderName } from "./tasks.js";

const NAMES: Record<Scale, string> = { overNull: "F(null)", overBest: "F*", withErrors: "cv errors" };

const scientific = (value: number): string => (value === 0 ? "0" : value.toExponential(1));

export function taskReport({ task, referenceGap, measurements, failures }: TaskResult): string {
  const crossValidated = task.work === "cv" || task.work === "loo";
  const scales = SCALES.filter((scale) => crossValidated || scale !== "withErrors");
  const all = table(
    [
      "",
      "told",
      "",
      "seconds",
      "fastest",
      "rounds",
      "worst",
      "median",
      "over F*",
      ...(crossValidated ? ["cv errors"] : []),
    ],
    measurements.map(
      ({ contender, setting, seconds, fastest, rounds, overNull, typical, overBest, errorDifference }) => [
        contender,
        setting.tolerance === 0 ? "exact" : scientific(setting.tolerance),
        setting.variant === "auto" ? "" : setting.variant,
        digits(seconds),
        digits(fastest),
        String(rounds),
        scientific(overNull),
        scientific(typical),
        scientific(overBest),
        ...(crossValidated ? [errorDifference === undefined ? undefined : scientific(errorDifference)] : []),
      ],
    ),
  );
  const names = [...new Set(measurements.map(({ contender }) => contender))];
  const best = table(
    [
      "seconds at most",
      ...task.targets.flatMap((target) => scales.map((scale) => `${scientific(target)} ${NAMES[scale]}`)),
    ],
    names.map((name) => [
      name,
      ...task.targets.flatMap((target) =>
        scales.map((scale) => digits(fastestAt(measurements, name, target, scale)?.seconds)),
      ),
    ]),
  );
  const notes = failures.map(
    ({ contender, setting, message }) => `failed: ${contender} at ${setting.tolerance}: ${message}`,
  );
  const head = `${task.name}: ${task.title} (the reference's duality gap is at most ${scientific(referenceGap)} of F(null))`;
  return [head, all, best, ...notes].join("\n\n");
}

/** A gate at one of the scales of suboptimality. */
interface Duel {
  /** The fastest of the references. */
  reference: ContenderName | null;
  reached: number | null;
}

/** Decided by suboptimality over F(null), the scale of our own tolerance; the other scales are there to compare. */
export type Verdict = Gate & Record<Scale, Duel> & { verdict: "ok" | "below" | "absent" };

export function judge(results: readonly TaskResult[]): Verdict[] {
  return gates
    .filter(({ task }) => results.some((result) => result.task.name === task))
    .map((gate) => {
      const { measurements } = results.find(({ task }) => task.name === gate.task)!;
      const overNull = duel(gate, measurements, "overNull");
      const { reference, reached } = overNull;
      const verdict = reference === null ? "absent" : reached !== null && reached >= gate.atLeast ? "ok" : "below";
      const [overBest, withErrors] = (["overBest", "withErrors"] as const).map((scale) =>
        duel(gate, measurements, scale),
      );
      return { ...gate, overNull, overBest, withErrors, verdict };
    });
}

function duel({ contender, references, target }: Gate, measurements: readonly Measurement[], scale: Scale): Duel {
  const ours = fastestAt(measurements, contender, target, scale);
  const best = references
    .flatMap((name) => fastestAt(measurements, name, target, scale) ?? [])
    .sort((a, b) => a.seconds - b.seconds)[0];
  return { reference: best?.contender ?? null, reached: ours && best ? best.seconds / ours.seconds : null };
}

export function gateTable(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(
    ({ task, target, contender, references, atLeast, overNull, overBest, withErrors, verdict }) => [
      task,
      scientific(target),
      `${contender} : ${overNull.reference ?? references.join(", ")}`,
      `>= ${ratio(atLeast)}`,
      ratio(overNull.reached ?? undefined),
      ratio(overBest.reached ?? undefined),
      ratio(withErrors.reached ?? undefined),
      verdict,
    ],
  );
  const head = ["", "at", "times as fast", "gate", "of F(null)", "of F*", "with cv errors", ""];
  return `gates: ${tally(verdicts)}\n\n${table(head, rows)}`;
}

export function growthTable(growth: readonly Growth[]): string {
  const rows = growth.map(({ axis, sizes, nonzeros, seconds, ratios }) => [
    axis,
    `${sizes[0].join("×")} to ${sizes[sizes.length - 1].join("×")}`,
    nonzeros.join(" "),
    seconds.map(digits).join(" "),
    ratios.map(ratio).join(" "),
    ratios.every((value) => value <= GROWTH_AT_MOST) ? "ok" : "above",
  ]);
  const head = ["doubling", "", "nonzeros", "seconds", "times as long", ""];
  return `growth of a lasso path, each doubling at most ${ratio(GROWTH_AT_MOST)}\n\n${table(head, rows)}`;
}

export function memoryTable(memory: readonly Memory[]): string {
  const rows = memory.map(({ n, p, size, ratio: share }) => [
    `${n}×${p}`,
    digits(size / 1e6),
    digits((share * size) / 1e6),
    ratio(share),
    share <= MEMORY_AT_MOST ? "ok" : "above",
  ]);
  const head = ["lasso path", "X, MB", "beyond X, MB", "of X", ""];
  return `peak memory beyond the caller's X, at most ${ratio(MEMORY_AT_MOST)} of it\n\n${table(head, rows)}`;
}

/** What goes into the JSON. */
export function plain({ task, referenceGap, measurements, failures }: TaskResult) {
  return { task: task.name, title: task.title, targets: task.targets, referenceGap, measurements, failures };
}
