import { int32, take } from "../../kernels/arena.js";
import type { BlockPenalty, Penalty, SortedPenalty } from "../../penalties/Penalty.js";
import type { GramableProblem, WorkingBlocks } from "./WorkingBlocks.js";

/** Blocks that may enter at once, if there are no more already. */
const ENTRANTS = 64;

/** What is outside of a working set, and how it gets in: whole blocks, or coordinates where the penalty is one of all of them. */
export interface Outside {
  /** Adds what has a coefficient, or no penalty that keeps it at 0. */
  addSupport(): void;
  /** Admits what would not stay at 0, of a list of blocks or of all. */
  admit(list?: readonly number[]): void;
  /** The blocks that may well enter: those that would at 2·lambda less the last one. */
  listStrong(shrinkage: number): number[];
  /** Recomputes z of the blocks of a list. */
  gradient(list: readonly number[]): void;
  /** Recomputes z of all, exact but where it surely keeps a block at 0. */
  look(): void;
}

/** The coordinates of a block. */
export const membersOf = ({ starts, members }: BlockPenalty, g: number): Int32Array =>
  members.subarray(starts[g], starts[g + 1]);

export const outsideLayout = (p: number) => [int32(p)] as const;

export const outsideOf = (problem: GramableProblem, penalty: Penalty, working: WorkingBlocks): Outside =>
  penalty.kind === "blocks" ? outsideBlocks(problem, penalty, working) : outsideCoordinates(problem, penalty, working);

function outsideBlocks(problem: GramableProblem, penalty: BlockPenalty, working: WorkingBlocks): Outside {
  const { b, z, l1, eligible } = problem;
  const { isWorking } = working;
  const { starts, members } = penalty;
  const [outside] = take(problem.arena, outsideLayout(problem.p));
  /** Those of some blocks, all unless told, that are outside. */
  const list = (isListed: (g: number) => boolean, blocks?: readonly number[]): number[] => {
    const found: number[] = [];
    const look = (g: number): void => {
      if (isWorking[members[starts[g]]] === 0 && isListed(g)) found.push(g);
    };
    if (blocks !== undefined) blocks.forEach(look);
    else for (let g = 0; g + 1 < starts.length; ++g) look(g);
    return found;
  };
  const some = (g: number, holds: (j: number) => boolean): boolean => {
    for (let k = starts[g]; k < starts[g + 1]; ++k) if (holds(members[k])) return true;
    return false;
  };
  const excess = (g: number): number => penalty.excess(g, z, 1);
  const gradient = (blocks: readonly number[]): void => {
    let listed = 0;
    for (const g of blocks) for (const j of membersOf(penalty, g)) outside[listed++] = j;
    problem.gradient(listed, outside);
  };
  return {
    addSupport: () => {
      for (const g of list((g) => some(g, (j) => b[j] !== 0 || l1[j] === 0))) working.add(membersOf(penalty, g), g);
    },
    admit: (blocks) => {
      const worst = list((g) => excess(g) > 0, blocks);
      const most = Math.max(ENTRANTS, working.blocks.length);
      if (worst.length > most) worst.sort((g, h) => excess(h) - excess(g));
      for (const g of worst.slice(0, most)) working.add(membersOf(penalty, g), g);
    },
    listStrong: (shrinkage) => {
      const share = shrinkage < 2 ? 1 / (2 - shrinkage) : Number.POSITIVE_INFINITY;
      return list((g) => share === Number.POSITIVE_INFINITY || penalty.excess(g, z, share) > 0);
    },
    gradient: (blocks) => gradient(list(() => true, blocks)),
    look: () => {
      let listed = 0;
      for (const j of eligible) if (isWorking[j] === 0) outside[listed++] = j;
      problem.screen(listed, outside);
      gradient(list((g) => starts[g + 1] - starts[g] > 1 && some(g, (j) => Math.abs(z[j]) > l1[j])));
    },
  };
}

function outsideCoordinates(problem: GramableProblem, penalty: SortedPenalty, working: WorkingBlocks): Outside {
  const { b, z, l1, eligible } = problem;
  const { isWorking } = working;
  const [outside] = take(problem.arena, outsideLayout(problem.p));
  return {
    addSupport: () => working.add(eligible.filter((j) => isWorking[j] === 0 && (b[j] !== 0 || l1[j] === 0))),
    admit: () => working.add(outside.subarray(0, penalty.admit(isWorking, z, outside))),
    listStrong: () => [],
    gradient: () => {},
    look: () => problem.gradient(eligible.length, eligible),
  };
}
