import type { VectorLike } from "../../data/toVector.js";
import type { Workshop } from "../calls/Call.js";
import type { Whole } from "./gatherRows.js";
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

function vectorsOf(plain: PlainVectors | undefined, lengths: Int32Array): PerModel | undefined {
  if (plain === undefined) return undefined;
  const { common, flat, list, isColumns } = plain;
  if (list !== undefined) return { isCommon: false, of: (index) => list[index] };
  const starts = new Float64Array(lengths.length + 1);
  for (let i = 0; i < lengths.length; ++i) starts[i + 1] = common === undefined ? starts[i] + lengths[i] : 0;
  const of = (index: number): VectorLike => {
    if (common !== undefined) return common;
    const [from, to] = [starts[index], starts[index + 1]];
    return flat instanceof Float64Array ? flat.subarray(from, to) : (flat as readonly number[]).slice(from, to);
  };
  const copy = (first: number, out: Float64Array): void => {
    const n = lengths[0];
    for (let at = 0, index = first; at < out.length; at += n, ++index) out.set(of(index), at);
  };
  return { isCommon: common !== undefined, of, ...(isColumns && { copy }) };
}

type PlainMany = Omit<ManyFit, "problems" | "dealing" | "weights" | "offset" | "start"> & {
  problems: Pick<ManyLayout, "layout" | "count" | "rows" | "columns" | "whole" | "keys" | "grouped">;
  matrices: (Whole | { error: unknown })[] | undefined;
  dealing: ReturnType<NonNullable<ManyFit["dealing"]>>[] | undefined;
} & Record<"y" | "weights" | "offset" | "start", PlainVectors | undefined>;

/**
 * Where the pieces of a call are worked on that was sent, which only workers do.
 *
 * @param tools - Of the main entry.
 */
export function openMany(
  plain: PlainMany,
  { blockOf, openFits }: { blockOf: typeof BlockOf; openFits(fit: ManyFit): Workshop },
): Workshop {
  const { problems, matrices, dealing, y, weights, offset, start, predictors, ...rest } = plain;
  const { layout, count, rows, columns, whole, keys, grouped } = problems;
  const matrixOf = (index: number): Whole => {
    if (layout === "blocks") return blockOf(whole as Whole, rows[0], index);
    if (matrices === undefined) return whole as Whole;
    const one = matrices[index];
    if ("error" in one) throw one.error;
    return one;
  };
  return openFits({
    ...rest,
    predictors,
    problems: {
      ...{ layout, count, rows, columns, whole, matrix: matrixOf, named: { rows: 0, columns: 0 } },
      ...(keys && { keys }),
      ...(grouped && { grouped }),
      y: vectorsOf(y, rows) as PerModel,
    },
    dealing: dealing && ((index) => dealing[index]),
    weights: vectorsOf(weights, rows),
    offset: vectorsOf(offset, rows),
    start: vectorsOf(start, predictors ? columns.map((p, i) => p * predictors[i]) : columns),
  });
}
