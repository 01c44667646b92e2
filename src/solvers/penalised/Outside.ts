import { int32 } from "../../kernels/arena.js";

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

export const outsideLayout = (p: number) => [int32(p)] as const;
