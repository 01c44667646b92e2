import { offsetsOf } from "../../arithmetic/offsetsOf.js";
import type { VectorLike } from "../../data/toVector.js";
import type { Workshop } from "../calls/Call.js";
import type { GroupRows, Whole } from "./gatherRows.js";
import type { ManyFit } from "./manyFits.js";
import type { blockOf as BlockOf, ManyLayout, PerModel } from "./manyProblems.js";

/** Vectors by model as data. */
export interface PlainVectors {
  common?: VectorLike;
  /** One after the other. */
  flat?: VectorLike;
  list?: VectorLike[];
  /** Whether they can be copied in one go. */
  isColumns?: boolean;
}

export type VectorName = "y" | "weights" | "offset" | "start";

/** What is read of each model: of all of them, or of those from one to another. */
interface Owned extends Record<VectorName, PlainVectors | undefined> {
  matrices: (Whole | { error: unknown })[] | undefined;
  dealing: ReturnType<NonNullable<ManyFit["dealing"]>>[] | undefined;
}

/** What was sent of a call. */
export interface PlainMany extends Omit<ManyFit, "problems" | "dealing" | VectorName>, Owned {
  problems: Pick<ManyLayout, "layout" | "count" | "rows" | "columns" | "whole" | "keys" | "grouped">;
}

/** What was sent with a piece, of the models from `from` on: what the call's own has of all is left out. */
export interface ManyPart extends Partial<Owned> {
  from: number;
  whole?: Whole | undefined;
  /** Which rows its groups have, one after the other. */
  groupRows?: Int32Array;
}

/** Where the vectors of each model begin that lie one after the other. */
export function vectorStarts(name: VectorName, { problems, predictors }: PlainMany): Float64Array {
  const { rows, columns } = problems;
  return offsetsOf(rows.length, (i) => (name === "start" ? columns[i] * (predictors?.[i] ?? 1) : rows[i]));
}

function matrixIn({ from, whole, matrices }: ManyPart, index: number): Whole {
  if (matrices === undefined) return whole as Whole;
  const one = matrices[index - from];
  if ("error" in one) throw one.error;
  return one;
}

/** A vector among those of the models from `first` on. */
function vectorIn(
  { common, flat, list }: PlainVectors,
  first: number,
  starts: Float64Array,
  index: number,
): VectorLike {
  if (common !== undefined) return common;
  if (list !== undefined) return list[index - first];
  const [from, to] = [starts[index] - starts[first], starts[index + 1] - starts[first]];
  return flat instanceof Float64Array ? flat.subarray(from, to) : (flat as readonly number[]).slice(from, to);
}

/** What was sent of a call, with the piece in hand. */
class SentMany {
  readonly #plain: PlainMany;
  readonly #blockOf: typeof BlockOf;
  #held!: ManyPart;
  /** The groups of the piece in hand, once they have been asked for. */
  #groups: GroupRows | undefined;

  constructor(plain: PlainMany, blockOf: typeof BlockOf) {
    this.#plain = plain;
    this.#blockOf = blockOf;
    this.hold();
  }

  /** Takes the piece that this was sent with in hand; without it, none. */
  hold(part?: ManyPart): void {
    const { problems, matrices, dealing, y, weights, offset, start } = this.#plain;
    this.#held = { from: 0, whole: problems.whole, matrices, dealing, y, weights, offset, start, ...part };
    this.#groups = undefined;
  }

  /** The call as it is worked on, with what is held of each model when that is asked for. */
  fit(): ManyFit {
    const plain = this.#plain;
    const { layout, count, rows, columns, keys } = plain.problems;
    const held = (): ManyPart => this.#held;
    const groups = (): GroupRows | undefined => this.#groupRows();
    return {
      ...plain,
      problems: {
        ...{ layout, count, rows, columns, named: { rows: 0, columns: 0 } },
        matrix: (index) => this.#matrix(index),
        get whole() {
          return held().whole;
        },
        get absent() {
          return held().from;
        },
        ...(keys && { keys }),
        get grouped() {
          return groups();
        },
        y: this.#vectors("y") as PerModel,
      },
      dealing:
        plain.dealing && ((index) => (this.#held.dealing as NonNullable<Owned["dealing"]>)[index - this.#held.from]),
      weights: this.#vectors("weights"),
      offset: this.#vectors("offset"),
      start: this.#vectors("start"),
    };
  }

  #matrix(index: number): Whole {
    const { layout, rows } = this.#plain.problems;
    const held = this.#held;
    return layout === "blocks" ? this.#blockOf(held.whole as Whole, rows[0], index - held.from) : matrixIn(held, index);
  }

  #vectors(name: VectorName): PerModel | undefined {
    const given = this.#plain[name];
    if (given === undefined) return undefined;
    const starts = vectorStarts(name, this.#plain);
    const of = (index: number): VectorLike =>
      vectorIn(this.#held[name] as PlainVectors, this.#held.from, starts, index);
    const copy = (first: number, out: Float64Array): void => {
      const n = this.#plain.problems.rows[0];
      for (let at = 0, index = first; at < out.length; at += n, ++index) out.set(of(index), at);
    };
    return { isCommon: given.common !== undefined, of, ...(given.isColumns && { copy }) };
  }

  #groupRows(): GroupRows | undefined {
    const { grouped } = this.#plain.problems;
    if (grouped === undefined) return undefined;
    const { from, groupRows } = this.#held;
    const { rows, starts } = grouped;
    const ofPiece = (): GroupRows => ({ rows: groupRows as Int32Array, starts: starts.map((at) => at - starts[from]) });
    this.#groups ??= groupRows === undefined ? { rows, starts } : ofPiece();
    return this.#groups;
  }
}

/**
 * Where the pieces of a call are worked on that was sent, which only workers do.
 *
 * @param tools - Of the main entry.
 */
export function openMany(
  plain: PlainMany,
  { blockOf, openFits }: { blockOf: typeof BlockOf; openFits(fit: ManyFit): Workshop },
): Workshop {
  const sent = new SentMany(plain, blockOf);
  const workshop = openFits(sent.fit());
  return {
    *work(piece, part) {
      sent.hold(part as ManyPart | undefined);
      try {
        return yield* workshop.work(piece);
      } finally {
        sent.hold();
      }
    },
    close: () => workshop.close?.(),
  };
}
