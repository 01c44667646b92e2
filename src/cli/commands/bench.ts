import { availableParallelism, cpus } from "node:os";
import { backend } from "../../index.js";
import { rough } from "../../printing/numbers.js";
import { table } from "../../printing/table.js";
import { fitCases } from "../bench/fits.js";
import { kernelCases } from "../bench/kernels.js";
import { type Case, type Measured, measure } from "../bench/measure.js";
import { optimizerCases } from "../bench/optimizers.js";
import { STATUS } from "../failures.js";
import type { Job } from "../Job.js";
import type { Desk } from "../terminal/Desk.js";
import { noted, styleOf } from "../terminal/style.js";

const SUITES: Record<Case["group"], () => Case[]> = {
  kernels: kernelCases,
  fits: fitCases,
  optimizers: optimizerCases,
};

/** Measures this machine: WebAssembly, its JavaScript twin, and loops that one would write oneself. */
export async function bench(job: Job, desk: Desk): Promise<number> {
  const [wanted] = job.inputs as Case["group"][];
  const cases = Object.entries(SUITES).flatMap(([name, make]) =>
    wanted === undefined || wanted === name ? make() : [],
  );
  const rows: Measured[] = [];
  for (const [k, one] of cases.entries()) {
    desk.progress({ label: "measuring", done: k, total: cases.length, unit: "tasks" });
    // What was told is shown before the next takes all of this thread.
    await new Promise((resolve) => setImmediate(resolve));
    rows.push(measure(one));
  }
  const { name, reason } = backend();
  const machine = {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    node: process.version,
    backend: name,
  };
  await desk.print(
    job.options.json ? `${JSON.stringify({ machine, rows })}\n` : `${shown(rows, machine, reason, desk)}\n`,
  );
  return STATUS.done;
}

const SCALES = { double: [1e9, "ns"], weight: [1e9, "ns"], call: [1e3, "ms"] } as const;

function shown(
  rows: readonly Measured[],
  machine: { cpu: string; node: string; cores: number },
  reason: string | undefined,
  desk: Desk,
): string {
  const style = styleOf(desk.isColoured);
  const cells = rows.map(({ name, unit, wasm, js, plain }) => {
    const [scale, word] = SCALES[unit as keyof typeof SCALES];
    const time = (seconds: number | undefined): string => (seconds === undefined ? "" : rough(seconds * scale));
    const own = wasm ?? js;
    const times = (other: number | undefined): string => (other === undefined ? "" : `${rough(other / own)} ×`);
    return [
      name,
      `${word}/${unit}`,
      time(wasm),
      time(js),
      time(plain),
      wasm === undefined ? "" : times(js),
      times(plain),
    ];
  });
  const lines = table([["", "", "WASM", "twin", "plain", "× twin", "× plain"], ...cells], [1]).split("\n");
  const best = rows.flatMap(({ wasm, js, plain }) => (plain === undefined ? [] : [plain / (wasm ?? js)]));
  const [least, most] = [Math.min(...best), Math.max(...best)];
  return [
    style.bold(`${rough(least)} to ${rough(most)} times as fast as plain loops on this machine.`),
    lines.map((line, k) => (k < 2 ? style.dim(line) : line)).join("\n"),
    noted(
      [
        `${machine.cpu}, ${machine.cores} cores, Node ${machine.node.slice(1)}; one thread, medians of five turns.`,
        "WASM: WebAssembly SIMD. Twin: its JavaScript, which gives the same bits. Plain: the loop that one would write.",
        ...(reason === undefined ? [] : [`WebAssembly cannot run here: ${reason}`]),
      ],
      Math.min(desk.width, 100),
      style,
    ),
  ].join("\n\n");
}
