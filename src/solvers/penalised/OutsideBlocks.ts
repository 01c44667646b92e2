import { take } from "../../kernels/arena.js";
import type { BlockPenalty } from "../../penalties/Penalty.js";
import { type Outside, outsideLayout } from "./Outside.js";
import type { GramableProblem, WorkingBlocks } from "./WorkingBlocks.js";

/** Blocks that may enter at once, if there are no more already. */
const ENTRANTS = 64;

/** The coordinates of a block. */
export const membersOf = ({ starts, members }: BlockPenalty, g: number): Int32Array =>
  members.subarray(starts[g], starts[g + 1]);

/** The blocks outside of a working set. */
export class OutsideBlocks implements Outside {
  readonly #problem: GramableProblem;
  readonly #penalty: BlockPenalty;
  readonly #working: WorkingBlocks;
  readonly #coordinates: Int32Array;

  constructor(problem: GramableProblem, penalty: BlockPenalty, working: WorkingBlocks) {
    this.#problem = problem;
    this.#penalty = penalty;
    this.#working = working;
    [this.#coordinates] = take(problem.arena, outsideLayout(problem.p));
  }

  addSupport(): void {
    const { b, l1 } = this.#problem;
    this.#enter(this.#list((g) => this.#some(g, (j) => b[j] !== 0 || l1[j] === 0)));
  }

  admit(blocks?: readonly number[]): void {
    const { z } = this.#problem;
    const excess = (g: number): number => this.#penalty.excess(g, z, 1);
    const worst = this.#list((g) => excess(g) > 0, blocks);
    const most = Math.max(ENTRANTS, this.#working.blocks.length);
    if (worst.length > most) worst.sort((g, h) => excess(h) - excess(g));
    this.#enter(worst.slice(0, most));
  }

  listStrong(shrinkage: number): number[] {
    const share = shrinkage < 2 ? 1 / (2 - shrinkage) : Number.POSITIVE_INFINITY;
    return this.#list((g) => share === Number.POSITIVE_INFINITY || this.#penalty.excess(g, this.#problem.z, share) > 0);
  }

  gradient(blocks: readonly number[]): void {
    let listed = 0;
    for (const g of this.#list(() => true, blocks))
      for (const j of membersOf(this.#penalty, g)) this.#coordinates[listed++] = j;
    this.#problem.gradient(listed, this.#coordinates);
  }

  look(): void {
    const { z, l1, eligible } = this.#problem;
    const { starts } = this.#penalty;
    let listed = 0;
    for (const j of eligible) if (this.#working.isWorking[j] === 0) this.#coordinates[listed++] = j;
    this.#problem.screen(listed, this.#coordinates);
    const mayEnter = (g: number): boolean => this.#some(g, (j) => Math.abs(z[j]) > l1[j]);
    this.gradient(this.#list((g) => starts[g + 1] - starts[g] > 1 && mayEnter(g)));
  }

  #enter(blocks: readonly number[]): void {
    for (const g of blocks) this.#working.add(membersOf(this.#penalty, g), g);
  }

  /** Those of some blocks, all unless told, that are outside. */
  #list(isListed: (g: number) => boolean, blocks?: readonly number[]): number[] {
    const { starts, members } = this.#penalty;
    const found: number[] = [];
    const look = (g: number): void => {
      if (this.#working.isWorking[members[starts[g]]] === 0 && isListed(g)) found.push(g);
    };
    if (blocks !== undefined) blocks.forEach(look);
    else for (let g = 0; g + 1 < starts.length; ++g) look(g);
    return found;
  }

  #some(g: number, holds: (j: number) => boolean): boolean {
    const { starts, members } = this.#penalty;
    for (let k = starts[g]; k < starts[g + 1]; ++k) if (holds(members[k])) return true;
    return false;
  }
}
