import { describe, expect, test } from "vitest";
import { randomArray, randomStream } from "../support/arbitraries.js";
import { backends, runOn } from "../support/backends.js";
import { columnOf, plainDot, spread, upTo, workOfGram } from "../support/matrices.js";

interface Problem {
  n: number;
  p: number;
  X: number[];
  y: number[];
  l1: number[];
  l2: number[];
  lower: number[];
  upper: number[];
}

/** How far b is from a minimum of ½‖y − X·b‖² + Σ l1·|b| + l2/2·b² on the bounds: 0 at one, by the KKT conditions. */
function violation({ n, p, X, y, l1, l2, lower, upper }: Problem, b: number[]): number {
  let largest = 0;
  for (let j = 0; j < p; ++j) {
    const v = b[j] as number;
    if (v < (lower[j] as number) || v > (upper[j] as number)) return Number.POSITIVE_INFINITY;
    const residual = y.map(
      (value, i) =>
        value -
        plainDot(
          upTo(p).map((k) => X[k * n + i] as number),
          b,
        ),
    );
    const slope = (l2[j] as number) * v - plainDot(columnOf(X, n, j), residual);
    // The objective's slopes to the right and to the left: neither may descend, unless a bound is in the way.
    const right = slope + (v >= 0 ? (l1[j] as number) : -(l1[j] as number));
    const left = slope + (v > 0 ? (l1[j] as number) : -(l1[j] as number));
    if (v < (upper[j] as number)) largest = Math.max(largest, -right);
    if (v > (lower[j] as number)) largest = Math.max(largest, left);
  }
  return largest;
}

const infinity = Number.POSITIVE_INFINITY;

function problem(n: number, p: number, seed: number, kind: string): Problem {
  const next = randomStream(seed);
  const X = randomArray(n * p, next);
  const truth = randomArray(p, next).map((v, j) => (j % 2 === 0 ? 3 * v : 0));
  const y = upTo(n).map(
    (i) => next() / 4 + upTo(p).reduce((sum, j) => sum + (X[j * n + i] as number) * (truth[j] as number), 0),
  );
  const l1 = upTo(p).map(() => (kind === "ridge" ? 0 : (n / 12) * (1 + next() / 2)));
  const l2 = upTo(p).map(() => (kind === "lasso" ? 0 : (n / 20) * (1 + next())));
  const bounded = kind === "bounds";
  return {
    n,
    p,
    X,
    y,
    l1: l1.map((v, j) => (j === 1 ? infinity : j === 2 ? 0 : v)),
    l2,
    lower: upTo(p).map((j) => (bounded ? (j % 3 === 0 ? 0 : -0.4) : -infinity)),
    upper: upTo(p).map((j) => (bounded ? (j % 3 === 1 ? 0 : 0.5) : infinity)),
  };
}

const KINDS = ["lasso", "ridge", "elastic net", "bounds"];
const SHAPES = [
  [12, 3],
  [40, 7],
  [131, 10],
] as const;

describe.each(backends)("$name", (backend) => {
  /** The coefficients after `epochs` epochs from 0, what is left of y or q, and what the last epoch returned. */
  const descend = (on: "residual" | "gram", { n, p, X, y, l1, l2, lower, upper }: Problem, epochs: number) =>
    runOn(backend, (heap, kernels) => {
      const b = heap.float64(new Array(p).fill(0), 1);
      const penalties = [
        ...heap.float64(l1),
        ...heap.float64(l2, 1),
        ...heap.float64(lower),
        ...heap.float64(upper),
      ] as const;
      const indices = heap.int32(upTo(p), 1);
      const x = heap.float64(X, 1);
      const squares = upTo(p).map((j) => plainDot(columnOf(X, n, j), columnOf(X, n, j)));
      const rest = heap.float64(on === "residual" ? y : upTo(p).map((j) => plainDot(columnOf(X, n, j), y)), 3);
      const G = heap.float64(new Array(p * p).fill(0));
      if (on === "gram") kernels.gram(n, p, ...x, ...G, ...heap.float64(workOfGram(n, p)));
      const curvatures = heap.float64(squares);
      let change = 0;
      let before: number[] = [];
      for (let epoch = 0; epoch < epochs; ++epoch) {
        before = [...b[0].subarray(b[1])];
        change =
          on === "residual"
            ? kernels.residualEpoch(p, ...indices, n, ...x, ...rest, ...b, ...curvatures, ...penalties)
            : kernels.gramEpoch(p, ...indices, p, ...G, p, ...rest, ...b, ...penalties, 0);
      }
      return { b: [...b[0].subarray(b[1])], rest: [...rest[0].subarray(rest[1])], change, before, squares };
    });

  describe.each(["residual", "gram"] as const)("descent on the %s", (on) => {
    test.each(KINDS)("ends at a point that satisfies the KKT conditions: %s", (kind) => {
      for (const [n, p] of SHAPES) {
        const data = problem(n, p, n + p, kind);
        const { b, change } = descend(on, data, 400);
        expect(violation(data, b)).toBeLessThan(1e-11 * n);
        expect(change).toBeLessThan(1e-25);
        expect(b[1]).toBe(0);
        if (kind !== "ridge") expect(b.filter((v) => v === 0).length).toBeGreaterThan(p > 3 ? 1 : 0);
        // What the test itself is worth: the start and a perturbed end violate the conditions.
        expect(violation(data, new Array(p).fill(0))).toBeGreaterThan(0.1);
        expect(violation(data, [(b[0] as number) + 1e-3, ...b.slice(1)])).toBeGreaterThan(1e-4);
      }
    });

    test("keeps the residual, or its products, and returns the largest a_j·Δ_j²", () => {
      for (const [n, p] of SHAPES) {
        const data = problem(n, p, n, "elastic net");
        for (const epochs of [1, 2]) {
          const { b, rest, change, before, squares } = descend(on, data, epochs);
          const residual = data.y.map(
            (v, i) =>
              v -
              plainDot(
                upTo(p).map((k) => data.X[k * n + i] as number),
                b,
              ),
          );
          const expected =
            on === "residual" ? residual : upTo(p).map((j) => plainDot(columnOf(data.X, n, j), residual));
          expected.forEach((v, i) => {
            expect(rest[i]).toBeCloseTo(v, 10);
          });
          const steps = b.map((v, j) => (squares[j] as number) * (v - (before[j] as number)) ** 2);
          expect(change / Math.max(...steps)).toBeCloseTo(1, 12);
        }
      }
    });
  });

  test("only listed coordinates move, in the listed order; none listed changes nothing", () => {
    const data = problem(9, 3, 5, "ridge");
    for (const list of [[], [2], [2, 0]]) {
      const b = runOn(backend, (heap, kernels) => {
        const [array, offset] = heap.float64([0, 0, 0]);
        const vectors = [data.l1, data.l2, data.lower, data.upper].flatMap((v) => heap.float64(v)) as unknown as [
          ...[Float64Array, number, Float64Array, number],
          ...[Float64Array, number, Float64Array, number],
        ];
        const squares = heap.float64(upTo(3).map((j) => plainDot(columnOf(data.X, 9, j), columnOf(data.X, 9, j))));
        const operands = [...heap.int32(list), 9, ...heap.float64(data.X), ...heap.float64(data.y)] as const;
        const change = kernels.residualEpoch(list.length, ...operands, array, offset, ...squares, ...vectors);
        expect(change === 0).toBe(list.length === 0);
        return array.slice(offset);
      });
      upTo(3).forEach((j) => {
        expect(b[j] !== 0).toBe(list.includes(j) && j !== 1);
      });
      if (list.length === 0) continue;
      // The first of the list is minimised with all others at 0, exactly as the formula says.
      const x = columnOf(data.X, 9, 2);
      expect(b[2]).toBeCloseTo(plainDot(x, data.y) / (plainDot(x, x) + (data.l2[2] as number)), 12);
    }
  });

  describe("one epoch on the Gram", () => {
    interface System {
      G: number[];
      q: number[];
      b: number[];
      l1?: number[];
    }

    /** b, q and what is returned after an epoch over `list`, with rows `gap` further apart than needed. */
    const epoch = ({ G, q, b, l1 }: System, list: number[], least: number, gap = 0, size = q.length) =>
      runOn(backend, (heap, kernels) => {
        const p = q.length;
        const operands = [heap.float64(q, 1), heap.float64(b, 3)] as const;
        const change = kernels.gramEpoch(
          list.length,
          ...heap.int32(list, 1),
          size,
          ...heap.float64(spread(G, p, p + gap), 1),
          p + gap,
          ...operands[0],
          ...operands[1],
          ...heap.float64(l1 ?? new Array(p).fill(0)),
          ...heap.float64(new Array(p).fill(0), 1),
          ...heap.float64(new Array(p).fill(-infinity)),
          ...heap.float64(new Array(p).fill(infinity)),
          least,
        );
        const [after, coefficients] = operands.map(([array, offset]) => [...array.slice(offset)]);
        return { change, q: after, b: coefficients };
      });

    test("leaves out moves of at most `least`, and no others", () => {
      // Steps of 1/2, 1 and 2 along 4, 1 and 1/4: each gains 1; from and to other numbers than 0.
      const G = [4, 0, 0, 0, 1, 0, 0, 0, 0.25];
      const system = { G, q: [2, -1, 0.5], b: [1, 3, -5] };
      const moved = { change: 1, q: [0, 0, 0], b: [1.5, 2, -3] };
      expect(epoch(system, [0, 1, 2], 1)).toEqual({ change: 0, q: system.q, b: system.b });
      expect(epoch(system, [0, 1, 2], 1 - 2 ** -53)).toEqual(moved);
      expect(epoch(system, [0, 1, 2], 0)).toEqual(moved);
      const larger = { ...system, q: [2, -1.5, 0.5] };
      expect(epoch(larger, [0, 1, 2], 1)).toEqual({ change: 2.25, q: [2, 0, 0.5], b: [1, 1.5, -5] });
    });

    test("moves to and from 0 however little they gain", () => {
      // The first goes from 0 to 1/8, the second from 1/8 to exactly 0, the third stays at 0.
      const system = { G: [1, 0.5, 0, 0.5, 1, 0, 0, 0, 1], q: [1.125, -1.0625, 0.5], b: [0, 0.125, 0], l1: [1, 1, 1] };
      const { b, change, q } = epoch(system, [0, 1, 2], infinity);
      expect(b).toEqual([0.125, 0, 0]);
      expect(q).toEqual([1.125 - 0.125 + 0.0625, -1.0625 - 0.0625 + 0.125, 0.5]);
      expect(change).toBe(1 / 64);
    });

    test("is the same however far apart the rows lie, and leaves the gradient beyond `size` alone", () => {
      const data = problem(40, 7, 6, "elastic net");
      const columns = upTo(7).map((j) => columnOf(data.X, 40, j));
      const G = columns.flatMap((x) => columns.map((y) => plainDot(x, y)));
      const system = { G, q: columns.map((x) => plainDot(x, data.y)), b: new Array(7).fill(0), l1: data.l1 };
      const list = [4, 0, 2, 3];
      const whole = epoch(system, list, 0);
      expect(whole.b.filter((v) => v !== 0).length).toBeGreaterThan(1);
      for (const gap of [1, 2, 5]) expect(epoch(system, list, 0, gap)).toEqual(whole);
      const short = epoch(system, list, 0, 1, 5);
      expect(short).toEqual({ ...whole, q: [...whole.q.slice(0, 5), ...system.q.slice(5)] });
    });
  });

  test("extrapolate goes on along the line, and keeps where it was", () => {
    const next = randomStream(37);
    for (let n = 0; n <= 40; ++n) {
      const [x, before] = [randomArray(n, next), randomArray(n, next)];
      const [after, kept] = runOn(backend, (heap, kernels) => {
        const operands = [heap.float64(x, 1), heap.float64(before, 3)] as const;
        kernels.extrapolate(n, 0.75, ...operands[0], ...operands[1]);
        return operands.map(([array, offset]) => [...array.slice(offset)]);
      });
      expect(after).toEqual(x.map((v, i) => v + 0.75 * (v - before[i])));
      expect(kept).toEqual(x);
    }
  });

  test("axpyDot is r + a·x and its dot product with next", () => {
    const next = randomStream(35);
    for (let n = 0; n <= 130; n += 1) {
      const [x, r, y] = [x2(n), x2(n), x2(n)];
      const [sum, updated] = runOn(backend, (heap, kernels) => {
        const [array, offset] = heap.float64(r, 1);
        const result = kernels.axpyDot(n, -3, ...heap.float64(x), array, offset, ...heap.float64(y));
        return [result, [...array.subarray(offset)]];
      });
      const expected = r.map((v, i) => v - 3 * (x[i] as number));
      expect(updated).toEqual(expected);
      expect(sum).toBe(plainDot(expected, y));
    }
    /** Small integers: sums of them are exact. */
    function x2(n: number): number[] {
      return randomArray(n, next, (v) => Math.round(9 * v) + 0);
    }
  });
});
