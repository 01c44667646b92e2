import { take } from "../../kernels/arena.js";
import type { SortedPenalty } from "../../penalties/Penalty.js";
import { type Outside, outsideLayout } from "./Outside.js";
import type { GramableProblem, WorkingBlocks } from "./WorkingBlocks.js";

/** The coordinates outside of a working set, of a penalty of all of them at once: there are no blocks to list. */
export class OutsideCoordinates implements Outside {
  readonly #problem: GramableProblem;
  readonly #penalty: SortedPenalty;
  readonly #working: WorkingBlocks;
  readonly #coordinates: Int32Array;

  constructor(problem: GramableProblem, penalty: SortedPenalty, working: WorkingBlocks) {
    this.#problem = problem;
    this.#penalty = penalty;
    this.#working = working;
    [this.#coordinates] = take(problem.arena, outsideLayout(problem.p));
  }

  addSupport(): void {
    const { b, l1, eligible } = this.#problem;
    const { isWorking } = this.#working;
    this.#working.add(eligible.filter((j) => isWorking[j] === 0 && (b[j] !== 0 || l1[j] === 0)));
  }

  admit(): void {
    const found = this.#penalty.admit(this.#working.isWorking, this.#problem.z, this.#coordinates);
    this.#working.add(this.#coordinates.subarray(0, found));
  }

  listStrong(): number[] {
    return [];
  }

  gradient(): void {}

  look(): void {
    const { eligible } = this.#problem;
    this.#problem.gradient(eligible.length, eligible);
  }
}
