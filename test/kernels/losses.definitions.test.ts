import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { binomial } from "../../src/losses/binomial.js";
import { poisson } from "../../src/losses/poisson.js";
import { randomArray, randomStream } from "../support/arbitraries.js";
import { backends, runOn } from "../support/backends.js";
import { upTo } from "../support/matrices.js";

const losses = { binomial, poisson };

/** ln(1 + e^a), by the engine's own functions. */
const softplus = (a: number): number => (a > 0 ? a + Math.log1p(Math.exp(-a)) : Math.log1p(Math.exp(a)));
const sigmoid = (a: number): number => (a > 0 ? 1 / (1 + Math.exp(-a)) : Math.exp(a) / (1 + Math.exp(a)));

const definitions = {
  binomialLoss: (eta: number, y: number) => {
    const wrong = y === 1 ? -eta : eta;
    const sign = y === 1 ? 1 : -1;
    return { loss: softplus(wrong), theta: sign * sigmoid(wrong), curvature: sigmoid(eta) * sigmoid(-eta) };
  },
  poissonLoss: (eta: number, y: number) => ({
    loss: Math.exp(eta) - y * eta,
    theta: y - Math.exp(eta),
    curvature: Math.exp(eta),
  }),
};

const near = (actual: number, expected: number, size = Math.abs(expected)): void =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-15 * size + 1e-307);

describe.each(backends)("$name", (backend) => {
  describe.each(["binomialLoss", "poissonLoss"] as const)("%s", (name) => {
    const run = (eta: number[], y: number[], v: number[]) =>
      runOn(backend, (heap, kernels) => {
        const blank = new Array<number>(eta.length).fill(7);
        const [theta, at] = heap.float64(blank, 1);
        const [curvatures, from] = heap.float64(blank);
        const sum = kernels[name](
          eta.length,
          ...heap.float64(eta),
          ...heap.float64(y),
          ...heap.float64(v),
          theta,
          at,
          curvatures,
          from,
        );
        return { sum, theta: [...theta.subarray(at)], curvatures: [...curvatures.subarray(from)] };
      });

    test("is its formula, for any η and both sides", () => {
      const eta = fc.oneof(fc.double({ min: -700, max: 700, noNaN: true }), fc.constantFrom(0, 1e-9, -36, 37, -38));
      fc.assert(
        fc.property(eta, fc.constantFrom(0, 1), fc.double({ min: 0.01, max: 1, noNaN: true }), (value, y, v) => {
          const { loss, theta, curvature } = definitions[name](value, y);
          const actual = run([value], [y], [v]);
          near(actual.sum, v * loss, name === "poissonLoss" ? Math.exp(value) + Math.abs(y * value) : undefined);
          near(actual.theta[0], v * theta, name === "poissonLoss" ? 1 + Math.exp(value) : undefined);
          near(actual.curvatures[0], v * curvature);
        }),
      );
    });

    test("sums up its rows, and leaves out those of weight 0 whatever they hold", () => {
      const rows = fc.array(fc.tuple(fc.double({ min: -20, max: 20, noNaN: true }), fc.constantFrom(0, 1)), {
        maxLength: 40,
      });
      fc.assert(
        fc.property(rows, (list) => {
          const eta = list.flatMap(([value]) => [value, 1e308]);
          const y = list.flatMap(([, label]) => [label, 1]);
          const v = list.flatMap(() => [0.5, 0]);
          const { sum, theta, curvatures } = run(eta, y, v);
          const expected = list.map(([value, label]) => definitions[name](value, label));
          const total = expected.reduce((partial, { loss }) => partial + 0.5 * loss, 0);
          const size = expected.reduce((partial, { loss, curvature }) => partial + Math.abs(loss) + curvature, 0);
          expect(Math.abs(sum - total)).toBeLessThanOrEqual(1e-14 * (size + 1));
          list.forEach((_, i) => {
            expect([Math.abs(theta[2 * i + 1]), curvatures[2 * i + 1]]).toEqual([0, 0]);
          });
        }),
      );
    });
  });

  test("the binomial loss does not overflow", () => {
    runOn(backend, (heap, kernels) => {
      const theta = heap.float64([7, 7, 7]);
      const sum = kernels.binomialLoss(
        3,
        ...heap.float64([1e308, -1e308, 1e308]),
        ...heap.float64([1, 0, 0]),
        ...heap.float64([1, 1, 1]),
        ...theta,
        ...heap.float64([7, 7, 7]),
      );
      expect(sum).toBe(1e308);
      expect([...theta[0]]).toEqual([0, -0, -1]);
    });
  });

  test("losses of well-fitted rows keep their digits, however many share a logarithm", () => {
    const eta = Array.from({ length: 64 }, (_, i) => 20 + i);
    const sum = runOn(backend, (heap, kernels) => {
      const ones = new Array<number>(64).fill(1);
      const operands = [...heap.float64(ones), ...heap.float64(ones), ...heap.float64(ones)] as const;
      return kernels.binomialLoss(64, ...heap.float64(eta), ...operands, ...heap.float64(ones));
    });
    near(
      sum,
      eta.reduceRight((partial, value) => partial + Math.log1p(Math.exp(-value)), 0),
      4 * Math.exp(-20),
    );
  });

  test("the largest excess is that of its rows, the odd one too", () => {
    const next = randomStream(37);
    for (const n of [0, 1, 2, 7, 64, 65]) {
      const [x, y] = [randomArray(n, next), randomArray(n, next)];
      const most = runOn(backend, (heap, kernels) =>
        kernels.largestExcess(n, 0.3, ...heap.float64(x, 1), ...heap.float64(y)),
      );
      expect(most).toBe(Math.max(...x.map((value, i) => 0.3 * value - (y[i] as number))));
    }
    const [x, none] = [
      [1, Number.NaN, 2],
      [0, 0, 0],
    ];
    expect(
      runOn(backend, (heap, kernels) => kernels.largestExcess(3, 1, ...heap.float64(x), ...heap.float64(none))),
    ).toBeNaN();
  });

  test("what the certificates of losses sum up over rows is that", () => {
    const n = 7;
    const next = randomStream(34);
    const [theta, dual] = [0, 1].map(() => randomArray(n, next)) as [number[], number[]];
    // A row that has moved by far more than its curvature, one that has not moved, one without a curvature.
    const h = [1, 1e-3, 2, 0.5, 0, 4, 3];
    theta[3] = 0.9 * (dual[3] as number);
    const perWeight = [1, 2, 3, 4, 0, 5, 6];
    const sizes = randomArray(n, next).map((size) => 1 + Math.abs(size));
    const { far, out, sums } = runOn(backend, (heap, kernels) => {
      const list = heap.int32(new Array(n + 1).fill(7));
      const room = heap.float64(new Array(6).fill(7));
      const [slopes, point, curvatures] = [heap.float64(theta), heap.float64(dual), heap.float64(h)];
      const rest = [...curvatures, ...curvatures, ...heap.float64(perWeight), ...heap.float64(sizes)] as const;
      const count = kernels.dualSums(n, 0.9, 0.5, ...slopes, ...point, ...rest, ...list, ...room);
      return {
        far: [...list[0].subarray(list[1], list[1] + count)],
        out: [...room[0].subarray(room[1], room[1] + 6)],
        sums: [kernels.sum(n, ...slopes), kernels.weighedSquares(n, ...slopes, ...curvatures)],
      };
    });
    const rows = upTo(n).map((i) => {
      const shift = Math.abs((theta[i] as number) - 0.9 * (dual[i] as number));
      return { i, shift, t: shift / (h[i] as number), per: perWeight[i] as number, size: sizes[i] as number };
    });
    const total = (of: (row: (typeof rows)[number]) => number): number => rows.reduce((s, row) => s + of(row), 0);
    expect(far).toEqual(rows.filter(({ shift, t }) => shift > 0 && !(t < 0.5)).map(({ i }) => i));
    const polynomial = (t: number): number => 1 / 2 + t / 6 + t ** 2 / 12 + t ** 3 / 10;
    [
      total(({ shift, t }) => (t < 0.5 ? shift * t * polynomial(t) : 0)),
      total(({ shift, size }) => shift * size),
      total(({ shift, per }) => shift ** 2 * per),
      total(({ i, per }) => (dual[i] as number) ** 2 * per),
      Math.max(...rows.map(({ i, per }) => (h[i] as number) * per)),
      total(({ i, size }) => (h[i] as number) * size ** 2),
    ].forEach((expected, k) => {
      expect(out[k]).toBeCloseTo(expected, 12);
    });
    expect(sums[0]).toBeCloseTo(
      total(({ i }) => theta[i] as number),
      12,
    );
    const counting = rows.filter(({ i }) => (h[i] as number) > 0);
    const squares = counting.reduce((s, { i }) => s + (theta[i] as number) ** 2 / (h[i] as number), 0);
    expect((sums[1] as number) / squares).toBeCloseTo(1, 13);
  });
});

describe.each(["binomial", "poisson"] as const)("the %s family", (name) => {
  test("small divergences are bounded by the powers that stand for them", () => {
    const { curvature, divergence } = losses[name];
    for (const y of [0, 1]) {
      for (let eta = -30; eta <= 30; eta += 0.7) {
        for (const t of [0.5, 0.45, 0.3, 0.1, 0.01, -0.01, -0.1, -0.3, -0.45, -0.5]) {
          const size = Math.abs(t);
          const shift = t * curvature(y, eta);
          const bound = Math.abs(shift) * size * (1 / 2 + size / 6 + size ** 2 / 12 + size ** 3 / 10);
          expect(divergence(y, eta, shift)).toBeLessThanOrEqual(bound * (1 + 1e-12));
          expect(bound).toBeLessThanOrEqual(1.5 * divergence(y, eta, shift));
        }
      }
    }
  });
});
