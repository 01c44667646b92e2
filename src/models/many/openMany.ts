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

/**
 * Where the pieces of a call are worked on that was sent, which only workers do.
 *
 * @param tools - Of the main entry.
 */
export function openMany(
  plain: PlainMany,
  { blockOf, openFits }: { blockOf: typeof BlockOf; openFits(fit: ManyFit): Workshop },
): Workshop {
  const { problems, matrices, dealing, y, weights, offset, start } = plain;
  const { layout, count, rows, columns, whole, keys, grouped } = problems;
  const all: ManyPart = { from: 0, whole, matrices, dealing, y, weights, offset, start };
  let held = all;
  const matrixOf = (index: number): Whole =>
    layout === "blocks" ? blockOf(held.whole as Whole, rows[0], index - held.from) : matrixIn(held, index);
  const vectorsOf = (name: VectorName): PerModel | undefined => {
    const given = plain[name];
    if (given === undefined) return undefined;
    const isCommon = given.common !== undefined;
    const starts = vectorStarts(name, plain);
    const of = (index: number): VectorLike => vectorIn(held[name] as PlainVectors, held.from, starts, index);
    const copy = (first: number, out: Float64Array): void => {
      const n = rows[0];
      for (let at = 0, index = first; at < out.length; at += n, ++index) out.set(of(index), at);
    };
    return { isCommon, of, ...(given.isColumns && { copy }) };
  };
  /** The groups of the piece in hand, once they have been asked for. */
  let groups: GroupRows | undefined;
  const groupsOf = ({ rows, starts }: GroupRows): GroupRows => {
    if (held.groupRows === undefined) return { rows, starts };
    const first = starts[held.from];
    return { rows: held.groupRows, starts: starts.map((start) => start - first) };
  };
  const workshop = openFits({
    ...plain,
    problems: {
      ...{ layout, count, rows, columns, matrix: matrixOf, named: { rows: 0, columns: 0 } },
      get whole() {
        return held.whole;
      },
      get absent() {
        return held.from;
      },
      ...(keys && { keys }),
      get grouped() {
        groups ??= grouped && groupsOf(grouped);
        return groups;
      },
      y: vectorsOf("y") as PerModel,
    },
    dealing: dealing && ((index) => (held.dealing as NonNullable<Owned["dealing"]>)[index - held.from]),
    weights: vectorsOf("weights"),
    offset: vectorsOf("offset"),
    start: vectorsOf("start"),
  });
  return {
    *work(piece, part) {
      held = { ...all, ...(part as ManyPart | undefined) };
      groups = undefined;
      try {
        return yield* workshop.work(piece);
      } finally {
        held = all;
      }
    },
    close: () => workshop.close?.(),
  };
}
