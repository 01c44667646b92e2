import { DenseMatrix } from "../../data/DenseMatrix.js";
import { isShared } from "../../data/FloatArray.js";
import { TARGETS } from "../../solvers/batch/TargetsWorkspace.js";
import type { Call, Piece, Workshop } from "../calls/Call.js";
import { byPlace } from "../options/columnNumbers.js";
import type { AnyModel } from "../results/Model.js";
import { columnStarts, type ManyFields, unfitted } from "./ManyFields.js";
import { ManyModels } from "./ManyModels.js";
import { type ManyFit, ManyFits, Shelf } from "./manyFits.js";
import type { PerModel } from "./manyProblems.js";

/** Models from one to another. */
export interface ModelsPiece extends Piece {
  readonly do: "models";
  readonly from: number;
  readonly to: number;
}

/** About what a piece costs, and a model of n × p, in nanoseconds: by the solvers of small ones, or by itself. */
const PIECE = 4e7;
/** So many values of X that are copied for it are enough for a piece too. */
const VALUES = 2097152;
const quickCost = (n: number, p: number): number => 1500 + (n * p * (p + 8)) / 8;
const costAlone = (n: number, p: number): number => 2e5 + 40 * n * p;
/** What choosing lambda costs more. */
const CHOICE = 20;

/** Ranges of models of about the same cost, which depend on the models alone. */
function cut({ problems, quick, lambda }: ManyFit): [from: number, to: number][] {
  const { count, rows, columns, layout, whole } = problems;
  // What threads read where it lies is copied for no piece.
  const isInPlace = layout === "shared" || (whole instanceof DenseMatrix && isShared(whole.data.buffer));
  const costOf = quick ? quickCost : costAlone;
  const step = layout === "shared" ? TARGETS : 1;
  const ranges: [number, number][] = [];
  let from = 0;
  let cost = 0;
  for (let to = 1; to <= count; ++to) {
    const [n, p] = [rows[to - 1], columns[to - 1]];
    const values = isInPlace ? 0 : n * p;
    cost += Math.max(costOf(n, p) * (lambda === "cv" ? CHOICE : 1), (PIECE / VALUES) * values);
    if (to < count && (cost < PIECE || to % step !== 0)) continue;
    ranges.push([from, to]);
    from = to;
    cost = 0;
  }
  return ranges;
}

/** The fits of a part of the models. */
function partOf(fit: ManyFit, from: number, to: number): ManyFit {
  const { problems, lambda, predictors, dealing } = fit;
  const { rows, columns, keys, grouped } = problems;
  const shifted = (vectors: PerModel | undefined): PerModel | undefined =>
    vectors && {
      isCommon: vectors.isCommon,
      of: (index) => vectors.of(from + index),
      ...(vectors.copy && { copy: (first: number, out: Float64Array) => vectors.copy?.(from + first, out) }),
    };
  return {
    ...fit,
    problems: {
      ...problems,
      count: to - from,
      rows: rows.subarray(from, to),
      columns: columns.subarray(from, to),
      matrix: (index) => problems.matrix(from + index),
      y: shifted(problems.y) as PerModel,
      ...(keys && { keys: keys.slice(from, to) }),
      ...(grouped && { grouped: { ...grouped, starts: grouped.starts.subarray(from, to + 1) } }),
      before: from,
      all: problems,
    },
    predictors: predictors?.subarray(from, to),
    lambda: lambda === "cv" ? lambda : lambda.subarray(from, to),
    dealing: dealing && ((index) => dealing(from + index)),
    weights: shifted(fit.weights),
    offset: shifted(fit.offset),
    start: shifted(fit.start),
  };
}

export function openFits(fit: ManyFit): Workshop {
  const shelf = new Shelf();
  return {
    work(piece) {
      const { from, to } = piece as ModelsPiece;
      return new ManyFits(partOf(fit, from, to), shelf).run();
    },
    close: () => shelf.close(),
  };
}

/** Blocks of models, each of which has the bits that it would have alone. */
export function manyCall(fit: ManyFit): Call<ManyModels<AnyModel>> {
  const { problems, family, tolerance, lambda, predictors, common, columns: named } = fit;
  const { count, columns, layout, keys } = problems;
  return {
    kind: "fitMany",
    open: () => openFits(fit),
    data: () => ({ ...fit, common: byPlace(common, named, columns[0]) }),
    unit: "models",
    total: count,
    *plan() {
      const ranges = cut(fit);
      let fields: ManyFields | undefined;
      let measured: Float64Array = new Float64Array();
      const add = (part: ManyFields, from: number): void => {
        fields ??= unfitted(family, tolerance, columns, layout === "shared", lambda === "cv", predictors);
        if (measured.length === 0) measured = columnStarts(fields);
        merge(fields, part, from, measured);
      };
      const waiting: (ManyFields | undefined)[] = [];
      let next = 0;
      yield {
        pieces: ranges.map(([from, to]): ModelsPiece => ({ do: "models", units: to - from, from, to })),
        take(part, index) {
          // In their order, as what models share is the first one's.
          waiting[index] = part as ManyFields;
          for (; waiting[next] !== undefined; ++next) {
            add(waiting[next] as ManyFields, ranges[next][0]);
            waiting[next] = undefined;
          }
        },
      };
      return new ManyModels({ ...(fields as ManyFields), ...(keys && { keys }), ...fit.columns });
    },
  };
}

/** Puts the models from `from` on into their places. */
function merge(fields: ManyFields, part: ManyFields, from: number, measured: Float64Array): void {
  const { starts, interceptStarts, means } = fields;
  const count = part.lambdas.length;
  const places: Partial<Record<keyof ManyFields, number>> = {
    coefficients: starts[from],
    intercepts: interceptStarts[from],
    starts: -1,
    interceptStarts: -1,
    keys: -1,
  };
  const isShared = means.length < measured[measured.length - 1];
  for (const [name, values] of Object.entries(part) as [keyof ManyFields, unknown][]) {
    const place = places[name] ?? from;
    if (place < 0) continue;
    if (name === "means" || name === "sds") {
      const [all, own] = [fields[name], values as Float64Array];
      if (!isShared) all.set(own, measured[from]);
      else for (let j = 0; j < own.length; ++j) if (Number.isNaN(all[j])) all[j] = own[j];
    } else if (ArrayBuffer.isView(values)) (fields[name] as Float64Array).set(values as Float64Array, place);
    else if (Array.isArray(values)) {
      const all = fields as unknown as Record<string, unknown[]>;
      all[name] ??= new Array(fields.lambdas.length).fill(name === "stopReasons" ? "" : undefined);
      for (let i = 0; i < count; ++i) all[name][from + i] = values[i];
    } else Object.assign(fields, { [name]: values });
  }
}
