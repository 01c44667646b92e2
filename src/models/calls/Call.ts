import { finish, type Steps } from "../../kernels/steps.js";
import type { Fit } from "../options/Fit.js";

/** A part of a call that needs nothing of the others in its batch. How a call is cut into them depends on the problem alone. */
export interface Piece {
  readonly do: string;
  /** What it adds to the progress of the call. */
  readonly units: number;
}

/** Pieces to be worked on in any order, each for itself. */
export interface Batch {
  readonly pieces: readonly Piece[];
  /** What this and all later pieces need to know besides the data of the call. */
  readonly share?: unknown;
  /** Whether what came of a piece leaves nothing to do for those after it. */
  readonly isOver?: (result: unknown) => boolean;
  /** Takes what came of each piece as it comes, which then is not kept. */
  readonly take?: (result: unknown, index: number) => void;
}

/** One batch after the other: told what came of each of its pieces, in their order, up to where it was over. */
export type Plan<Result> = Generator<Batch, Result, readonly unknown[]>;

/** Where the pieces of a call are worked on, with what several of them have in common. */
export interface Workshop {
  share?(what: unknown): void;
  /** @param part - What it reads that the data of the call leaves out: {@link CutData}. */
  work(piece: Piece, part?: unknown): Steps<unknown>;
  close?(): void;
}

/** A fit as it can be sent: what its penalty is made of stays behind. */
export const plainFit = ({ penalty, ...fit }: Fit) => ({
  ...fit,
  ...(penalty && { penalty: { fields: penalty.fields } }),
});

/** The data of a call whose pieces read rows of their own: what all of them read, and what only one does, which is sent with it. */
export interface CutData {
  readonly common: unknown;
  part(piece: Piece): unknown;
}

/** A call whose arguments are checked. */
export interface Call<Result = unknown> {
  readonly kind: "crossValidate" | "fitMany" | "gram" | "regularizationPath";
  /** Where its pieces can be worked on in this thread. */
  open(): Workshop;
  /**
   * For others, all that its pieces read but for what is shared later: numbers, strings, arrays, matrices, paths, and lists and objects
   * of these; many models as they are, which those who send them make so (sendMany.ts).
   */
  data(): unknown;
  plan(): Plan<Result>;
  /** What is counted, and how many there are if no path ends early; Infinity while nobody knows. */
  readonly unit: "lambdas" | "models" | "rows";
  readonly total: number;
}

/** Works on all pieces in their order. */
export const perform = <Result>(call: Call<Result>): Result => finish(stepsOf(call));

/** The same, with rests. */
export function* stepsOf<Result>(call: Call<Result>): Steps<Result> {
  const workshop = call.open();
  try {
    const batches = call.plan();
    let results: unknown[] = [];
    for (;;) {
      const { done, value } = batches.next(results);
      if (done) return value;
      if (value.share !== undefined) workshop.share?.(value.share);
      results = [];
      for (const piece of value.pieces) {
        const result = yield* workshop.work(piece);
        results.push(result);
        if (value.isOver?.(result)) break;
      }
    }
  } finally {
    workshop.close?.();
  }
}

/** Operations that a piece is worth: fewer take less than a few milliseconds. */
const WORTH = 4e6;

/** From 0 up to `count` in ranges that cost enough, given what one costs. */
export function rangesOf(count: number, cost: number): [from: number, to: number][] {
  const size = Math.max(1, Math.ceil(WORTH / Math.max(1, cost)));
  return Array.from({ length: Math.ceil(count / size) }, (_, k) => [k * size, Math.min(count, (k + 1) * size)]);
}
