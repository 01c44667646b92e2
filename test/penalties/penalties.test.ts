import { afterAll, describe, expect, it } from "vitest";
import {
  crossValidate,
  crossValidationFromJSON,
  dense,
  designMatrix,
  elasticNet,
  groupLasso,
  huber,
  lasso,
  logistic,
  mcp,
  modelFromJSON,
  multinomial,
  pathFromJSON,
  poisson,
  regularizationPath,
  scad,
  setBackend,
  sortedL1,
} from "../../src/index.js";
import { ConcavePenalty } from "../../src/penalties/ConcavePenalty.js";
import { GroupNorm } from "../../src/penalties/GroupNorm.js";
import { mcpPieces } from "../../src/penalties/mcp.js";
import type { BlockPenalty, Penalised, PenaltyFields, SortedPenalty } from "../../src/penalties/Penalty.js";
import type { Pieces } from "../../src/penalties/PiecewiseQuadratic.js";
import { SortedNorm } from "../../src/penalties/SortedNorm.js";
import { scadPieces } from "../../src/penalties/scad.js";
import { randomStream } from "../support/arbitraries.js";
import { drawCase, faultsOf, penalties, pointOf } from "./cases.js";
import { bestMove, concaveSlope, concaveValue, sortedWeights } from "./oracle.js";

afterAll(() => setBackend("auto"));

const uniform = (seed: number): (() => number) => {
  const next = randomStream(seed);
  return () => (next() + 1) / 2;
};

/** p coordinates, all of them columns, some with factors and a ridge part. */
function coordinates(p: number, next: () => number, l2 = next() < 0.5 ? 0 : 0.5): Penalised {
  return {
    eligible: Int32Array.from({ length: p }, (_, j) => j),
    p,
    columns: p,
    penaltyFactor: Float64Array.from({ length: p }, () => 0.5 + next()),
    lower: new Float64Array(p).fill(Number.NEGATIVE_INFINITY),
    upper: new Float64Array(p).fill(Number.POSITIVE_INFINITY),
    l2: new Float64Array(p).fill(l2),
    curvatures: undefined,
  };
}

describe.each<[string, (gamma: number) => Pieces, number]>([
  ["mcp", mcpPieces, 1],
  ["scad", scadPieces, 2],
])("%s", (name, pieces, least) => {
  it("is what it is defined to be, with its slope and the least of all minima", () => {
    const next = uniform(11);
    for (let trial = 0; trial < 100; ++trial) {
      const gamma = least + 0.1 + 4 * next();
      const problem = coordinates(1, next);
      const [factor, l2] = [problem.penaltyFactor[0] as number, problem.l2[0] as number];
      const penalty = new ConcavePenalty(pieces(gamma), problem);
      const strength = 0.2 + next();
      const a = strength * factor;
      penalty.set(strength);
      const at = (b: number): number => penalty.value(0, Float64Array.of(b));
      for (let k = -20; k <= 20; ++k) {
        const b = (k / 5) * gamma * a;
        const fields = { name, gamma } as PenaltyFields & { gamma: number };
        expect(at(b)).toBeCloseTo(concaveValue(fields, Math.abs(b), a) + (l2 * b * b) / 2, 12);
        expect(at(b)).toBeGreaterThanOrEqual(0);
        if (b === 0) continue;
        const h = 1e-6;
        const slope = (at(b + h) - at(b - h)) / (2 * h);
        expect(Math.sign(b) * concaveSlope(fields, Math.abs(b), a) + l2 * b).toBeCloseTo(slope, 4);
        expect(penalty.violation(0, Float64Array.of(b), Float64Array.of(slope))).toBeCloseTo(0, 4);
      }
      const v = 0.05 + 2 * next();
      const u = 6 * next() - 3;
      const out = new Float64Array(1);
      penalty.minimum(0, Float64Array.of(u), v, out);
      const F = (b: number): number => (v / 2) * b * b - u * b + at(b);
      const found = F(out[0] as number);
      let lowest = found;
      for (let k = -400; k <= 400; ++k) lowest = Math.min(lowest, F(k / 10), F((out[0] as number) + k / 1e4));
      expect(found).toBeLessThanOrEqual(lowest + 1e-12);
    }
  });

  it("keeps to bounds", () => {
    const next = uniform(12);
    for (let trial = 0; trial < 2000; ++trial) {
      const problem = coordinates(1, next);
      problem.lower[0] = -next();
      problem.upper[0] = next() < 0.3 ? 0 : next();
      const penalty = new ConcavePenalty(pieces(least + 0.1 + 4 * next()), problem);
      penalty.set(0.1 + next());
      const [u, v] = [6 * next() - 3, 0.02 + next() * next()];
      const out = new Float64Array(1);
      penalty.minimum(0, Float64Array.of(u), v, out);
      const F = (b: number): number => (v / 2) * b * b - u * b + penalty.value(0, Float64Array.of(b));
      const [low, high] = [problem.lower[0] as number, problem.upper[0] as number];
      expect(out[0]).toBeGreaterThanOrEqual(low);
      expect(out[0]).toBeLessThanOrEqual(high);
      let best = Number.POSITIVE_INFINITY;
      for (let k = 0; k <= 200; ++k) best = Math.min(best, F(low + ((high - low) * k) / 200));
      expect(F(out[0] as number)).toBeLessThanOrEqual(best + 1e-12);
    }
  });

  it("stays at 0 up to its kink and no further, where the curvature is known", () => {
    const next = uniform(13);
    for (let trial = 0; trial < 100; ++trial) {
      const curvature = 0.05 + 2 * next();
      const problem = { ...coordinates(1, next), curvatures: Float64Array.of(curvature) };
      const penalty = new ConcavePenalty(pieces(least + 0.1 + 4 * next()), problem);
      penalty.set(0.1 + next());
      const kink = penalty.kinks[0] as number;
      const out = new Float64Array(1);
      for (const [share, isZero] of [
        [1 - 1e-9, true],
        [1 + 1e-9, false],
      ] as const) {
        penalty.minimum(0, Float64Array.of(share * kink), curvature, out);
        expect(out[0] === 0).toBe(isZero);
        expect(penalty.excess(0, Float64Array.of(share * kink), 1) === 0).toBe(isZero);
      }
    }
  });
});

describe("group lasso", () => {
  const draw = (next: () => number, l1Share: number): { problem: Penalised; penalty: BlockPenalty } => {
    const problem = coordinates(4, next, 0);
    for (let j = 0; j < 4; ++j) problem.l2[j] = next() < 0.5 ? 0 : next();
    const penalty = new GroupNorm({ of: new Int32Array(4), factors: Float64Array.of(2) }, l1Share, problem);
    penalty.set(0.2 + next());
    return { problem, penalty };
  };

  it.each([0, 0.3])("has the minimum that no point near it goes below, l1Share %d", (l1Share) => {
    const next = uniform(21);
    for (let trial = 0; trial < 200; ++trial) {
      const { penalty } = draw(next, l1Share);
      const v = 0.3 + next();
      const u = Float64Array.from({ length: 4 }, () => 6 * next() - 3);
      const b = new Float64Array(4);
      penalty.minimum(0, u, v, b);
      const F = (c: Float64Array): number =>
        c.reduce((sum, value, j) => sum + (v / 2) * value * value - (u[j] as number) * value, penalty.value(0, c));
      expect(penalty.value(0, b)).toBeGreaterThanOrEqual(0);
      for (let move = 0; move < 50; ++move) {
        const size = 10 ** (-6 * next());
        expect(F(b)).toBeLessThanOrEqual(F(b.map((value) => value + size * (next() - 0.5))) + 1e-14);
      }
      // What is left of u there is a subgradient.
      expect(
        penalty.violation(
          0,
          b,
          u.map((value, j) => value - v * (b[j] as number)),
        ),
      ).toBeLessThan(1e-12);
    }
  });

  it.each([0, 0.3])("scales into the dual ball, which is what keeps a group at 0, l1Share %d", (l1Share) => {
    const next = uniform(22);
    for (let trial = 0; trial < 200; ++trial) {
      const { penalty } = draw(next, l1Share);
      const z = Float64Array.from({ length: 4 }, () => 20 * next() - 10);
      const scale = penalty.feasibleScale(0, z);
      if (scale < 1) expect(penalty.excess(0, z, 1.000001 * scale)).toBeGreaterThan(0);
      expect(penalty.excess(0, z, scale)).toBe(0);
      penalty.set(penalty.strength(0, z) * (1 + 1e-12));
      expect(penalty.excess(0, z, 1)).toBe(0);
      penalty.set(penalty.strength(0, z) * (1 - 1e-9));
      expect(penalty.excess(0, z, 1)).toBeGreaterThan(0);
    }
  });
});

describe("sorted L1", () => {
  const draw = (next: () => number, p: number): { c: Float64Array; penalty: SortedPenalty; list: Int32Array } => {
    const problem = coordinates(p, next, 0);
    const c = Float64Array.from({ length: p }, () => (next() < 0.2 ? 0 : next()))
      .sort()
      .reverse();
    c[0] = Math.max(1, c[0] as number);
    const penalty = new SortedNorm(c, problem);
    penalty.set(1);
    return { c, penalty, list: problem.eligible };
  };

  it("has the minimum that no point near it goes below", () => {
    const next = uniform(31);
    for (let trial = 0; trial < 200; ++trial) {
      const p = 1 + Math.floor(6 * next());
      const { penalty, list } = draw(next, p);
      const v = 0.3 + next();
      const u = Float64Array.from({ length: p }, () => 6 * next() - 3);
      const b = new Float64Array(p);
      penalty.minimum(p, list, u, v, b);
      const F = (x: Float64Array): number =>
        x.reduce(
          (sum, value, j) => sum + (v / 2) * value * value - (u[j] as number) * value,
          penalty.value(p, list, x),
        );
      for (let move = 0; move < 50; ++move) {
        const size = 10 ** (-6 * next());
        expect(F(b)).toBeLessThanOrEqual(F(b.map((value) => value + size * (next() - 0.5))) + 1e-14);
      }
    }
  });

  it("admits what the working set alone would not keep at 0, and nothing within the dual ball", () => {
    const next = uniform(32);
    for (let trial = 0; trial < 200; ++trial) {
      const p = 1 + Math.floor(6 * next());
      const { c, penalty } = draw(next, p);
      const z = Float64Array.from({ length: p }, () => 3 * next() - 1.5);
      const sizes = Array.from(z, Math.abs).sort((a, b) => b - a);
      let [sum, total, most] = [0, 0, 0];
      sizes.forEach((size, k) => {
        sum += size;
        total += c[k] as number;
        most = Math.max(most, sum / total);
      });
      expect(penalty.strength(z)).toBeCloseTo(most, 12);
      expect(penalty.admit(new Uint8Array(p), z, new Int32Array(p)) > 0).toBe(most > 1);
      expect(penalty.feasibleScale(z)).toBeCloseTo(Math.min(1, 1 / most), 12);
    }
  });

  it("takes its weights from the normal distribution", () => {
    const next = uniform(33);
    const X = dense(Float64Array.from({ length: 60 }, next), 20, 3);
    const y = Float64Array.from({ length: 20 }, next);
    for (const q of [1e-12, 0.001, 0.1, 0.5, 0.999]) {
      const weights = sortedWeights({ name: "sortedL1", q }, 3);
      const [own, given] = [sortedL1({ q }), sortedL1({ weights })].map((penalty) =>
        elasticNet(X, y, { lambda: 0.01, penalty, tolerance: 1e-12 }),
      ) as [ReturnType<typeof elasticNet>, ReturnType<typeof elasticNet>];
      expect(own.objective).toBeCloseTo(given.objective, 12);
      expect(own.coefficients[0]).toBeCloseTo(given.coefficients[0] as number, 6);
    }
  });
});

describe.each(penalties)("fits of $name", (row) => {
  it("are what their certificates say, on both backends to the same bits", () => {
    let converged = 0;
    for (let seed = 0; seed < 40; ++seed) {
      const drawn = drawCase(row, seed);
      const [fast, plain] = (["wasm", "js"] as const).map((backend) => {
        setBackend(backend);
        return drawn.fit();
      }) as [ReturnType<typeof drawn.fit>, ReturnType<typeof drawn.fit>];
      setBackend("auto");
      expect(JSON.stringify(fast)).toBe(JSON.stringify(plain));
      expect(faultsOf(row, drawn, fast), `case ${seed}`).toEqual([]);
      if (fast.converged) converged += 1;
    }
    expect(converged).toBeGreaterThan(35);
  });

  it("start at the smallest lambda at which all penalised coefficients are 0", () => {
    for (let seed = 100; seed < 130; ++seed) {
      const drawn = drawCase(row, seed);
      const { setting, lambdaMax } = drawn;
      if (setting.factors.includes(0) || ("factors" in setting.penalty && setting.penalty.factors.includes(0)))
        continue;
      if (setting.lower.every((bound, j) => bound === 0 && setting.upper[j] === 0)) continue;
      if (setting.factors.every((factor) => factor === Number.POSITIVE_INFINITY)) continue;
      expect(drawn.fit({ lambda: lambdaMax * (1 + 1e-6) }).nonzeros, `case ${seed}`).toBe(0);
      expect(drawn.fit({ lambda: lambdaMax * (1 - 1e-4), tolerance: 1e-10 }).nonzeros, `case ${seed}`).toBeGreaterThan(
        0,
      );
    }
  });
});

describe("convex penalties that are others in disguise", () => {
  const next = uniform(41);
  const [n, p] = [40, 12];
  const values = Float64Array.from({ length: n * p }, () => next() - 0.5);
  const X = dense(values, n, p);
  const y = Float64Array.from(
    { length: n },
    (_, i) => 3 * (values[i * p] as number) - (values[i * p + 1] as number) + next(),
  );
  const labels = Array.from({ length: p }, (_, j) => `column ${j}`);

  it.each([
    ["groups of one", groupLasso({ groups: labels })],
    ["an l1Share of 1", groupLasso({ groups: labels.map((_, j) => j % 2), l1Share: 1 })],
    ["equal weights", sortedL1({ weights: new Float64Array(p).fill(1) })],
  ])("are the lasso: %s", (_, penalty) => {
    for (const l1Ratio of [1, 0.4]) {
      for (const lambda of [0.1, 0.02]) {
        const options = { lambda, l1Ratio, tolerance: 1e-12 };
        const [own, net] = [elasticNet(X, y, { ...options, penalty }), elasticNet(X, y, options)];
        expect(own.converged).toBe(true);
        expect(own.objective).toBeCloseTo(net.objective, 12);
        for (let j = 0; j < p; ++j) expect(own.coefficients[j]).toBeCloseTo(net.coefficients[j] as number, 5);
      }
    }
  });

  it("are next to the lasso for a large gamma", () => {
    const net = lasso(X, y, { lambda: 0.02, tolerance: 1e-12 });
    for (const penalty of [mcp({ gamma: 1e7 }), scad({ gamma: 1e7 })]) {
      const own = elasticNet(X, y, { lambda: 0.02, penalty, tolerance: 1e-9 });
      for (let j = 0; j < p; ++j) expect(own.coefficients[j]).toBeCloseTo(net.coefficients[j] as number, 5);
    }
  });

  it("keep a group without a penalty out of lambdaMax", () => {
    const penalty = groupLasso({ groups: labels.map((_, j) => Math.floor(j / 4)), factors: [0, 1, 1] });
    const path = regularizationPath(X, y, { penalty, lambdaCount: 20 });
    expect(Array.from(path.nonzeros.subarray(0, 1))).toEqual([4]);
    expect(path.converged.every((one) => one === 1)).toBe(true);
  });

  it("take columns without an L1 part: lambda 0, l1Ratio 0", () => {
    for (const penalty of [groupLasso({ groups: labels }), sortedL1(), mcp()]) {
      for (const options of [{ lambda: 0 }, { lambda: 0.1, l1Ratio: 0 }]) {
        const [own, net] = [elasticNet(X, y, { ...options, penalty }), elasticNet(X, y, options)];
        expect(own.converged).toBe(true);
        expect(own.objective).toBeCloseTo(net.objective, 8);
      }
    }
  });
});

it("sorted L1 ends where the model of the loss is flat and its minimum far, as most rows are beyond delta", () => {
  const X = [
    [-2, -2],
    [0, 0],
    [1, -3],
  ];
  expect(huber(X, [-2, -4, 24], { lambda: 0.002, delta: 0.1, penalty: sortedL1() }).converged).toBe(true);
});

it.each([1e-8, 1, 1e8])("sorted L1 ends where the curvature of the loss falls to a millionth: X of %d", (unit) => {
  const options = { lambda: 5e-7 * unit, intercept: false, standardize: false, penalty: sortedL1({ weights: [1] }) };
  expect(poisson([[0], [unit]], [3, 0], options).converged).toBe(true);
});

const SIX = [
  [1, 0],
  [2, 1],
  [3, 1],
  [5, 2],
  [4, 0],
  [7, 3],
];

it.each([1, 1e6, 1e8])("sorted L1 finds the intercept beside a large ridge part: y of %d", (unit) => {
  const y = [1, 3, -40, 6, 2, 9].map((value) => value * unit);
  const options = { lambda: 0.1 * unit, l1Ratio: 0.5, delta: unit, penalty: sortedL1() };
  expect(huber(SIX, y, options).converged).toBe(true);
});

it.each([1e-6, 1, 1e6])("sorted L1 steps by the columns' curvature and not by the intercept's: X of %d", (unit) => {
  const X = SIX.map((row) => row.map((value) => value * unit));
  const options = { lambda: unit, standardize: false, penalty: sortedL1() };
  expect(poisson(X, [0, 1, 0, 3, 2, 9], options).converged).toBe(true);
});

describe("fits that are not convex", () => {
  it("leave no coefficient that is better elsewhere, alone, where the loss is flat", () => {
    // Columns of tiny spread and logistic losses have minima far from 0 that no slope tells of.
    const next = uniform(51);
    for (let trial = 0; trial < 20; ++trial) {
      const [n, p] = [40, 6];
      const X = Float64Array.from({ length: n * p }, () => 0.3 * (next() - 0.5));
      const y = Array.from({ length: n }, (_, i) => (4 * (X[i * p] as number) + next() - 0.5 > 0 ? 1 : 0));
      y[0] = 0;
      y[1] = 1;
      const options = { lambda: 0.02, standardize: false, penalty: trial % 2 === 0 ? mcp() : scad() };
      const model = logistic(dense(X, n, p), y, options);
      const setting = {
        family: "binomial" as const,
        n,
        p,
        X,
        y: Float64Array.from(y),
        weights: new Float64Array(n).fill(1),
        offset: new Float64Array(n),
        factors: new Float64Array(p).fill(1),
        lower: new Float64Array(p).fill(Number.NEGATIVE_INFINITY),
        upper: new Float64Array(p).fill(Number.POSITIVE_INFINITY),
        intercept: true,
        standardize: false,
        lambda: 0.02,
        l1Ratio: 1,
        penalty: model.penalty as PenaltyFields,
        delta: 1,
      };
      expect(bestMove(setting, pointOf(model))).toBeLessThan(1e-9);
    }
  });

  it("say that they are stationary, and know nothing of a gap", () => {
    const next = uniform(52);
    const X = dense(Float64Array.from({ length: 400 }, next), 40, 10);
    const y = Float64Array.from({ length: 40 }, next);
    const model = elasticNet(X, y, { lambda: 0.01, penalty: scad() });
    expect(model.certificate).toBe("stationary");
    expect(model.dualityGap).toBeNaN();
    expect(model.converged).toBe(true);
    expect(model.violation).toBeLessThanOrEqual(model.tolerance);
    expect(elasticNet(X, y, { lambda: 0.01, penalty: scad(), tolerance: 0 }).converged).toBe(false);
  });
});

describe("results", () => {
  const next = uniform(61);
  const [n, p] = [60, 8];
  const values = Float64Array.from({ length: n * p }, () => next() - 0.5);
  const X = dense(values, n, p);
  const y = Float64Array.from(
    { length: n },
    (_, i) => 3 * (values[i * p] as number) - 2 * (values[i * p + 3] as number) + 0.2 * next(),
  );
  const groups = [0, 0, 0, "a", "a", "0", "0", "0"];

  it.each([
    [{ name: "mcp", gamma: 3 }, mcp()],
    [{ name: "scad", gamma: 3.7 }, scad()],
    [
      { name: "groupLasso", groups, l1Share: 0.5, factors: [Math.sqrt(3), Math.sqrt(2), Math.sqrt(3)] },
      groupLasso({ groups, l1Share: 0.5 }),
    ],
    [{ name: "sortedL1", q: 0.1 }, sortedL1()],
    [{ name: "sortedL1", weights: [8, 7, 6, 5, 4, 3, 2, 1] }, sortedL1({ weights: [8, 7, 6, 5, 4, 3, 2, 1] })],
  ])("hold %o, in memory and in files", (fields, penalty) => {
    const cv = crossValidate(X, y, { penalty, folds: 3, lambdaCount: 8 });
    const path = regularizationPath(X, y, { penalty, lambdaCount: 8 });
    const model = path.model(5);
    expect(model.penalty).toEqual(fields);
    expect(cv.path.penalty).toEqual(fields);
    expect(cv.lambdas).toEqual(path.lambdas);
    expect(cv.path.coefficients).toEqual(path.coefficients);
    for (const copy of [(value: object) => JSON.parse(JSON.stringify(value)), structuredClone]) {
      expect(modelFromJSON(copy(model) as typeof model)).toEqual(model);
      expect(pathFromJSON(copy(path) as typeof path)).toEqual(path);
      expect(crossValidationFromJSON(copy(cv) as typeof cv)).toEqual(cv);
    }
    const broken = JSON.parse(JSON.stringify(model));
    for (const bad of [
      { name: "lasso" },
      { ...fields, more: 1 },
      { name: fields.name },
      "mcp",
      { ...fields, gamma: -1, q: 2 },
    ]) {
      expect(() => modelFromJSON({ ...broken, penalty: bad })).toThrow();
    }
  });

  it("tell of it", () => {
    expect(elasticNet(X, y, { lambda: 0.05, penalty: mcp() }).toString()).toContain("MCP");
    expect(regularizationPath(X, y, { penalty: groupLasso({ groups }) }).toString()).toContain("Group lasso path");
  });

  it("groups the columns of categories", () => {
    const rows = Array.from({ length: 60 }, (_, i) => ({
      size: next(),
      colour: ["red", "green", "blue", "grey"][i % 4] as string,
    }));
    const table = designMatrix(
      rows.map((row) => ({ ...row, y: (row.colour === "red" ? 2 : 0) + next() })),
      { target: "y" },
    );
    const model = elasticNet(table.X, table.y as Float64Array, {
      lambda: 0.1,
      penalty: groupLasso({ groups: "columns" }),
    });
    const { groups: found } = model.penalty as PenaltyFields & { name: "groupLasso" };
    expect(new Set(found)).toEqual(new Set(["size", "colour"]));
    const own = Array.from(model.coefficients).filter((_, j) => found[j] === "colour");
    expect(own.every((value) => value !== 0) || own.every((value) => value === 0)).toBe(true);
  });
});

describe("refusals", () => {
  const X = [
    [1, 2],
    [2, 1],
    [3, 5],
    [4, 3],
  ];
  const y = [1, 2, 3, 5];
  const fitWith = (penalty: unknown, options: object = {}) =>
    elasticNet(X, y, { lambda: 0.1, penalty: penalty as never, ...options });
  it.each<[() => unknown, string, RegExp]>([
    [() => mcp({ gamma: 1 }), "ERR_VALUE", /"gamma" must be above 1, got 1/],
    [() => scad({ gamma: 2 }), "ERR_VALUE", /"gamma" must be above 2, got 2/],
    [() => mcp({ gamma: "3" as never }), "ERR_TYPE", /"gamma" must be a number/],
    [() => mcp({ lambda: 1 } as never), "ERR_OPTION", /mcp has no option "lambda"/],
    [() => groupLasso({ groups: 3 as never }), "ERR_TYPE", /"groups" must be a list/],
    [
      () => groupLasso({ groups: [1, {}] as never }),
      "ERR_TYPE",
      /"groups" must hold numbers or strings, got an Object for column 1/,
    ],
    [() => groupLasso({ groups: [1, 2], l1Share: 2 }), "ERR_VALUE", /"l1Share" must be between 0 and 1/],
    [() => groupLasso({ groups: [1, 2], factors: [-1, 1] }), "ERR_VALUE", /"factors\[0\]" must be at least 0/],
    [() => sortedL1({ weights: [1, 2] }), "ERR_VALUE", /"weights" must not ascend, got 2 at 1/],
    [() => sortedL1({ weights: [0, 0] }), "ERR_VALUE", /"weights" must start above 0/],
    [() => sortedL1({ q: 1 }), "ERR_VALUE", /"q" must be between 0 and 1, got 1/],
    [() => sortedL1({ q: 0.1, weights: [1] }), "ERR_OPTION", /"q" must not be given beside "weights"/],
    [
      () => fitWith("l1"),
      "ERR_TYPE",
      /"penalty" must be made by mcp, scad, groupLasso or sortedL1, got "l1": l1Ratio 1 is l1/,
    ],
    [() => fitWith({ name: "mcp", gamma: 3 }), "ERR_TYPE", /"penalty" must be made by mcp/],
    [() => fitWith(groupLasso({ groups: [1] })), "ERR_LENGTH", /"groups" must have 2 values, got 1/],
    [
      () => fitWith(groupLasso({ groups: "columns" })),
      "ERR_TYPE",
      /"groups" must be a list unless X comes from designMatrix/,
    ],
    [() => fitWith(groupLasso({ groups: [1, 2], factors: [1] })), "ERR_LENGTH", /"factors" must have 2 values, got 1/],
    [() => fitWith(sortedL1({ weights: [1] })), "ERR_LENGTH", /"weights" must have 2 values, got 1/],
    [
      () => fitWith(groupLasso({ groups: [1, 2] }), { lowerBounds: 0 }),
      "ERR_VALUE",
      /"lowerBounds" must not be given beside groupLasso/,
    ],
    [() => fitWith(sortedL1(), { upperBounds: 1 }), "ERR_VALUE", /"upperBounds" must not be given beside sortedL1/],
    [
      () => fitWith(groupLasso({ groups: [1, 2] }), { penaltyFactor: [0, 1] }),
      "ERR_VALUE",
      /"penaltyFactor" must be above 0 beside groupLasso, got 0 for column 0/,
    ],
    [
      () => fitWith(sortedL1(), { penaltyFactor: [1, 0] }),
      "ERR_VALUE",
      /"penaltyFactor" must be above 0 beside sortedL1, got 0 for column 1/,
    ],
    [
      () => multinomial(X, ["a", "b", "c", "b"], { lambda: 0.1, penalty: sortedL1() }),
      "ERR_VALUE",
      /"penalty" must be mcp or scad for the multinomial family, got sortedL1/,
    ],
    [() => lasso(X, y, { lambda: 0.1, penalty: mcp() } as never), "ERR_OPTION", /lasso has no option "penalty"/],
    [() => fitWith(mcp(), { strategy: "qr" }), "ERR_VALUE", /"strategy" must be "auto" or "newton" or "sparse"/],
  ])("%s", (run, code, message) => {
    expect(run).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  });
});
