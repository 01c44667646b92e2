import type { DenseMatrix } from "../data/DenseMatrix.js";
import type { SparseMatrix } from "../data/SparseMatrix.js";
import { toLabels } from "../data/toLabels.js";
import { namedMatrix } from "../data/toMatrix.js";
import { toVector } from "../data/toVector.js";
import { checkLength, checkOptions, describe, rangeError, typeError } from "../errors.js";
import type {
  AnyModel,
  CrossValidation,
  Encoding,
  LabelsLike,
  MatrixLike,
  Model,
  ModelFields,
  Path,
  PathFields,
  TableLike,
  VectorLike,
} from "../index.js";
import { kindOf } from "../models/results/summaries/words.js";
import { counted, plural, rough } from "../printing/numbers.js";
import { assess, type Responses } from "./assess.js";
import { notesOf } from "./notes.js";
import { toFloats } from "./pack.js";
import type { Assessment, Errors, ReportData, RuleChoice } from "./ReportData.js";
import { sentenceOf, type Told } from "./sentence.js";

/** What a report can be of. */
export type Reportable = AnyModel | Path<AnyModel> | CrossValidation<AnyModel>;

/** Rows whose responses are known. */
export interface ReportRows {
  /** Rows of p columns, in any form that predictions take; of a cross-validation's own rows it need not be given. */
  X?: MatrixLike | TableLike | undefined;
  /** A number or a label for each row. */
  y: VectorLike | LabelsLike;
  weights?: VectorLike | undefined;
  offset?: VectorLike | undefined;
}

/** The options of a report. */
export interface ReportOptions {
  /** What stands above all else and in the tab: "diabetes.csv · 442 rows". Default: the kind of the fit and its shape. */
  title?: string | undefined;
  /**
   * Rows for residuals, ROC curve, calibration and the notes on columns that move together. Those of a cross-validation, in their order, are
   * predicted by the fits that have not seen them; others by the models that are shown. What `designMatrix` makes is taken whole.
   */
  data?: ReportRows | undefined;
  /** What is predicted, for the words: "progression". */
  target?: string | undefined;
  /** The seed that folds were dealt by. Default: that of the cross-validation. */
  seed?: number | undefined;
  /** How long the fits took. */
  seconds?: number | undefined;
  /** Where the page is served that `npm run build:demo` makes: "open in the page" leads there, with the state shown. Default: no such link. */
  page?: string | undefined;
}

/** What a design has: those that a report needs, and those that X has with it. */
const ROWS = ["X", "y", "weights", "offset", "groups", "names", "encoding", "notes", "rows"];
const OPTIONS = ["title", "data", "target", "seed", "seconds", "page"];
/** Of models of a path, so many are assessed on given rows. */
const ASSESSED = 16;
/** Curves of folds at the most. */
const MOST_FOLDS = 40;

type Crossed = CrossValidation<AnyModel>;
type Table = Crossed["byRatio"][number];

/** What a report shows of a result, as plain data. The views of `src/report/view` draw it. */
export function reportOf(result: Reportable, options: ReportOptions = {}): ReportData {
  checkOptions("renderReport", options, OPTIONS);
  return collect(result, options);
}

function collect(result: Reportable, options: ReportOptions): ReportData {
  const kind = kindOfResult(result);
  const crossed = kind === "crossValidation" ? (result as Crossed) : undefined;
  const path = crossed ? crossed.path : kind === "path" ? (result as Path<AnyModel>) : undefined;
  const fields = (path ?? result) as unknown as PathFields & ModelFields;
  const { classes, penalty, means } = fields;
  const K = fields.family === "multinomial" ? (classes?.length ?? 1) : 1;
  const data: Told["data"] = {
    kind,
    title: textOf("title", options.title),
    ...(options.target !== undefined && { target: textOf("target", options.target) }),
    ...settingsOf(fields),
    ...fitsOf(fields, path, crossed && errorsOf(crossed)),
    assessments: [],
    page: addressOf(options.page),
  };
  const kept = keeper(data, K);
  if (data.title === "") data.title = titleOf(data, crossed);
  const rows = options.data === undefined ? undefined : readRows(options.data, fields, classes);
  data.assessments = rows ? assessments(rows, data, result, crossed, path) : [];
  const known = {
    data,
    ...kept,
    isSaturated: path?.saturated === true,
    isConcave: penalty?.name === "mcp" || penalty?.name === "scad",
    foldsKept: crossed && foldsKept(crossed, K, means.length),
    X: rows?.X,
    codes: rows && classes ? rows.responses.y : undefined,
    isOfFitted: rows?.responses.weights === undefined && crossed?.folds.length === rows?.responses.y.length,
  };
  return {
    ...data,
    ...sentenceOf(known),
    notes: notesOf(known),
    facts: factsOf(data, fields, { ...crossed, ...options }),
  };
}

/** What all fits of a result have in common. */
function settingsOf(fields: PathFields & ModelFields) {
  const { family, classes, names, encoding, means, penalty, delta, l1Ratio, tolerance } = fields;
  return {
    family,
    method: kindOf(fields),
    l1Ratio,
    ...(penalty && { penalty }),
    ...(delta !== undefined && { delta }),
    tolerance,
    isStandardized: fields.standardize !== false,
    hasOffset: fields.hasOffset === true,
    names: names ?? Array.from(means, (_, j) => `x${j}`),
    hasNames: names !== undefined,
    ...(encoding && { table: tableOptions(encoding) }),
    ...(classes && { classes }),
  };
}

/** What is known of each fit, of a model of the only one, and at which to start: what the 1-SE rule chooses, or the middle. */
function fitsOf(fields: PathFields & ModelFields, path: Path<AnyModel> | undefined, errors: Errors | undefined) {
  const { coefficients, sds } = fields;
  const p = sds.length;
  const intercepts = fields.intercepts ?? Float64Array.of(fields.intercept ?? 0);
  const lambdas = path ? path.lambdas : Float64Array.of(fields.lambda);
  const hasScales = coefficients.every((value, k) => value === 0 || !Number.isNaN(sds[k % p]) || Number.isNaN(value));
  const start = errors?.rules.find(({ rule }) => rule === "1se");
  return {
    hasIntercept: intercepts.some((value) => value !== 0),
    hasScales,
    sds: toFloats(hasScales ? sds.map((sd) => (Number.isNaN(sd) ? 0 : sd)) : new Float64Array(p).fill(1)),
    lambdas: lambdas.slice(),
    coefficients: toFloats(coefficients),
    intercepts: intercepts.slice(),
    ...(path?.relaxation && {
      relaxed: {
        gammas: [...path.relaxation.gammas],
        coefficients: toFloats(path.relaxation.coefficients),
        intercepts: path.relaxation.intercepts.slice(),
      },
    }),
    ...(path && { explained: path.devianceRatios.slice() }),
    gaps: path ? path.dualityGaps.slice() : Float64Array.of(fields.dualityGap),
    converged: path ? Uint8Array.from(path.converged) : Uint8Array.of(fields.converged ? 1 : 0),
    ...(errors && { errors }),
    start: start
      ? { lambda: lambdas[start.index], gamma: start.gamma }
      : { lambda: lambdas[lambdas.length >> 1], gamma: fields.gamma ?? 1 },
  };
}

function textOf(name: string, value: unknown = ""): string {
  if (typeof value === "string") return value;
  throw typeError("ERR_TYPE", `"${name}" must be a text, got ${describe(value)}`);
}

/** The address of a page, "" for none; one that a browser would run as a script is none. */
function addressOf(page: unknown = ""): string {
  if (typeof page === "string" && (page === "" || /^https?:\/\/[^/]/i.test(page) || !/^\s*([\w+.-]*:|\/\/)/.test(page)))
    return page;
  throw typeError("ERR_TYPE", `"page" must be the address of a page, as https://…, got ${describe(page)}`);
}

function kindOfResult(result: unknown): ReportData["kind"] {
  const { path, lambdas, coefficients, means } = Object(result);
  if (path !== undefined && typeof Object(result).model === "function") return "crossValidation";
  if (lambdas !== undefined && means !== undefined && typeof Object(result).model === "function") return "path";
  if (coefficients !== undefined && means !== undefined && typeof Object(result).decision === "function")
    return "model";
  throw typeError(
    "ERR_TYPE",
    `"result" must be a Model, a Path or a CrossValidation, got ${describe(result)}; of JSON and clones modelFromJSON, pathFromJSON and crossValidationFromJSON make these`,
  );
}

/** The variables with a coefficient in any class, the largest scaled ones first, at a place of the path and for a mix; and how many. */
function keeper({ coefficients, relaxed, sds }: Told["data"], K: number): Pick<Told, "kept" | "count"> {
  const p = sds.length;
  const sizesAt = (index: number, gamma: number): Float64Array => {
    const sizes = new Float64Array(p);
    for (let k = 0, at = index * K * p; k < K * p; ++k, ++at) {
      const own = coefficients[at];
      const value = relaxed && gamma !== 1 ? gamma * own + (1 - gamma) * relaxed.coefficients[at] : own;
      if (value === 0) continue;
      // An sd of 0 is no reason to leave out what has a coefficient.
      const size = Math.abs(value) * sds[k % p] || Number.MIN_VALUE;
      if (size > sizes[k % p]) sizes[k % p] = size;
    }
    return sizes;
  };
  return {
    kept: (index, gamma) => {
      const sizes = sizesAt(index, gamma);
      const own = Array.from(sizes.keys()).filter((j) => sizes[j] > 0);
      return own.sort((a, b) => sizes[b] - sizes[a] || a - b);
    },
    count: (index, gamma) => sizesAt(index, gamma).reduce((sum, size) => sum + (size > 0 ? 1 : 0), 0),
  };
}

const MEASURES: Record<string, string> = {
  meanSquaredError: "mean squared error",
  meanAbsoluteError: "mean absolute error",
  misclassification: "misclassified",
  auc: "1 − AUC",
};

function errorsOf(cv: Crossed): Errors {
  const { path, measure, foldErrors, foldWeights, lambdas } = cv;
  const name = path.family === "gaussian" && measure === "deviance" ? "meanSquaredError" : measure;
  // By "loo" a fold is a row: nobody looks at thousands of curves.
  const folds = (values: Float64Array): Float64Array =>
    values.length / lambdas.length <= MOST_FOLDS ? values.slice() : new Float64Array(0);
  const mixes = cv.byGamma ?? [{ gamma: 1, meanErrors: cv.meanErrors, standardErrors: cv.standardErrors, foldErrors }];
  const rules: RuleChoice[] = [
    { rule: "1se", index: cv.index1se, gamma: cv.gamma1se ?? 1 },
    { rule: "min", index: cv.indexMin, gamma: cv.gammaMin ?? 1 },
  ];
  return {
    measure: MEASURES[name] ?? name,
    foldCount: foldWeights.length,
    mixes: mixes.map((mix) => ({
      gamma: mix.gamma,
      mean: mix.meanErrors.slice(),
      se: mix.standardErrors.slice(),
      folds: folds(mix.foldErrors),
    })),
    rules,
    ratios: cv.byRatio.map((table: Table) => ({
      l1Ratio: table.l1Ratio,
      lambda: table.lambdaMin,
      error: table.meanErrors[table.indexMin],
      se: table.standardErrors[table.indexMin],
      isBest: table.l1Ratio === cv.l1Ratio,
    })),
  };
}

/** Which variables each fold keeps at the lambda of the 1-SE rule. */
function foldsKept(
  { foldCoefficients, foldWeights, lambdas, index1se }: Crossed,
  K: number,
  p: number,
): number[][] | undefined {
  if (foldCoefficients === undefined) return undefined;
  const size = K * p;
  return Array.from(foldWeights, (_, fold) => {
    const from = (fold * lambdas.length + index1se) * size;
    const kept = new Set<number>();
    for (let k = 0; k < size; ++k) if (foldCoefficients[from + k] !== 0) kept.add(k % p);
    return [...kept];
  });
}

/** What `designMatrix` is told to make the same columns of a table. */
function tableOptions({ columns, missing, unknown, interactions, polynomial }: Encoding): Record<string, unknown> {
  const categories = columns.flatMap((column) => (column.kind === "categorical" ? [column] : []));
  const texts = columns.filter((column) => column.kind === "numeric" && column.type === "text");
  const references = categories.filter(({ reference }) => reference !== undefined);
  return {
    include: columns.map(({ name }) => name),
    ...(categories.length > 0 && { categorical: categories.map(({ name }) => name) }),
    ...(texts.length > 0 && { numeric: texts.map(({ name }) => name) }),
    ...(references.length > 0 && {
      reference: Object.fromEntries(references.map(({ name, reference }) => [name, reference])),
    }),
    ...(missing !== "error" && { missing }),
    ...(unknown !== "error" && { unknown }),
    ...(interactions.length > 0 && { interactions }),
    ...(polynomial.length > 0 && { polynomial: Object.fromEntries(polynomial) }),
  };
}

interface Rows {
  X: DenseMatrix | SparseMatrix | undefined;
  responses: Responses;
  offset: VectorLike | undefined;
}

function readRows(data: ReportRows, fields: ModelFields, classes: ModelFields["classes"]): Rows {
  checkOptions('the "data" of a report', data, ROWS);
  const X = data.X === undefined ? undefined : namedMatrix("data.X", data.X, fields);
  if (X !== undefined && X.columns !== fields.means.length) {
    throw rangeError("ERR_LENGTH", `"data.X" must have ${fields.means.length} columns, got ${X.columns}`);
  }
  const n = (data.y as ArrayLike<unknown> | undefined)?.length ?? 0;
  const y = classes ? toLabels("data.y", data.y, classes).codes : toVector("data.y", data.y, n);
  if (X !== undefined) checkLength("data.y", y, X.rows);
  const weights = data.weights === undefined ? undefined : toVector("data.weights", data.weights, n);
  return { X, responses: { family: fields.family, ...(classes && { classes }), y, weights }, offset: data.offset };
}

function assessments(
  { X, responses, offset }: Rows,
  data: Told["data"],
  result: Reportable,
  crossed: Crossed | undefined,
  path: Path<AnyModel> | undefined,
): Assessment[] {
  const n = responses.y.length;
  if (crossed !== undefined && crossed.folds.length === n) {
    return (data.errors as Errors).rules.map(({ rule, index }) =>
      assess(
        crossed.outOfFold(rule, { type: "decision" }),
        responses,
        data.lambdas[index],
        "rows held out, each predicted by the fit that has not seen it",
      ),
    );
  }
  if (X === undefined) {
    if (crossed === undefined)
      throw typeError(
        "ERR_TYPE",
        '"data.X" must be given beside "data.y", as only a cross-validation keeps predictions, got undefined',
      );
    throw rangeError(
      "ERR_LENGTH",
      `"data.y" must have ${crossed.folds.length} values, one for each row of the cross-validation, or "data.X" be given too, got ${n}`,
    );
  }
  const of = `${plural(n, "given row")}, flattered if the fit has seen them`;
  const decide = (model: AnyModel): Float64Array =>
    (model as Model).decision(X, offset === undefined ? {} : { offset });
  if (path === undefined) return [assess(decide(result as AnyModel), responses, data.lambdas[0], of)];
  const last = data.lambdas.length - 1;
  const count = Math.min(ASSESSED, last + 1);
  const shown = new Set(Array.from({ length: count }, (_, k) => Math.round((k * last) / Math.max(1, count - 1))));
  for (const { index } of data.errors?.rules ?? []) shown.add(index);
  // Where the cursor is at first: its row of the table says what the picture shows.
  shown.add(Math.max(0, data.lambdas.indexOf(data.start.lambda)));
  return [...shown].sort((a, b) => a - b).map((k) => assess(decide(path.model(k)), responses, data.lambdas[k], of));
}

function titleOf(data: Told["data"], crossed: Crossed | undefined): string {
  const parts = [data.method, plural(data.names.length, "variable")];
  if (crossed) {
    if (crossed.folds.length > 0) parts.push(plural(crossed.folds.length, "row"));
    parts.push(plural(crossed.foldWeights.length, "fold"));
  }
  if (data.target !== undefined) parts.push(`target ${data.target}`);
  return parts.join(" · ");
}

/** Certificate, seed and time, as far as they are known. */
function factsOf(data: Told["data"], fields: PathFields & ModelFields, { seed, seconds }: ReportOptions): string[] {
  const known = data.gaps.filter((gap) => gap >= 0);
  const most = known.reduce((a, b) => Math.max(a, b), 0);
  const done = data.converged.reduce((sum, one) => sum + one, 0);
  const all = data.converged.length;
  const fits =
    all === 1
      ? done === 1
        ? "The fit has converged"
        : "The fit has not converged"
      : `${counted(done)} of ${counted(all)} fits have converged`;
  const violations = ArrayBuffer.isView(fields.violations) ? fields.violations : Float64Array.of(fields.violation);
  const worst = violations.reduce((a, b) => (b > a ? b : a), 0);
  const certificate =
    known.length > 0
      ? `, ${all === 1 ? "" : "each "}within ${rough(most)} of its minimum (duality gap)`
      : worst > 0
        ? `, conditions of a minimum hold to ${rough(worst)} of the largest lambda`
        : "";
  return [
    `${fits}${certificate}${all === 1 ? "" : `; ${all > known.length && known.length > 0 ? `${counted(all - known.length)} gaps are not known; ` : ""}lambdas between theirs are interpolated`}.`,
    ...(data.errors
      ? [`${plural(all, "lambda")} in ${plural(data.errors.foldCount, "fold")}, by ${data.errors.measure}.`]
      : []),
    ...(seed === undefined ? [] : [`Seed ${seed}.`]),
    ...(seconds === undefined ? [] : [`${Number(seconds.toPrecision(3))} s.`]),
  ];
}
