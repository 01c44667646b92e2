import { backend, setBackend } from "../../index.js";

/** Something that is measured by each backend, and as a loop that one would write oneself. */
export interface Case {
  group: "kernels" | "fits" | "optimizers";
  name: string;
  /** What a time is of, and how many of it one call does. */
  unit: string;
  count: number;
  run(): void;
  plain?: () => void;
}

/** Times of one case in seconds for each unit; undefined where there is none. */
export interface Measured {
  group: Case["group"];
  name: string;
  unit: string;
  wasm: number | undefined;
  js: number;
  plain: number | undefined;
}

/** Rounds of all contenders in turn, and the milliseconds that each has in one. */
const ROUNDS = 5;
const TURN = 45;

/** The median times of a case, its contenders in turn. */
export function measure({ group, name, unit, count, run, plain }: Case): Measured {
  setBackend("auto");
  const hasWasm = backend().name === "wasm";
  const contenders: [keyof Measured, () => void, () => void][] = [
    ...(hasWasm ? [["wasm", () => setBackend("wasm"), run] as [keyof Measured, () => void, () => void]] : []),
    ["js", () => setBackend("js"), run],
    ...(plain ? [["plain", () => {}, plain] as [keyof Measured, () => void, () => void]] : []),
  ];
  const times = new Map<string, number[]>();
  for (let round = 0; round <= ROUNDS; ++round) {
    for (const [kind, prepare, work] of contenders) {
      prepare();
      const started = performance.now();
      let [calls, elapsed] = [0, 0];
      do {
        work();
        calls += 1;
        elapsed = performance.now() - started;
      } while (elapsed < TURN);
      // The first is for compilers.
      if (round > 0) times.set(kind, [...(times.get(kind) ?? []), elapsed / 1000 / calls / count]);
    }
  }
  setBackend("auto");
  const median = (kind: string): number | undefined => times.get(kind)?.sort((a, b) => a - b)[ROUNDS >> 1];
  return { group, name, unit, wasm: median("wasm"), js: median("js") as number, plain: median("plain") };
}
