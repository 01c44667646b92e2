import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import {
  crossValidate,
  dense,
  elasticNet,
  fitMany,
  lasso,
  type ManyModels,
  type ManyOptions,
  setBackend,
  sparse,
} from "../../../src/index.js";
import { randomStream } from "../../support/arbitraries.js";
import { assertSameBits } from "../../support/bits.js";
import { distance } from "../../support/golden.js";
import { convergenceScale, isEligible, minimum, objective } from "../oracle.js";
import { make, type Problem, recipes } from "../problems.js";

fc.configureGlobal({ seed: 20240229 });
afterEach(() => setBackend("auto"));

/** Problems of one shape with the options of the first, so that they can be fitted in one call. */
const batches: fc.Arbitrary<Problem[]> = fc.tuple(recipes, fc.integer({ min: 1, max: 4 })).map(([recipe, count]) => {
  const problems = Array.from({ length: count }, (_, i) => make({ ...recipe, seed: recipe.seed + i }));
  const { penaltyFactor, lowerBounds, upperBounds } = problems[0];
  return problems.map((problem) => ({ ...problem, penaltyFactor, lowerBounds, upperBounds }));
});

/** The options that all problems of a batch share; those that say nothing only where asked for. */
function shared([first]: Problem[], spelled: boolean) {
  const { l1Ratio, intercept, standardize, penaltyFactor, lowerBounds, upperBounds } = first;
  const bounded = lowerBounds.some((b) => b > -Infinity) || upperBounds.some((b) => b < Infinity);
  return {
    l1Ratio,
    intercept,
    standardize,
    ...((spelled || penaltyFactor.some((factor) => factor !== 1)) && { penaltyFactor }),
    ...((spelled || bounded) && { lowerBounds, upperBounds }),
  };
}

/** The layouts of a batch, each with one target a model. */
const layouts: Record<string, (problems: Problem[]) => ManyOptions> = {
  "blocks by row": (problems) => ({
    X: problems.flatMap((problem) => problem.X),
    batch: problems.length,
    ...vectors(problems),
  }),
  "blocks by column": (problems) => {
    const rows = problems.flatMap((problem) => problem.X);
    const data = Float64Array.from(rows[0].flatMap((_, j) => rows.map((row) => row[j])));
    const X = dense(data, rows.length, rows[0].length, { order: "column" });
    return { X, batch: problems.length, ...vectors(problems) };
  },
  list: (problems) => ({
    X: problems.map((problem) => problem.X),
    y: problems.map((problem) => Float64Array.from(problem.y)),
    lambda: problems.map((problem) => problem.lambda),
    weights: problems.map((problem) => problem.weights),
    offset: problems.map((problem) => problem.offset),
  }),
};

function vectors(problems: Problem[]) {
  return {
    y: problems.flatMap((problem) => problem.y),
    lambda: problems.map((problem) => problem.lambda),
    weights: problems.flatMap((problem) => problem.weights),
    offset: problems.flatMap((problem) => problem.offset),
  };
}

const sharingX = (batch: Problem[]): Problem[] =>
  batch.map((problem) => ({ ...problem, X: batch[0].X, weights: batch[0].weights }));

/** Problems that share X, their targets by row or by column. */
function oneX(problems: Problem[], byRow: boolean): ManyOptions {
  const { X, weights } = problems[0];
  const columns = (vectors: number[][]) =>
    byRow
      ? vectors[0].map((_, i) => vectors.map((vector) => vector[i]))
      : dense(Float64Array.from(vectors.flat()), X.length, vectors.length, { order: "column" });
  return {
    X,
    y: columns(problems.map(({ y }) => y)),
    offset: columns(problems.map(({ offset }) => offset)),
    weights,
    lambda: problems.map(({ lambda }) => lambda),
  };
}

const zeroLoss = ({ y, offset }: Problem): number =>
  y.reduce((sum, value, i) => sum + 0.5 * (Math.abs(value) + Math.abs(offset[i])) ** 2, 1e-12);

/** Every model that says so is optimal to the tolerance, its objective is F, its gap a bound, and zeros are where they must be. */
function checkOptimal(problems: Problem[], many: ManyModels, tolerance: number): void {
  expect(many.length).toBe(problems.length);
  problems.forEach((problem, i) => {
    expect(many.errors[i]).toBeUndefined();
    const model = many.model(i);
    const { coefficients, intercept } = model;
    expect([...coefficients, intercept, model.objective].every(Number.isFinite)).toBe(true);
    coefficients.forEach((value, j) => {
      expect(Object.is(value, -0)).toBe(false);
      if (!isEligible(problem, j)) expect(value).toBe(0);
    });
    const F = objective(problem, coefficients, intercept);
    const rounding = 1e-12 * zeroLoss(problem);
    expect(Math.abs(model.objective - F)).toBeLessThanOrEqual(1e-9 * zeroLoss(problem));
    const least = minimum(problem);
    if (!Number.isNaN(model.dualityGap)) expect(F - least).toBeLessThanOrEqual(model.dualityGap + rounding);
    if (!model.converged) return;
    const scale = convergenceScale(problem);
    if (model.certificate === "gap") expect(model.dualityGap).toBeLessThanOrEqual(tolerance * scale * (1 + 1e-9));
    const slack = (model.certificate === "gap" ? tolerance : 100 * tolerance) * scale;
    expect(F).toBeLessThanOrEqual(least + slack + rounding);
  });
}

describe.each(["wasm", "js"] as const)("random batches on %s", (backend) => {
  test.each(Object.keys(layouts))("%s: every model is optimal to the tolerance", (layout) => {
    fc.assert(
      fc.property(batches, fc.constantFrom(1e-4, 1e-7, 1e-12), (problems, tolerance) => {
        setBackend(backend);
        const options = { ...layouts[layout](problems), ...shared(problems, false), tolerance };
        checkOptimal(problems, fitMany(options), tolerance);
      }),
      { numRuns: 40 },
    );
  });

  test("one X for all targets: every model is optimal to the tolerance", () => {
    fc.assert(
      fc.property(batches, fc.constantFrom(1e-4, 1e-7, 1e-12), fc.boolean(), (batch, tolerance, byRow) => {
        setBackend(backend);
        const problems = sharingX(batch);
        const many = fitMany({ ...oneX(problems, byRow), ...shared(problems, false), tolerance });
        checkOptimal(problems, many, tolerance);
      }),
      { numRuns: 40 },
    );
  });
});

/** Every number of a result, one after the other. */
const numbersOf = ({ coefficients, intercepts, objectives, dualityGaps, iterations }: ManyModels): Float64Array =>
  Float64Array.from([...coefficients, ...intercepts, ...objectives, ...dualityGaps, ...iterations]);

describe("random batches", () => {
  test("WASM and JavaScript agree bit for bit in every layout", () => {
    fc.assert(
      fc.property(batches, fc.constantFrom(...Object.keys(layouts)), (problems, layout) => {
        for (const data of [layouts[layout](problems), oneX(sharingX(problems), true)]) {
          const options = { ...data, ...shared(problems, false) };
          setBackend("js");
          const expected = numbersOf(fitMany(options));
          setBackend("wasm");
          assertSameBits(numbersOf(fitMany(options)), expected);
        }
      }),
      { numRuns: 100 },
    );
  });

  test("blocks by row, by column and in a list are the same models bit for bit", () => {
    fc.assert(
      fc.property(batches, (problems) => {
        const [byRow, byColumn, list] = Object.values(layouts).map((layout) =>
          numbersOf(fitMany({ ...layout(problems), ...shared(problems, false) })),
        );
        assertSameBits(byColumn, byRow);
        assertSameBits(list, byRow);
      }),
      { numRuns: 100 },
    );
  });

  test("nothing that is passed in is written to", () => {
    fc.assert(
      fc.property(batches, fc.constantFrom(...Object.keys(layouts)), (problems, layout) => {
        const options = { ...layouts[layout](problems), ...shared(problems, true) };
        const frozen = structuredClone(options);
        fitMany(options);
        expect(structuredClone(options)).toEqual(frozen);
      }),
      { numRuns: 50 },
    );
  });
});

const next = randomStream(11);
const BATCH = 5;
const N = 60;
const P = 7;
const X = Float64Array.from({ length: BATCH * N * P }, next);
const y = Float64Array.from({ length: BATCH * N }, (_, i) => 2 * X[i * P] - X[i * P + 3] + 0.2 * next() + 1);
const matrix = dense(X, BATCH * N, P);
const block = (i: number) => dense(X.subarray(i * N * P, (i + 1) * N * P), N, P);
const target = (i: number) => y.subarray(i * N, (i + 1) * N);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe("agreement with elasticNet", () => {
  test.each([1, 0.5, 0])("coefficients, intercept and objective, l1Ratio %s", (l1Ratio) => {
    for (const options of [
      {},
      { intercept: false },
      { standardize: false },
      { intercept: false, standardize: false },
    ]) {
      const many = fitMany({ X: matrix, y, batch: BATCH, lambda: 0.02, l1Ratio, ...options, tolerance: 1e-10 });
      for (const i of upTo(BATCH)) {
        const one = elasticNet(block(i), target(i), { lambda: 0.02, l1Ratio, ...options, tolerance: 1e-14 });
        const model = many.model(i);
        expect(model).toMatchObject({ converged: true, lambda: 0.02, l1Ratio, tolerance: 1e-10, certificate: "gap" });
        expect(distance(model.coefficients, one.coefficients)).toBeLessThan(1e-5);
        expect(Math.abs(model.intercept - one.intercept)).toBeLessThan(1e-5);
        expect(Math.abs(model.objective / one.objective - 1)).toBeLessThan(1e-8);
        if (l1Ratio === 1) expect(model.nonzeros).toBe(one.nonzeros);
      }
    }
  });

  test.each([
    ["bounds", { lowerBounds: 0 }],
    ["an unpenalised column", { penaltyFactor: [0, 1, 1, 1, 1, 1, 1] }],
    ["a strategy", { strategy: "residual" }],
    ["a tolerance that rounding errors of the Gram exceed", { tolerance: 1e-15 }],
    ["one iteration", { maxIterations: 1 }],
    ["least squares", { lambda: 0 }],
  ] as const)("what is not for the Gram is fitted all the same: %s", (_, options) => {
    const many = fitMany({ X: matrix, y, batch: BATCH, lambda: 0.02, ...options });
    for (const i of upTo(BATCH)) {
      const one = elasticNet(block(i), target(i), { lambda: 0.02, ...options });
      expect(many.model(i).toJSON()).toEqual(one.toJSON());
    }
  });

  test("a lambda for each model, excluded columns, common weights and a common offset", () => {
    const lambda = upTo(BATCH).map((i) => 0.1 / (i + 1));
    const common = {
      penaltyFactor: [Infinity, 1, 2, 0.5, 1, 1, 1],
      weights: upTo(N).map((i) => (i % 7 === 0 ? 0 : 1 + (i % 3))),
      offset: upTo(N).map((i) => 0.01 * i),
      tolerance: 1e-10,
    };
    const many = fitMany({ X: matrix, y, batch: BATCH, lambda, ...common });
    expect([...many.lambdas]).toEqual(lambda);
    for (const i of upTo(BATCH)) {
      const one = lasso(block(i), target(i), { lambda: lambda[i], ...common });
      expect(many.coefficients[many.starts[i]]).toBe(0);
      expect(distance(many.model(i).coefficients, one.coefficients)).toBeLessThan(1e-5);
    }
  });

  test("float32 data are widened", () => {
    const narrow = Float32Array.from(X);
    const wide = fitMany({ X: dense(Float64Array.from(narrow), BATCH * N, P), y, batch: BATCH, lambda: 0.02 });
    const many = fitMany({ X: dense(narrow, BATCH * N, P), y, batch: BATCH, lambda: 0.02 });
    expect(many.coefficients).toEqual(wide.coefficients);
  });

  test("a warm start at the solution takes one epoch, from models, from one vector, or from a vector for each", () => {
    const options = { X: matrix, y, batch: BATCH, lambda: 0.02 };
    const first = fitMany({ ...options, tolerance: 1e-10 });
    const again = fitMany({ ...options, warmStart: first });
    expect([...again.iterations]).toEqual(new Array(BATCH).fill(1));
    expect(fitMany({ ...options, warmStart: [...first.coefficients] }).coefficients).toEqual(again.coefficients);
    const common = fitMany({ ...options, warmStart: first.model(0) });
    expect(common.iterations[0]).toBe(1);
    expect(common.iterations[1]).toBeGreaterThan(1);
    expect(common.converged.every((flag) => flag === 1)).toBe(true);
  });

  test("highly correlated columns, where descent alone would take thousands of epochs", () => {
    const near = Float64Array.from({ length: BATCH * N * P }, (_, k) => X[Math.floor(k / P) * P] + 1e-4 * X[k]);
    const many = fitMany({ X: dense(near, BATCH * N, P), y, batch: BATCH, lambda: 1e-5, standardize: false });
    for (const i of upTo(BATCH)) {
      expect(many.model(i).converged).toBe(true);
      expect(many.iterations[i]).toBeLessThan(200);
    }
  });
});

describe("layouts", () => {
  test("a list of matrices of any kind and shape: coefficients lie from starts[i] on", () => {
    const rows = [
      [1, 2],
      [2, 1],
      [3, 5],
      [4, 3],
    ];
    const compressed = sparse({ rows: 3, columns: 1, values: [1, 2], rowIndices: [0, 2], columnPointers: [0, 2] });
    const list = [block(0), rows, compressed, dense(Float32Array.of(1, 2, 3, 5), 4, 1, { order: "column" })];
    const targets = [target(0), [1, 2, 3, 5], [1, 2, 4], Float32Array.of(1, 2, 3, 4)];
    const many = fitMany({ X: list, y: targets, lambda: 0.01 });
    expect([...many.starts]).toEqual([0, P, P + 2, P + 3, P + 4]);
    expect(many.coefficients.length).toBe(P + 4);
    list.forEach((one, i) => {
      const model = lasso(one as never, targets[i], { lambda: 0.01 });
      expect(distance(many.model(i).coefficients, model.coefficients)).toBeLessThan(1e-3);
      expect(many.converged[i]).toBe(1);
    });
  });

  test("more models than are staged at a time, in blocks, in a list and on one X", () => {
    const count = 90;
    const n = 100;
    const data = Float64Array.from({ length: count * n * P }, next);
    const targets = Float64Array.from({ length: count * n }, (_, i) => data[i * P] + 0.1 * next());
    const blocks = fitMany({ X: dense(data, count * n, P), y: targets, batch: count, lambda: 0.05 });
    const part = (i: number) => dense(data.subarray(i * n * P, (i + 1) * n * P), n, P);
    const vector = (i: number) => targets.subarray(i * n, (i + 1) * n);
    const list = fitMany({ X: upTo(count).map(part), y: upTo(count).map(vector), lambda: 0.05 });
    expect(list.coefficients).toEqual(blocks.coefficients);
    const one = fitMany({ X: part(0), y: dense(targets, n, count, { order: "column" }), lambda: 0.05 });
    for (const i of [0, 31, 32, 63, 64, 89]) {
      const alone = lasso(part(i), vector(i), { lambda: 0.05 });
      expect(distance(blocks.model(i).coefficients, alone.coefficients)).toBeLessThan(1e-3);
      const shared = lasso(part(0), vector(i), { lambda: 0.05 });
      expect(distance(one.model(i).coefficients, shared.coefficients)).toBeLessThan(1e-3);
    }
  });

  test("sparse and wide matrices, in blocks and on one X", () => {
    const rows = upTo(12).map(() => upTo(20).map(() => Math.max(0, next())));
    const values = upTo(20).flatMap((j) => rows.map((row) => row[j]));
    const parts = { values, rowIndices: upTo(240).map((k) => k % 12), columnPointers: upTo(21).map((j) => 12 * j) };
    const X = sparse({ rows: 12, columns: 20, ...parts });
    const targets = upTo(12).map(() => next());
    const blocks = fitMany({ X, y: targets, batch: 2, lambda: 0.05 });
    for (const i of [0, 1]) {
      const alone = lasso(rows.slice(6 * i, 6 * i + 6), targets.slice(6 * i, 6 * i + 6), { lambda: 0.05 });
      expect(distance(blocks.model(i).coefficients, alone.coefficients)).toBeLessThan(1e-3);
    }
    const shared = fitMany({ X, y: targets.map((value) => [value, -2 * value]), lambda: 0.05 });
    const alone = lasso(rows, targets, { lambda: 0.05 });
    expect(distance(shared.model(0).coefficients, alone.coefficients)).toBeLessThan(1e-3);
  });

  test("models are numbered, and there are no others", () => {
    const many = fitMany({ X: matrix, y, batch: BATCH, lambda: 0.02 });
    expect(many.length).toBe(BATCH);
    expect(many.model(1).coefficients).toEqual(many.coefficients.slice(P, 2 * P));
    expect(many.model(1).predict(block(1)).length).toBe(N);
    for (const index of [-1, BATCH, 0.5]) expect(() => many.model(index)).toThrow(RangeError);
  });
});

describe("cross-validation", () => {
  const options = { folds: 4, seed: 3, lambdaCount: 12 } as const;

  test("each model is the best of its own cross-validation", () => {
    const many = fitMany({ X: matrix, y, batch: BATCH, lambda: "cv", ...options });
    for (const i of upTo(BATCH)) {
      const cv = crossValidate(block(i), target(i), options);
      expect(many.lambdas[i]).toBe(cv.lambdaMin);
      expect(many.converged[i]).toBe(1);
      expect(distance(many.model(i).coefficients, cv.model().coefficients)).toBeLessThan(1e-12);
    }
  });

  test("several l1Ratios, targets on one X, and weights", () => {
    const weights = upTo(N).map((i) => 1 + (i % 2));
    const l1Ratio = [0.5, 1];
    const targets = dense(Float64Array.from([...target(0), ...target(1)]), N, 2, { order: "column" });
    const many = fitMany({ X: block(0), y: targets, lambda: "cv", l1Ratio, weights, ...options });
    for (const i of [0, 1]) {
      const cv = crossValidate(block(0), target(i), { ...options, l1Ratio, weights });
      expect(many.l1Ratios[i]).toBe(cv.l1Ratio);
      expect(distance(many.model(i).coefficients, cv.model().coefficients)).toBeLessThan(1e-12);
    }
  });
});

describe("awkward data", () => {
  /** Two models of the same data, the second as `change` makes it. */
  const changed = (change: (x: number, j: number) => number, options: Partial<ManyOptions> = {}, lambda = 0.02) => {
    const data = X.slice(0, N * P);
    const both = Float64Array.of(...data, ...data.map((x, k) => change(x, k % P)));
    const targets = Float64Array.of(...target(0), ...target(0));
    return fitMany({ X: dense(both, 2 * N, P), y: targets, batch: 2, lambda, ...options });
  };

  test.each([1, 0.5, 0])("1e8 added to each column moves only the intercept, l1Ratio %s", (l1Ratio) => {
    const exact = (x: number): number => Math.round(x * 2 ** 20) / 2 ** 20;
    const data = X.slice(0, N * P).map(exact);
    const far = data.map((x, k) => x + ((k % P) % 2 ? -1e8 : 1e8));
    const both = dense(Float64Array.of(...data, ...far), 2 * N, P);
    const targets = Float64Array.of(...target(0), ...target(0));
    for (const standardize of [true, false]) {
      const many = fitMany({ X: both, y: targets, batch: 2, lambda: 0.02, l1Ratio, standardize, tolerance: 1e-10 });
      expect([...many.converged]).toEqual([1, 1]);
      expect(distance(many.model(1).coefficients, many.model(0).coefficients)).toBeLessThan(1e-9);
      expect(Math.abs(many.objectives[1] / many.objectives[0] - 1)).toBeLessThan(1e-9);
      const predicted = many.model(1).predict(dense(far, N, P));
      expect(distance(predicted, many.model(0).predict(dense(data, N, P)))).toBeLessThan(1e-6);
    }
  });

  test("columns of all sizes, down to those whose squares are gone", () => {
    for (const unit of [1e-6, 1e6, 1e-70, 1e-140, 1e140]) {
      const many = changed((x, j) => (j === 0 ? x * unit : x), { tolerance: 1e-10 });
      expect([...many.converged]).toEqual([1, 1]);
      const back = many.model(1).coefficients.map((value, j) => (j === 0 ? value * unit : value));
      expect(distance(back, many.model(0).coefficients)).toBeLessThan(1e-5);
    }
  });

  test.each([1, 0])("constant columns have coefficient 0, duplicates share theirs, l1Ratio %s", (l1Ratio) => {
    const constant = changed((x, j) => (j === 0 ? -3e5 : x), { l1Ratio });
    expect(constant.coefficients[P]).toBe(0);
    const data = X.slice(0, N * P);
    for (let i = 0; i < N; ++i) data[i * P + 1] = data[i * P];
    const model = fitMany({ X: dense(data, N, P), y: target(0), batch: 1, lambda: 0.02, l1Ratio }).model(0);
    expect(model.converged).toBe(true);
    if (l1Ratio === 0) expect(Math.abs(model.coefficients[0] - model.coefficients[1])).toBeLessThan(1e-9);
  });

  test("y without anything to explain", () => {
    const values = [0, 5, -1e8, 1e-300];
    const targets = Float64Array.from(values.flatMap((value) => new Array(N).fill(value)));
    for (const l1Ratio of [1, 0.5, 0]) {
      const many = fitMany({ X: dense(X.slice(0, 4 * N * P), 4 * N, P), y: targets, batch: 4, lambda: 0.1, l1Ratio });
      expect([...many.converged]).toEqual([1, 1, 1, 1]);
      expect([...many.intercepts]).toEqual(values);
      expect(many.coefficients.every((value) => value === 0)).toBe(true);
      const shared = fitMany({ X: block(0), y: dense(targets, N, 4, { order: "column" }), lambda: 0.1, l1Ratio });
      expect([...shared.intercepts]).toEqual(values);
    }
  });

  test("y far from 0, lambda at its extremes, n = 1 and p = 1", () => {
    const far = fitMany({ X: matrix, y: y.map((value) => value + 1e8), batch: BATCH, lambda: 0.02 });
    const near = fitMany({ X: matrix, y, batch: BATCH, lambda: 0.02 });
    expect(far.converged.every((flag) => flag === 1)).toBe(true);
    expect(distance(far.coefficients, near.coefficients)).toBeLessThan(1e-3);
    for (const l1Ratio of [1, 0.5, 0]) {
      const huge = fitMany({ X: matrix, y, batch: BATCH, lambda: 1e308, l1Ratio });
      expect(Math.max(...huge.coefficients.map(Math.abs))).toBeLessThan(1e-300);
      expect(huge.converged.every((flag) => flag === 1)).toBe(true);
      const tiny = fitMany({ X: matrix, y, batch: BATCH, lambda: 5e-324, l1Ratio, tolerance: 1e-12 });
      const squares = fitMany({ X: matrix, y, batch: BATCH, lambda: 0 });
      expect(distance(tiny.coefficients, squares.coefficients)).toBeLessThan(1e-5);
    }
    const one = fitMany({ X: [[1], [3]], y: [2, 4], batch: 2, lambda: 0.1 });
    expect([...one.intercepts]).toEqual([2, 4]);
  });
});
