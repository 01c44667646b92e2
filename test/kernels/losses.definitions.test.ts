import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { backends, runOn } from "../support/backends.js";

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
});
