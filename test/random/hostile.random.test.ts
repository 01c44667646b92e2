/**
 * 50,000 calls of all public functions with hostile values in place of good ones. An error is a TypeError or a RangeError with its `code`, a
 * result holds no NaN, and what was passed is as it was.
 */

import { expect, test } from "vitest";
import * as regulus from "../../src/index.js";
import { wrong } from "../models/refusals.js";
import { type Draw, drawer, pick, Sentinel, spoil } from "./hostile.js";

/** More of them with REGULUS_CALLS in the environment. */
const CALLS = Number(process.env.REGULUS_CALLS ?? 50_000);
const FIRST = Number(process.env.REGULUS_FIRST ?? 0);
const BATCH = 2500;
/** In ms: a single call of these sizes takes a few. */
const LONGEST = 5000;

const KINDS: Record<string, typeof TypeError | typeof RangeError> = {
  ERR_TYPE: TypeError,
  ERR_OPTION: TypeError,
  ERR_DTYPE: TypeError,
  ERR_VALUE: RangeError,
  ERR_LENGTH: RangeError,
  ERR_OVERLAP: RangeError,
  ERR_NOT_FINITE: RangeError,
  ERR_MEMORY: RangeError,
  ERR_BACKEND: RangeError,
  ERR_RANK: RangeError,
};

/** All of it, by name. */
const every = { ...regulus };

const n = 6;
const p = 2;
const rows = [
  [1, 2],
  [2, -1],
  [3, 5],
  [-4, 3],
  [0, 1],
  [2, 2],
];
const numbers = [1, 2.5, 3, -5, 0, 1];
const counts = [1, 0, 3, 2, 0, 1];
const two = ["a", "b", "a", "b", "b", "a"];
const three = [1, 2, 3, 1, 2, 3];

const matrices: readonly (() => unknown)[] = [
  () => rows.map((row) => [...row]),
  () => regulus.dense(Float64Array.from(rows.flat()), n, p),
  () => regulus.dense(Float32Array.from(rows.flat()), n, p, { order: "column" }),
  () => regulus.sparse(parts()),
  () => ({ rows: n, columns: p, get: (i: number, j: number) => rows[i][j] }),
  () => ({ data: rows.flat(), shape: [n, p], stride: [p, 1], offset: 0 }),
];
const parts = () => ({
  rows: n,
  columns: p,
  values: [1, 2, 3, 4],
  rowIndices: [0, 3, 4, 2],
  columnPointers: [0, 2, 4],
});

const vectorOf = (values: readonly number[], draw: Draw): unknown =>
  pick(draw, [() => [...values], () => Float64Array.from(values), () => Float32Array.from(values)])();

/** Options of a fit, each there or not. */
function options(draw: Draw, more: Record<string, () => unknown>): Record<string, unknown> {
  const all: Record<string, () => unknown> = {
    intercept: () => draw() < 0.5,
    standardize: () => draw() < 0.5,
    weights: () => vectorOf([1, 2, 1, 1, 3, 1], draw),
    penaltyFactor: () => vectorOf([1, 2], draw),
    lowerBounds: () => pick(draw, [-1, [-1, -2]]),
    upperBounds: () => pick(draw, [2, Float64Array.of(1, 2)]),
    offset: () => vectorOf([0.1, 0, 0.2, 0, 0, 0], draw),
    tolerance: () => 1e-6,
    maxIterations: () => 100,
    strategy: () => "auto",
    ...more,
  };
  const chosen: Record<string, unknown> = {};
  for (const [name, make] of Object.entries(all)) if (draw() < 0.35) chosen[name] = make();
  return chosen;
}

const model = regulus.ridge(rows, numbers, { lambda: 0.1 });
const classifier = regulus.logistic(rows, two, { lambda: 0.1 });
const multinomial = regulus.multinomial(rows, three, { lambda: 0.1 });
const counting = regulus.poisson(rows, counts, { lambda: 0.1 });
const path = regulus.regularizationPath(rows, numbers, { lambdaCount: 5 });
const validated = regulus.crossValidate(rows, numbers, { folds: 3, lambdaCount: 5 });
const many = regulus.fitMany({ X: [rows, rows], y: [numbers, numbers], lambda: 0.1 });

/** Tables with a category, a gap and a boolean, in both forms. */
const records = () => [
  { age: 30, region: "north", smokes: true, cost: 3 },
  { age: 41, region: "south", smokes: false, cost: 5 },
  { age: null, region: "north", smokes: false, cost: 2 },
  { age: 25, region: "", smokes: true, cost: 4 },
];
const TABLES: readonly (() => unknown)[] = [
  records,
  () => ({
    age: Float64Array.of(30, 41, 36, 25),
    region: ["north", "south", "north", null],
    smokes: [true, false, false, true],
    cost: [3, 5, 2, 4],
  }),
];
const TABLE_OPTIONS: Record<string, () => unknown> = {
  exclude: () => ["smokes"],
  include: () => ["age", "region"],
  categorical: () => ["smokes"],
  numeric: () => ["age"],
  missing: () => "indicator",
  reference: () => ({ region: "north" }),
  unknown: () => "zero",
  interactions: () => [["age", "region"]],
  polynomial: () => ({ age: 2 }),
  naValues: () => ["", "NA"],
  sparse: () => true,
};
const design = regulus.designMatrix(records(), { target: "cost", missing: "mean" });
const tabled = regulus.ridge(design.X, design.y as Float64Array, { lambda: 0.1 });

/** The readers of files, each with a result that makes one. */
const READERS = [
  { name: "modelFromJSON of a table", result: tabled, run: regulus.modelFromJSON },
  { name: "pathFromJSON", result: path, run: regulus.pathFromJSON },
  { name: "crossValidationFromJSON", result: validated, run: regulus.crossValidationFromJSON },
  { name: "manyFromJSON", result: many, run: regulus.manyFromJSON },
  { name: "encodingFromJSON", result: design.encoding, run: regulus.encodingFromJSON },
];

/** A call: good arguments, and the function. Parameters that it is to overwrite are made inside. */
interface Call {
  name: string;
  args: unknown[];
  run: (...args: never[]) => unknown;
  /** Whether arguments are written. */
  writes?: boolean;
  /** Whether NaN in what came out may have come in. */
  passesNaN?: boolean;
}

const X = (draw: Draw): unknown => pick(draw, matrices)();

const FAMILIES = [
  ["gaussian", numbers],
  ["binomial", two],
  ["multinomial", three],
  ["poisson", counts],
] as const;

const calls: readonly ((draw: Draw) => Call)[] = [
  ...(["lasso", "ridge", "elasticNet", "logistic", "multinomial", "poisson"] as const).map((name) => (draw: Draw) => {
    const y = name === "logistic" ? two : name === "multinomial" ? three : name === "poisson" ? counts : numbers;
    const isClassifier = name === "logistic" || name === "multinomial";
    const more = isClassifier
      ? { classWeight: () => pick(draw, ["balanced", { [String(y[0])]: 2 }, [[y[0], 2]], new Map([[y[0], 2]])]) }
      : {};
    const fit = options(draw, more);
    if (isClassifier || name === "poisson") delete fit.strategy;
    return { name, args: [X(draw), [...y], { ...fit, lambda: 0.1 }], run: every[name] as never };
  }),
  (draw) => {
    const [family, y] = pick(draw, FAMILIES);
    const fit = options(draw, {
      l1Ratio: () => 0.5,
      lambdas: () => vectorOf([1, 0.5, 0.1], draw),
      lambdaCount: () => 5,
      lambdaMinRatio: () => 0.01,
    });
    return {
      name: "regularizationPath",
      args: [X(draw), [...y], { ...fit, family }],
      run: regulus.regularizationPath as never,
    };
  },
  (draw) => {
    const [family, y] = pick(draw, FAMILIES);
    const fit = options(draw, {
      l1Ratio: () => pick(draw, [0.5, [0.1, 1]]),
      lambdas: () => [1, 0.5, 0.1],
      folds: () => pick(draw, [2, 3, "loo", [0, 1, 0, 1, 0, 1], Int32Array.of(0, 0, 1, 1, 2, 2)]),
      seed: () => 3,
      groups: () => pick(draw, [["a", "a", "b", "b", "c", "c"], Float64Array.of(1, 1, 2, 2, 3, 3)]),
      stratify: () => true,
      measure: () => "deviance",
    });
    if (fit.lambdas === undefined) fit.lambdaCount = 5;
    return { name: "crossValidate", args: [X(draw), [...y], { ...fit, family }], run: regulus.crossValidate as never };
  },
  (draw) => {
    const [family, y] = pick(draw, FAMILIES);
    const layout = pick(draw, ["list", "blocks", "shared"]);
    const fit = options(draw, {
      l1Ratio: () => 0.5,
      lambda: () => pick(draw, [[0.1, 0.2], Float64Array.of(0.1, 0.2)]),
    });
    for (const name of ["weights", "offset"]) {
      if (fit[name] !== undefined && layout === "list") fit[name] = [fit[name], vectorOf(numbers.map(Math.abs), draw)];
    }
    if (family !== "gaussian") delete fit.strategy;
    const data =
      layout === "list"
        ? { X: [X(draw), X(draw)], y: [[...y], [...y]] }
        : layout === "blocks"
          ? { X: X(draw), y: [...y], batch: 2 }
          : { X: X(draw), y: y.map((value) => [value, value]) };
    return {
      name: `fitMany ${layout}`,
      args: [{ lambda: 0.1, ...fit, ...data, family }],
      run: regulus.fitMany as never,
    };
  },
  () => ({
    name: "dense",
    args: [new Float64Array(12), n, p, { order: "row" }],
    run: regulus.dense as never,
    passesNaN: true,
  }),
  () => ({ name: "sparse", args: [parts()], run: regulus.sparse as never, passesNaN: true }),
  (draw) => {
    const one = pick(draw, [model, classifier, multinomial, counting]);
    const method = pick(draw, ["predict", "decision", "predictProbability"] as const);
    const args = draw() < 0.5 ? [X(draw)] : [X(draw), { offset: vectorOf(numbers, draw) }];
    const run = (one as unknown as Record<string, (...args: never[]) => unknown>)[method] ?? one.predict;
    return { name: method, args, run: run.bind(one) };
  },
  (draw) => ({
    name: "modelFromJSON",
    args: [JSON.parse(JSON.stringify(pick(draw, [model, classifier, multinomial])))],
    run: regulus.modelFromJSON as never,
  }),
  (draw) => {
    const read = pick(draw, READERS);
    return { name: read.name, args: [JSON.parse(JSON.stringify(read.result))], run: read.run as never };
  },
  () => ({ name: "manyFromBytes", args: [many.toBytes()], run: regulus.manyFromBytes as never }),
  (draw) => ({
    name: "exportModel",
    args: [pick(draw, [model, classifier, multinomial, tabled]), pick(draw, ["sql", "javascript", "onnx", "csv"])],
    run: regulus.exportModel as never,
  }),
  (draw) => {
    const chosen: Record<string, unknown> = {};
    for (const [name, make] of Object.entries(TABLE_OPTIONS)) if (draw() < 0.3) chosen[name] = make();
    return {
      name: "designMatrix",
      args: [pick(draw, TABLES)(), { target: "cost", missing: "mean", ...chosen }],
      run: regulus.designMatrix as never,
    };
  },
  (draw) => ({
    name: "encodingOf",
    args: [[pick(draw, TABLES)(), pick(draw, TABLES)()], { target: "cost", missing: "mean" }],
    run: ((chunks: never, given: never) => regulus.encodingOf(chunks, given)) as never,
  }),
  (draw) => ({
    name: "Encoding.apply",
    args: [pick(draw, TABLES)()],
    run: tabled.encoding?.apply.bind(tabled.encoding) as never,
  }),
  (draw) => ({ name: "predict of a table", args: [pick(draw, TABLES)()], run: tabled.predict.bind(tabled) as never }),
  (draw) => {
    const name = pick(draw, ["folds", "split"] as const);
    const own = name === "folds" ? { folds: 3 } : { test: 0.3 };
    const more = pick(draw, [{}, { groups: ["a", "a", "b", "b", "c", "c"] }, { stratify: [...two] }]);
    return { name, args: [n, { seed: 1, ...own, ...more }], run: every[name] as never };
  },
  (draw) => {
    const one = pick(draw, [model, classifier, multinomial, counting]);
    return { name: "contributions", args: [X(draw)], run: one.contributions.bind(one) as never };
  },
  () => ({ name: "CrossValidation.outOfFold", args: ["min"], run: validated.outOfFold.bind(validated) as never }),
  () => ({ name: "Path.model", args: [1], run: path.model.bind(path) as never }),
  () => ({ name: "Path.at", args: [path.lambdas[1]], run: ((lambda: never) => path.at(lambda).coefficients) as never }),
  () => ({ name: "CrossValidation.model", args: ["1se"], run: validated.model.bind(validated) as never }),
  () => ({ name: "ManyModels.model", args: [1], run: many.model.bind(many) as never }),
  ...(
    [
      "softThreshold",
      "decay",
      "asum",
      "sumSquares",
      "absMax",
      "dot",
      "axpy",
      "penalty",
      "elasticNetProx",
      "gradientStep",
    ] as const
  ).map((name) => (draw: Draw): Call => {
    const length = pick(draw, [0, 3, 20, 300]);
    const x = new Float64Array(length).fill(2);
    const other = new Float64Array(length).fill(1);
    const args: Record<string, unknown[]> = {
      softThreshold: [x, 1, other],
      decay: [x, 0.5, other],
      dot: [x, other],
      axpy: [2, x, other],
      penalty: [x, { l1: 1, l2: 1 }],
      elasticNetProx: [x, { l1: 1, l2: 1, stepSize: 1 }, other],
      gradientStep: [x, other, { learningRate: 0.1, l1: 1, l2: 1, l1Mode: "proximal" }],
    };
    return { name, args: args[name] ?? [x], run: every[name] as never, writes: true, passesNaN: true };
  }),
  ...(["sgd", "adam", "adamw", "rmsprop", "adagrad", "ftrl"] as const).map((name) => (draw: Draw): Call => {
    const length = pick(draw, [3, 20, 300]);
    const w = (): Float64Array => new Float64Array(length).fill(1);
    const settings = { learningRate: 0.1, l1: 0.01, l2: 0.01, weightDecay: 0, maximize: false, onNonFinite: "throw" };
    return {
      name,
      args: [[w(), { values: w(), l1: 0 }], settings, [w(), w()], undefined],
      run: ((parameters: never, given: never, gradients: never, state: never) => {
        const optimizer = every[name](parameters, given);
        optimizer.step(gradients);
        if (state !== undefined) optimizer.load(state);
        return [optimizer.zeros(), optimizer.state().parameters];
      }) as never,
      writes: true,
      passesNaN: true,
    };
  }),
  () => ({
    name: "unpenalized",
    args: [{ values: new Float64Array(3), learningRate: 0.1 }],
    run: regulus.unpenalized as never,
    passesNaN: true,
  }),
  (draw) => {
    const row = pick(draw, [
      () => [1, 2],
      () => ({ indices: [0, 1], values: [1, 2] }),
      () => ({ indices: [0, 1, 1], values: [1, 2, 3], rowPointers: [0, 2, 3] }),
      () => X(draw),
    ])();
    const count =
      Array.isArray(row) && typeof row[0] === "number"
        ? 1
        : "indices" in (row as object)
          ? "rowPointers" in (row as object)
            ? 2
            : 1
          : n;
    const y = count === 1 ? 3 : numbers.slice(0, count);
    const settings = { method: pick(draw, ["sgd", "ftrl"]), learningRate: 0.1, l1: 0.01, l2: 0.01, intercept: true };
    return {
      name: "OnlineRegressor",
      args: [p, settings, row, y, {}],
      run: ((columns: never, given: never, x: never, target: never, more: never) => {
        const online = new regulus.OnlineRegressor(columns, given);
        online.update(x, target, more);
        return [online.predict(x), online.coefficients, online.intercept];
      }) as never,
    };
  },
  (draw) => {
    const settings = { method: pick(draw, ["sgd", "ftrl"]), learningRate: 0.1, classes: ["a", "b"] };
    return {
      name: "OnlineClassifier",
      args: [p, settings, X(draw), [...two], {}],
      run: ((columns: never, given: never, x: never, target: never, more: never) => {
        const online = new regulus.OnlineClassifier(columns, given);
        online.update(x, target, more);
        return [online.predictProbability(x), online.predict(x), online.coefficients];
      }) as never,
    };
  },
  (draw) => {
    const online = new regulus.OnlineRegressor(p, { method: pick(draw, ["sgd", "ftrl"]) });
    online.update(wrong(rows), numbers);
    return {
      name: "OnlineRegressor.load",
      args: [JSON.parse(JSON.stringify(online))],
      run: ((state: never) => {
        const copy = new regulus.OnlineRegressor(p, { method: online.toJSON().method }).load(state);
        copy.update(wrong(rows), numbers);
        return copy.coefficients;
      }) as never,
    };
  },
  (draw) => {
    const isRegression = draw() < 0.5;
    const name = pick(
      draw,
      isRegression
        ? (["meanSquaredError", "meanAbsoluteError", "rSquared", "deviance"] as const)
        : (["accuracy", "misclassification", "confusionTable", "logLoss", "brierScore", "rocAuc"] as const),
    );
    const weights = vectorOf([1, 2, 1, 1, 1, 1], draw);
    const scores = ["logLoss", "brierScore", "rocAuc"].includes(name);
    const second = isRegression
      ? vectorOf(counts, draw)
      : scores
        ? vectorOf([0.1, 0.2, 0.3, 0.6, 0.9, 0.5], draw)
        : [...two];
    const more = isRegression ? {} : { classes: ["a", "b"] };
    return {
      name,
      args: [isRegression ? [...numbers] : [...two], second, { weights, ...more }],
      run: every[name] as never,
    };
  },
  () => ({ name: "fromSklearnRidge", args: [1, 2], run: regulus.fromSklearnRidge as never }),
  () => ({ name: "fromSklearnLogistic", args: [1, 2, 0.5], run: regulus.fromSklearnLogistic as never }),
  () => ({ name: "fromGlmnetGaussian", args: [1, 0.5, 2], run: regulus.fromGlmnetGaussian as never }),
  () => ({ name: "fromL1L2", args: [1, 2], run: regulus.fromL1L2 as never }),
  () => ({ name: "createArena", args: [4096], run: ((bytes: never) => regulus.createArena(bytes).bytesLeft) as never }),
  (draw) => ({
    name: "Arena",
    args: [3],
    run: ((count: never) =>
      regulus.createArena(4096)[pick(draw, ["float64", "float32", "int32"] as const)](count)) as never,
  }),
  () => ({
    name: "setBackend",
    args: ["auto"],
    run: ((name: never) => {
      try {
        regulus.setBackend(name);
      } finally {
        regulus.setBackend("auto");
      }
    }) as never,
  }),
  () => ({ name: "setModule", args: [null], run: regulus.setModule as never }),
];

/** The arrays among good arguments, wherever they lie. */
function arraysIn(value: unknown): object[] {
  if (ArrayBuffer.isView(value)) return [value];
  if (typeof value !== "object" || value === null || value instanceof Map) return [];
  return [...(Array.isArray(value) ? [value] : []), ...Object.values(value).flatMap(arraysIn)];
}

const contents = (array: object): unknown[] =>
  ArrayBuffer.isView(array)
    ? Array.from({ length: (array as unknown as number[]).length }, (_, i) => (array as unknown as number[])[i])
    : Object.values(Object.getOwnPropertyDescriptors(array)).map(({ value, get }) => value ?? get);

/** Where a result holds NaN; what is documented to be NaN does not count. */
function nanIn(value: unknown, place = "result"): string[] {
  if (typeof value === "number") return value === value ? [] : [place];
  if (value instanceof regulus.OnlineRegressor || typeof value !== "object" || value === null) return [];
  if (ArrayBuffer.isView(value)) {
    const at = contents(value).findIndex((one) => one !== one);
    return at < 0 ? [] : [`${place}[${at}]`];
  }
  if ("errors" in value && "starts" in value) {
    const fits = value as unknown as regulus.ManyModels;
    return fits.errors.flatMap((error, i) => (error === undefined ? nanIn(fits.model(i), `${place}.model(${i})`) : []));
  }
  return Object.entries(value).flatMap(([name, inner]) =>
    /^(dualityGaps?|violations?|means|sds)$/.test(name) ? [] : nanIn(inner, `${place}.${name}`),
  );
}

/** Whether an error is one of a hostile function, or of a proxy of one. */
const isOfCallback = (error: unknown): boolean =>
  error instanceof Sentinel || (error instanceof TypeError && error.message.includes("'apply' on a proxy"));

/** What is wrong with an error, in words. */
function wrongIn(error: unknown): string | undefined {
  const { code, message } = error as { code?: string; message?: unknown };
  const kind = KINDS[code ?? ""];
  if (kind === undefined) return `${error instanceof Error ? error.stack : String(error)}`;
  if (!(error instanceof kind)) return `${code} of another kind`;
  if (typeof message !== "string" || message.length === 0) return "no message";
  return undefined;
}

async function faults(number: number): Promise<string[]> {
  const draw = drawer(number);
  const { name, args, run, writes = false, passesNaN = false } = pick(draw, calls)(draw);
  const arrays = arraysIn(args);
  spoil(args, draw);
  const before = arrays.map(contents);
  const start = performance.now();
  const found: string[] = [];
  try {
    const result = await run(...(args as never[]));
    const places = passesNaN ? [] : nanIn(result);
    if (places.length > 0) found.push(`NaN at ${places.slice(0, 3)}`);
    if (typeof result === "object" && result !== null && "errors" in result) {
      for (const error of result.errors as (Error | undefined)[]) {
        const fault = error && wrongIn(error);
        if (fault !== undefined) found.push(fault);
      }
    }
  } catch (error) {
    // Schedules and streams are the caller's, and so are their errors.
    const isOfCaller = (writes || name.startsWith("Online") || name === "encodingOf") && isOfCallback(error);
    const fault = isOfCaller ? undefined : wrongIn(error);
    if (fault !== undefined) found.push(fault);
  }
  const took = performance.now() - start;
  if (took > LONGEST) found.push(`${took} ms`);
  const isChanged = (array: object, k: number): boolean =>
    contents(array).some((value, i) => !Object.is(value, before[k][i]));
  if (!writes && arrays.some(isChanged)) found.push("arguments were written");
  return found.map((fault) => `${number}, ${name}: ${fault}`);
}

const starts = Array.from({ length: Math.ceil(CALLS / BATCH) }, (_, k) => FIRST + k * BATCH);

test.each(starts)("calls from number %i on", { timeout: 600_000 }, async (start) => {
  const found: string[] = [];
  for (let number = start; number < start + BATCH; ++number) found.push(...(await faults(number)));
  expect(found).toEqual([]);
});
