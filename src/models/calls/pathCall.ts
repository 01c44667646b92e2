import type { Matrix } from "../../data/Matrix.js";
import type { Steps } from "../../kernels/steps.js";
import type { NamedColumns } from "../options/columnNumbers.js";
import type { Fit, Lambdas } from "../options/Fit.js";
import { familyPath } from "../paths/familyPath.js";
import { anyWays } from "../paths/gaussianPath.js";
import { countOf } from "../paths/lambdas.js";
import { relaxPath } from "../relaxed/relaxPath.js";
import type { AnyModel } from "../results/Model.js";
import { Path } from "../results/Path.js";
import { type Call, type Piece, plainFit } from "./Call.js";

/** What a path is fitted to, and how. */
export interface PathData {
  matrix: Matrix;
  target: Float64Array;
  /** Without names. */
  fit: Fit;
  lambdas: Lambdas;
  /** The mixes that `relax` asks for. */
  gammas: readonly number[];
}

/** The path on all rows for this l1Ratio. */
export interface PathPiece extends Piece {
  readonly do: "path";
  readonly l1Ratio: number;
}

export function* pathOf(
  { matrix, target, fit, lambdas, gammas }: PathData,
  { l1Ratio }: PathPiece,
): Steps<Path<AnyModel>> {
  const path = yield* familyPath(matrix, target, { ...fit, l1Ratio, lambdas }, anyWays);
  return yield* relaxPath(matrix, target, fit, path, gammas);
}

/** A path whose columns are called as those of its X. */
export const withNames = (path: Path<AnyModel>, columns: NamedColumns): Path<AnyModel> =>
  new Path<AnyModel>({ ...path, ...columns });

export const openPath = (data: PathData) => ({ work: (piece: Piece) => pathOf(data, piece as PathPiece) });

/** One piece, as each lambda starts from the one before. */
export function pathCall(data: PathData, l1Ratio: number): Call<Path<AnyModel>> {
  const { columns } = data.fit;
  const own = { ...data, fit: { ...data.fit, columns: {} } };
  const total = countOf(data.lambdas);
  return {
    kind: "regularizationPath",
    open: () => openPath(own),
    data: () => ({ ...own, fit: plainFit(own.fit) }),
    unit: "lambdas",
    total,
    *plan() {
      const piece: PathPiece = { do: "path", units: total, l1Ratio };
      const [path] = yield { pieces: [piece] };
      return withNames(path as Path<AnyModel>, columns);
    },
  };
}
