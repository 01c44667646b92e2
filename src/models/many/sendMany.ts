import type { CutData } from "../calls/Call.js";
import type { Whole } from "./gatherRows.js";
import type { ModelsPiece } from "./manyCall.js";
import type { ManyFit } from "./manyFits.js";
import type { ManyLayout, PerModel } from "./manyProblems.js";
import { type ManyPart, type PlainMany, type PlainVectors, type VectorName, vectorStarts } from "./openMany.js";

const VECTORS: readonly VectorName[] = ["y", "weights", "offset", "start"];

const eachOf = <T>(count: number, of: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => of(i));

function plainVectors(vectors: PerModel | undefined, { count, rows }: ManyLayout): PlainVectors | undefined {
  if (vectors === undefined) return undefined;
  const { isCommon, of, copy, flat } = vectors;
  if (isCommon) return { common: of(0), isColumns: copy !== undefined };
  if (flat !== undefined) return { flat };
  if (copy === undefined) return { list: eachOf(count, of) };
  const all = new Float64Array(count * rows[0]);
  copy(0, all);
  return { flat: all, isColumns: true };
}

/** What is sent of a call, which {@link openMany} takes. */
export function plainMany(fit: ManyFit): PlainMany {
  const { problems, dealing, common, weights, offset, start } = fit;
  const { layout, count, rows, columns, whole, y, keys, grouped } = problems;
  const matrixOf = (index: number): Whole | { error: unknown } => {
    try {
      return problems.matrix(index);
    } catch (error) {
      return { error };
    }
  };
  const { names: _, ...options } = common;
  return {
    ...fit,
    common: options,
    columns: {},
    problems: { layout, count, rows, columns, whole, ...(keys && { keys }), ...(grouped && { grouped }) },
    matrices: whole === undefined ? eachOf(count, matrixOf) : undefined,
    dealing: dealing && eachOf(count, dealing),
    y: plainVectors(y, problems),
    weights: plainVectors(weights, problems),
    offset: plainVectors(offset, problems),
    start: plainVectors(start, problems),
  };
}

/** Cuts what was to be sent of a call, which {@link openMany} takes too: each piece has the rows of its own models with it. */
export function cutMany(plain: PlainMany): CutData {
  const { problems, matrices, dealing } = plain;
  const { layout, rows, whole, grouped } = problems;
  const hasBlocks = layout === "blocks";
  const rowsOf = rowsIn(whole as Whole);
  const own = VECTORS.filter((name) => plain[name] !== undefined && plain[name]?.common === undefined);
  const vectors = own.map((name) => {
    const given = plain[name] as PlainVectors;
    return { name, isColumns: given.isColumns, of: vectorsIn(given, vectorStarts(name, plain)) };
  });
  return {
    common: {
      ...plain,
      problems: {
        ...problems,
        ...(hasBlocks && { whole: undefined }),
        ...(grouped && { grouped: { ...grouped, rows: new Int32Array() } }),
      },
      matrices: matrices && [],
      dealing: dealing && [],
      ...Object.fromEntries(vectors.map(({ name, isColumns }) => [name, { isColumns }])),
    },
    part(piece): ManyPart {
      const { from, to } = piece as ModelsPiece;
      return {
        from,
        matrices: matrices?.slice(from, to),
        dealing: dealing?.slice(from, to),
        ...(hasBlocks && { whole: rowsOf(from * rows[0], to * rows[0]) }),
        ...(grouped && { groupRows: grouped.rows.subarray(grouped.starts[from], grouped.starts[to]) }),
        ...Object.fromEntries(vectors.map(({ name, of }) => [name, of(from, to)])),
      };
    },
  };
}

/** The rows of X from one to another, where they lie if they lie together; otherwise until the next are asked for. */
function rowsIn(X: Whole): (from: number, to: number) => Whole {
  let scratch = new Float64Array();
  return (from, to) => {
    if (!("order" in X)) return X.takeRows(Int32Array.from({ length: to - from }, (_, i) => from + i));
    X.verify();
    const { columns, order } = X;
    const size = (to - from) * columns;
    let data = X.data.subarray(from * columns, to * columns);
    if (order === "column") {
      if (scratch.length < size) scratch = new Float64Array(size);
      data = scratch.subarray(0, size);
      X.copyRowRange(data, from, to, 0, columns);
    }
    return { data, rows: to - from, columns, order } as Whole;
  };
}

/** The vectors of models from one to another. */
function vectorsIn({ flat, list }: PlainVectors, starts: Float64Array): (from: number, to: number) => PlainVectors {
  if (list !== undefined) return (from, to) => ({ list: list.slice(from, to) });
  return (from, to) => {
    const [first, last] = [starts[from], starts[to]];
    return {
      flat: flat instanceof Float64Array ? flat.subarray(first, last) : (flat as readonly number[]).slice(first, last),
    };
  };
}
