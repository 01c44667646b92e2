import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { setBackend } from "../../src/index.js";
import type { Heap } from "../../src/kernels/arena.js";
import { withMemory } from "../../src/kernels/pool.js";
import { ActiveNewton } from "../../src/solvers/methods/ActiveNewton.js";
import type { GramSystem } from "../../src/solvers/methods/GramSystem.js";
import { randomArray, randomStream } from "../support/arbitraries.js";
import { plainDot, upTo } from "../support/matrices.js";

const infinity = Number.POSITIVE_INFINITY;

/** How the columns of X hang together. Where two differ by 1e-8, their Gram cannot tell them apart in double precision. */
const KINDS = [
  "random",
  "hilbert",
  "alike to 1e-3",
  "alike to 1e-6",
  "alike to 1e-8",
  "duplicated",
  "dependent",
] as const;
type Kind = (typeof KINDS)[number];

interface Options {
  kind: Kind;
  n: number;
  p: number;
  seed: number;
  /** The share of coordinates without an L1 penalty. */
  free: number;
  bounded: boolean;
  l2: number;
}

/** X, n × p, column-major, with columns of norm 1. */
function columnsOf({ kind, n, p }: Options, next: () => number): number[][] {
  const X = upTo(p).map(() => randomArray(n, next));
  for (let j = 1; j < p; ++j) {
    if (kind === "hilbert") X[j] = upTo(n).map((i) => 1 / (1 + i + j));
    if (kind === "duplicated" && j % 2 === 1) X[j] = [...X[j - 1]];
    if (kind === "dependent" && j % 3 === 2) X[j] = X[j - 1].map((x, i) => x - X[j - 2][i]);
    if (kind.startsWith("alike") && j % 2 === 1) {
      const difference = Number(kind.slice("alike to ".length));
      X[j] = X[j - 1].map((x) => x + difference * next());
    }
  }
  return X.map((x) => x.map((v) => v / Math.sqrt(plainDot(x, x))));
}

/** A system in memory, with everything that the tests want to know of it. */
interface Setup {
  system: GramSystem;
  c: number[];
  all: Int32Array;
  newton: ActiveNewton;
}

/** The system of a least-squares problem with ‖y‖ = 1, at random coefficients within the bounds, some of them 0. */
function setUp(heap: Heap, options: Options, capacity = options.p, gap = 1): Setup {
  const { n, p, seed, free, bounded } = options;
  const next = randomStream(seed);
  const X = columnsOf(options, next);
  const truth = randomArray(p, next);
  const raw = upTo(n).map((i) => 0.3 * next() + X.reduce((sum, x, j) => sum + x[i] * truth[j], 0));
  const y = raw.map((v) => v / Math.sqrt(plainDot(raw, raw)));
  const stride = p + gap;
  const vector = (value: (i: number) => number): Float64Array => {
    const array = heap.float64(p);
    for (let i = 0; i < p; ++i) array[i] = value(i);
    return array;
  };
  const G = heap.float64(p * stride).fill(Number.NaN);
  X.forEach((x, i) => {
    X.forEach((other, k) => {
      G[i * stride + k] = plainDot(x, other);
    });
  });
  const lower = vector(() => (bounded ? -0.7 * (1 + next()) : -infinity));
  const upper = vector(() => (bounded ? 0.7 * (1 + next()) : infinity));
  const l1 = vector(() => (next() < 2 * free - 1 ? 0 : 0.05 * (1.1 + next())));
  const b = vector((i) => Math.min(upper[i], Math.max(lower[i], next() < -0.3 ? 0 : next())));
  const c = X.map((x) => plainDot(x, y));
  const system = { G, stride, isComplete: true, q: heap.float64(p), b, l1, l2: vector(() => options.l2), lower, upper };
  system.q.set(gradient(system, c));
  const all = heap.int32(p);
  all.set(upTo(p));
  // No objective is below −‖y‖²/2.
  const mostGain = 4 * (0.5 + Math.max(0, objective(system, c)));
  return { system, c, all, newton: new ActiveNewton(heap, system, capacity, p, mostGain) };
}

/** c − G·b */
function gradient({ G, stride, b }: GramSystem, c: number[]): number[] {
  return c.map((value, i) => value - plainDot(G.subarray(i * stride, i * stride + b.length), b));
}

/** ½·b'G·b − c'b + Σ l1·|b| + l2/2·b² */
function objective(system: GramSystem, c: number[]): number {
  const { b, l1, l2 } = system;
  const q = gradient(system, c);
  return c.reduce(
    (sum, value, i) => sum - 0.5 * (value + q[i]) * b[i] + l1[i] * Math.abs(b[i]) + 0.5 * l2[i] * b[i] ** 2,
    0,
  );
}

/** The coordinates that are neither 0 nor at a bound. */
const active = ({ b, lower, upper }: GramSystem): number[] =>
  upTo(b.length).filter((i) => b[i] !== 0 && b[i] > lower[i] && b[i] < upper[i]);

/** The objective's downward slopes in the active coordinates. */
const slopes = (system: GramSystem, c: number[]): number[] => {
  const q = gradient(system, c);
  const { b, l1, l2 } = system;
  return active(system).map((i) => q[i] - Math.sign(b[i]) * l1[i] - l2[i] * b[i]);
};

/** What is left to gain on the active face, ½·s'(G_AA + diag(l2))⁻¹·s for the slopes s, by elimination with pivoting. */
function leftToGain(system: GramSystem, c: number[]): number {
  const { G, stride, l2 } = system;
  const A = active(system);
  const s = slopes(system, c);
  const rows = A.map((i, at) => [...A.map((k) => G[i * stride + k] + (i === k ? l2[i] : 0)), s[at]]);
  rows.forEach((_, k) => {
    const pivot = rows.slice(k).reduce((best, row) => (Math.abs(row[k]) > Math.abs(best[k]) ? row : best));
    rows.splice(rows.indexOf(pivot), 1);
    rows.splice(k, 0, pivot);
    rows.forEach((row, i) => {
      if (i === k) return;
      const factor = row[k] / pivot[k];
      pivot.forEach((value, column) => {
        row[column] -= factor * value;
      });
    });
  });
  return s.reduce((sum, slope, k) => sum + (0.5 * slope * rows[k][A.length]) / rows[k][k], 0);
}

/** How far the optimality conditions are violated in any coordinate. */
function violation(system: GramSystem, c: number[]): number {
  const { b, l1, l2, lower, upper } = system;
  const q = gradient(system, c);
  return Math.max(
    0,
    ...c.flatMap((_, i) => {
      const slope = q[i] - l2[i] * b[i];
      const up = b[i] < upper[i] ? slope - (b[i] >= 0 ? l1[i] : -l1[i]) : 0;
      const down = b[i] > lower[i] ? -slope - (b[i] <= 0 ? l1[i] : -l1[i]) : 0;
      return [up, down];
    }),
  );
}

const absMax = (values: ArrayLike<number>): number => Math.max(0, ...Array.from(values, Math.abs));

/** Systems of one kind: small and large, more columns than rows and fewer, penalties and bounds of every sort. */
function* variants(kind: Kind): Generator<Options> {
  let seed = 0;
  for (const free of [0, 0.4, 1]) {
    for (const bounded of [false, true]) {
      for (const l2 of [0, 0.1]) {
        for (let p = 1; p <= 12; ++p) {
          for (const n of [8, 30]) yield { kind, n, p, seed: seed++, free, bounded, l2 };
        }
      }
    }
  }
}

/** Whether rounding errors of the Gram leave the objective a minimum: nearly dependent columns need a penalty or bounds for that. */
const isDetermined = ({ kind, n, p, free, bounded, l2 }: Options): boolean =>
  bounded ||
  l2 > 0 ||
  free < 1 ||
  (n >= p && kind !== "hilbert") ||
  ["random", "duplicated", "dependent"].includes(kind);

const withSetup = (options: Options, work: (setup: Setup) => void, capacity?: number, gap?: number): void =>
  withMemory(65536, "this system", (heap) => work(setUp(heap, options, capacity, gap)));

describe.each(["wasm", "js"] as const)("%s", (backend) => {
  beforeAll(() => setBackend(backend));
  afterAll(() => setBackend("auto"));

  describe.each(KINDS)("%s columns", (kind) => {
    /** Steps along a direction of next to no curvature are long, and so are their rounding errors. */
    const rounding = kind === "alike to 1e-8" ? 1e-8 : 1e-13;

    test("a run lowers the objective, to the minimum of the active face, and keeps the gradient", () => {
      for (const options of variants(kind)) {
        withSetup(options, ({ system, c, all, newton }) => {
          const { b, q, lower, upper, l1 } = system;
          const start = b.slice();
          const before = objective(system, c);
          newton.run(options.p, options.p, all, 1e-14);
          const size = 1 + absMax(b);
          expect(objective(system, c) - before).toBeLessThanOrEqual(1e-14 * size * size);
          gradient(system, c).forEach((value, i) => {
            expect(Math.abs(q[i] - value)).toBeLessThanOrEqual(rounding * size);
          });
          expect(absMax(slopes(system, c))).toBeLessThanOrEqual(rounding * size);
          b.forEach((value, i) => {
            expect(value >= lower[i] && value <= upper[i]).toBe(true);
            // A penalised coefficient stops at 0, and one that is 0 is left to descent.
            if (l1[i] > 0) expect(value * start[i]).toBeGreaterThanOrEqual(0);
            if (start[i] === 0) expect(value).toBe(0);
          });
          // Exact dependencies are seen as such, and no step is divided by what rounding leaves of them.
          if (kind === "duplicated" || kind === "dependent") expect(absMax(b)).toBeLessThan(10);
          // What the test is worth: there was something to gain.
          if (active(system).length > 1) expect(before - objective(system, c)).toBeGreaterThan(1e-6);
        });
      }
    });

    test("from then on there is nothing to do", () => {
      for (const options of variants(kind)) {
        withSetup(options, ({ system, c, all, newton }) => {
          newton.run(options.p, options.p, all, 1e-14);
          const value = objective(system, c);
          newton.run(options.p, options.p, all, 1e-14);
          expect(Math.abs(objective(system, c) - value)).toBeLessThanOrEqual(rounding * (1 + absMax(system.b)) ** 2);
        });
      }
    });

    test("with descent in turn, it reaches the optimum, never uphill", () => {
      for (const options of variants(kind)) {
        if (!isDetermined(options)) continue;
        withMemory(65536, "this system", (heap) => {
          const { system, c, all, newton } = setUp(heap, options);
          const { G, stride, q, b, l1, l2, lower, upper } = system;
          const { p } = options;
          let value = objective(system, c);
          for (let round = 0; round < 60; ++round) {
            newton.run(p, p, all, 1e-16);
            const operands = [G, 0, stride, q, 0, b, 0, l1, 0, l2, 0, lower, 0, upper, 0, 0] as const;
            const change = heap.kernels.gramEpoch(p, all, 0, p, ...operands);
            const next = objective(system, c);
            expect(next - value).toBeLessThanOrEqual(1e-14 * (1 + absMax(b)) ** 2);
            value = next;
            if (change <= 1e-28) break;
          }
          expect(violation(system, c)).toBeLessThanOrEqual(rounding * (1 + absMax(b)));
        });
      }
    });
  });

  test("where columns are dependent, penalised coefficients leave until the rest are independent", () => {
    for (let seed = 0; seed < 40; ++seed) {
      const common = { seed, free: 0, bounded: false, l2: 0 };
      withSetup({ ...common, kind: "duplicated", n: 30, p: 12 }, ({ system, all, newton }) => {
        newton.run(12, 12, all, 1e-14);
        for (let j = 1; j < 12; j += 2) expect(system.b[j] === 0 || system.b[j - 1] === 0).toBe(true);
      });
      withSetup({ ...common, kind: "random", n: 5, p: 12 }, ({ system, all, newton }) => {
        newton.run(12, 12, all, 1e-14);
        expect(active(system).length).toBeLessThanOrEqual(5);
      });
    }
  });

  describe("an l2 that changes", () => {
    /** How far from the face's minimum the run ends after every l2 was multiplied by a factor. */
    const endAt = (factor: (i: number) => number, seed: number, accuracy: number): [start: number, end: number] => {
      let result: [number, number] = [0, 0];
      withSetup({ kind: "random", n: 40, p: 10, seed, free: 0, bounded: seed % 2 === 1, l2: 1 }, (setup) => {
        const { system, c, all, newton } = setup;
        newton.run(10, 10, all, 1e-16);
        system.l2.forEach((value, i) => {
          system.l2[i] = value * factor(i);
        });
        const [start, before] = [leftToGain(system, c), objective(system, c)];
        newton.run(10, 10, all, accuracy);
        expect(objective(system, c)).toBeLessThanOrEqual(before + 1e-15);
        gradient(system, c).forEach((value, i) => {
          expect(Math.abs(system.q[i] - value)).toBeLessThan(1e-15 * (1 + absMax(system.l2)));
        });
        result = [start, leftToGain(system, c)];
      });
      return result;
    };

    test.each([0.8, 0.95, 1.05, 1.2])("by a little, %d: steps with the old factor, to the accuracy", (factor) => {
      let farthest = 0;
      for (let seed = 0; seed < 40; ++seed) {
        for (const accuracy of [1e-6, 1e-10, 1e-16]) {
          const [start, end] = endAt(() => factor, seed, accuracy);
          expect(end).toBeLessThanOrEqual(accuracy);
          farthest = Math.max(farthest, start);
        }
      }
      expect(farthest).toBeGreaterThan(1e-5);
    });

    test.each([0, 1e-6, 0.5, 2, 1e3])("by much, %d: to the last bit, whatever the accuracy", (factor) => {
      for (let seed = 0; seed < 40; ++seed) expect(endAt(() => factor, seed, 1)[1]).toBeLessThan(1e-28);
    });

    test("after the first coordinate has left, to what its neighbour had", () => {
      for (let seed = 0; seed < 40; ++seed) {
        withSetup({ kind: "random", n: 40, p: 10, seed, free: 1, bounded: false, l2: 0 }, (setup) => {
          const { system, c, all, newton } = setup;
          const powers = upTo(10).map((i) => 2 ** (i - 5));
          system.l2.set(powers);
          newton.run(10, 10, all, 1e-16);
          const [first] = active(system);
          system.b[first] = 0;
          system.q.set(gradient(system, c));
          newton.run(10, 10, all, 1e-16);
          const left = active(system);
          left.forEach((i, k) => {
            system.l2[i] = powers[k === 0 ? first : left[k - 1]];
          });
          newton.run(10, 10, all, 1);
          expect(leftToGain(system, c)).toBeLessThan(1e-28);
        });
      }
    });

    test("by much in a single coordinate", () => {
      for (let seed = 0; seed < 40; ++seed) {
        expect(endAt((i) => (i === seed % 10 ? 3 : 1), seed, 1e-14)[1]).toBeLessThanOrEqual(1e-14);
      }
    });
  });

  test("only listed coordinates move, and no more than the factor has room for", () => {
    for (let seed = 0; seed < 40; ++seed) {
      const options: Options = { kind: "random", n: 30, p: 10, seed, free: 0.3, bounded: false, l2: 0.01 };
      for (const [capacity, list] of [
        [10, [7, 2, 4]],
        [3, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]],
      ] as const) {
        withSetup(
          options,
          ({ system, c, all, newton }) => {
            const { b, q } = system;
            const [start, before] = [b.slice(), objective(system, c)];
            all.set(list);
            newton.run(10, list.length, all, 1e-14);
            const moved = upTo(10).filter((i) => b[i] !== start[i]);
            expect(moved.length).toBeLessThanOrEqual(3);
            for (const i of moved) expect(list).toContain(i);
            expect(objective(system, c)).toBeLessThanOrEqual(before);
            gradient(system, c).forEach((value, i) => {
              expect(Math.abs(q[i] - value)).toBeLessThan(1e-14);
            });
          },
          capacity,
        );
      }
    }
  });

  test("coordinates beyond `size` are not part of the system", () => {
    for (const isComplete of [true, false]) {
      withSetup({ kind: "random", n: 30, p: 10, seed: 4, free: 0, bounded: false, l2: 0 }, (setup) => {
        const { system, c, all, newton } = setup;
        system.isComplete = isComplete;
        system.b.fill(0, 6);
        const q = gradient(system, c);
        system.q.set(q);
        newton.run(6, 6, all, 1e-14);
        expect([...system.q.subarray(6)]).toEqual(q.slice(6));
        expect([...system.b.subarray(6)]).toEqual([0, 0, 0, 0]);
        expect(absMax(slopes(system, c))).toBeLessThan(1e-14);
      });
    }
  });

  test("rows of inactive coordinates are not read where the Gram is not complete", () => {
    for (const kind of KINDS) {
      withSetup({ kind, n: 30, p: 10, seed: 5, free: 0, bounded: false, l2: 0.01 }, (setup) => {
        const { system, c, all, newton } = setup;
        const rows = system.G.slice();
        system.isComplete = false;
        system.b.forEach((value, i) => {
          if (value === 0) system.G.fill(Number.NaN, i * system.stride, (i + 1) * system.stride);
        });
        newton.run(10, 10, all, 1e-14);
        gradient({ ...system, G: rows }, c).forEach((value, i) => {
          expect(Math.abs(system.q[i] - value)).toBeLessThan(1e-13);
        });
      });
    }
  });

  test("after a reset, coordinates may have other numbers", () => {
    for (const kind of KINDS) {
      const options: Options = { kind, n: 30, p: 9, seed: 6, free: 0.3, bounded: true, l2: 0.05 };
      withMemory(65536, "these systems", (heap) => {
        const first = setUp(heap, options);
        const second = setUp(heap, { ...options, seed: 7 });
        const { system, all, newton } = first;
        newton.run(9, 9, all, 1e-14);
        for (const name of ["G", "q", "b", "l1", "l2", "lower", "upper"] as const)
          system[name].set(second.system[name]);
        newton.reset();
        newton.run(9, 9, all, 1e-14);
        second.newton.run(9, 9, second.all, 1e-14);
        expect(system.b).toEqual(second.system.b);
        expect(system.q).toEqual(second.system.q);
      });
    }
  });
});

test.each(KINDS)("both backends take the same steps to the last bit: %s columns", (kind) => {
  for (const options of variants(kind)) {
    const [first, second] = (["wasm", "js"] as const).map((backend) => {
      setBackend(backend);
      let result = new Float64Array();
      withSetup(options, ({ system, all, newton }) => {
        newton.run(options.p, options.p, all, 1e-14);
        result = Float64Array.from([...system.b, ...system.q]);
      });
      return result;
    });
    expect(first).toEqual(second);
  }
  setBackend("auto");
});
