import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dense, setBackend } from "../../src/index.js";
import { bytesOf } from "../../src/kernels/arena.js";
import { withMemory } from "../../src/kernels/pool.js";
import { quantizeColumns, Screening } from "../../src/solvers/designs/screening.js";
import { DenseProblem } from "../../src/solvers/problems/DenseProblem.js";
import { randomArray, randomStream } from "../support/arbitraries.js";
import { adjacent64 } from "../support/bits.js";
import { plainDot, upTo } from "../support/matrices.js";

const SPLITTER = 2 ** 27 + 1;

/** x·y as a sum of two doubles: Dekker's product. */
function product(x: number, y: number): [high: number, low: number] {
  const split = (v: number): [number, number] => {
    const scaled = SPLITTER * v;
    const high = scaled - (scaled - v);
    return [high, v - high];
  };
  const [x1, x2] = split(x);
  const [y1, y2] = split(y);
  const high = x * y;
  return [high, x2 * y2 - (high - x1 * y1 - x2 * y1 - x1 * y2)];
}

/** The power of 2 just below the largest |x|, 1 for zeros. */
const magnitude = (x: ArrayLike<number>): number => {
  const largest = Math.max(...Array.from(x, Math.abs));
  return largest > 0 ? 2 ** Math.floor(Math.log2(largest)) : 1;
};

/** Σ x·y as if in twice the precision, at any scale. */
function compensatedDot(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const [xScale, yScale] = [magnitude(x), magnitude(y)];
  let sum = 0;
  let lost = 0;
  for (let i = 0; i < x.length; ++i) {
    const [high, low] = product(x[i] / xScale, y[i] / yScale);
    const next = sum + high;
    const part = next - sum;
    lost += sum - (next - part) + (high - part) + low;
    sum = next;
  }
  return (sum + lost) * xScale * yScale;
}

interface Setup {
  problem: DenseProblem;
  screening: Screening;
  /** x_j·r at the residual as it is. */
  exact: (j: number) => number;
  /** Runs the screening on the listed columns as a problem does: those left open get z in float64. Returns them. */
  screen: (columns: number[]) => Set<number>;
  /** The residual is another one now. */
  move: (r: ArrayLike<number>) => void;
}

/** A problem whose columns of norm `norms[j]` are random but for those that are given, its l1 all 1. */
function withSetup(
  n: number,
  norms: readonly number[],
  seed: number,
  work: (setup: Setup, next: () => number) => void,
  given: (next: () => number) => number[][] = () => [],
): void {
  const p = norms.length;
  withMemory(bytesOf(DenseProblem.layout(n, p, true)) + 64 * p, "this problem", (heap) => {
    const next = randomStream(seed);
    const first = given(next);
    const columns = norms.map((norm, j) => {
      const column = first[j] ?? randomArray(n, next);
      // Divided before it is multiplied: neither over- nor underflows.
      return column.map((v) => (v / Math.sqrt(plainDot(column, column))) * norm);
    });
    const settings = {
      intercept: false,
      standardize: false,
      weights: undefined,
      penaltyFactor: undefined,
      lowerBounds: undefined,
      upperBounds: undefined,
      offset: undefined,
      tolerance: 1e-7,
      maxIterations: 100,
    };
    // Rows are scaled by 1/√n.
    const X = dense(
      Float64Array.from(columns.flat(), (v) => v * Math.sqrt(n)),
      n,
      p,
      { order: "column" },
    );
    const problem = new DenseProblem(heap, X, Float64Array.from(randomArray(n, next)), settings);
    problem.r.set(problem.y);
    problem.l1.fill(1);
    const integers = heap.raw16(n * p);
    quantizeColumns(heap.kernels, n, problem.X, problem.curvatures, 0, p, integers);
    const screening = new Screening(problem, integers, problem.r);
    const open = heap.int32(p);
    const list = heap.int32(p);
    work(
      {
        problem,
        screening,
        exact: (j) => compensatedDot(problem.X.subarray(j * n, (j + 1) * n), problem.r),
        screen: (listed) => {
          list.set(listed);
          const count = screening.run(listed.length, list, open);
          problem.gradient(count, open);
          return new Set(open.subarray(0, count));
        },
        move: (r) => {
          problem.r.set(r);
        },
      },
      next,
    );
  });
}

/** Whatever is not open has no coefficient and a gradient that is truly at most l1. */
function expectSound({ problem, exact }: Setup, listed: number[], open: Set<number>): void {
  for (const j of listed) {
    if (open.has(j)) continue;
    expect(problem.b[j]).toBe(0);
    expect(Math.abs(exact(j))).toBeLessThanOrEqual(problem.l1[j]);
  }
}

const lengths = [1, 2, 3, 4, 5, 17, 64, 203];

describe.each(["wasm", "js"] as const)("%s", (backend) => {
  beforeAll(() => setBackend(backend));
  afterAll(() => setBackend("auto"));

  describe.each([
    ["of norm 1", () => 1],
    ["of norms from 1e-150 to 1e150", (j: number) => 10 ** (((j * 37) % 301) - 150)],
  ])("columns %s", (_, norm) => {
    const norms = upTo(40).map(norm);

    test.each([1, 1e-150, 1e140])("what is not open is below l1, in any sequence of residuals of size %d", (size) => {
      for (const n of lengths) {
        withSetup(n, norms, n, (setup, next) => {
          const { problem, exact, screen, move } = setup;
          const { b, l1 } = problem;
          let closed = 0;
          for (let turn = 0; turn < 60; ++turn) {
            // Anything from a new residual to one that differs in its last bits.
            const change = turn % 7 === 0 ? 1 : 10 ** (-8 * Math.abs(next()));
            const residual = problem.r.map((v) => (turn === 0 ? 0 : (1 - change) * v) + change * size * next());
            move(residual);
            norms.forEach((_norm, j) => {
              b[j] = next() < -0.9 ? 1 : 0;
              // From far above to just about |z|, which is where rounding matters; now and then as it was.
              const distance = next() * 10 ** (-9 * Math.abs(next()));
              if (next() < 0.3) l1[j] = Math.abs(exact(j)) * (1 + (next() < 0 ? distance : 3 * Math.abs(distance)));
            });
            const listed = turn % 3 === 0 ? upTo(40) : upTo(40).filter(() => next() < 0.2);
            const open = screen(listed);
            expectSound(setup, listed, open);
            for (const j of listed) if (b[j] !== 0) expect(open).toContain(j);
            closed += listed.length - open.size;
          }
          expect(closed).toBeGreaterThan(100);
        });
      }
    });

    test("a gradient that is above l1 by its last bit is found, at the largest error that rounding can make", () => {
      for (const n of lengths) {
        const parallel = (next: () => number): number[][] => {
          const r = randomArray(n, next);
          return norms.map((_norm, j) => r.map((v) => (j % 2 === 0 ? v : -v) * (1 + 1e-4 * (j > 20 ? next() : 0))));
        };
        withSetup(
          n,
          norms,
          n,
          ({ problem, exact, screen, move }) => {
            move(problem.X.subarray(0, n));
            norms.forEach((_norm, j) => {
              problem.l1[j] = adjacent64(Math.abs(exact(j)), -1);
            });
            expect(screen(upTo(40)).size).toBe(40);
            // A moment later, too, when the look ahead could let them pass.
            move(problem.r.map((v) => v * (1 + 1e-12)));
            expect(screen(upTo(40)).size).toBe(40);
          },
          parallel,
        );
      }
    });

    test("gradients that drown in the rounding errors of their estimates are found, then and later", () => {
      for (const n of lengths) {
        if (n === 1) continue;
        // The residual comes first; the others are all but orthogonal to it.
        const slanted = (next: () => number): number[][] => {
          const r = randomArray(n, next);
          return norms.map((_norm, j) => {
            if (j === 0) return r;
            const x = randomArray(n, next);
            const size = Math.sqrt(plainDot(x, x) / plainDot(r, r));
            const share = plainDot(x, r) / plainDot(r, r) - size * 10 ** (-6 - (j % 4));
            return x.map((v, i) => v - share * r[i]);
          });
        };
        withSetup(
          n,
          norms,
          n,
          ({ problem, exact, screen, move }) => {
            const residual = problem.X.slice(0, n);
            move(residual);
            norms.forEach((_norm, j) => {
              problem.l1[j] = 0.99 * Math.abs(exact(j));
            });
            for (let turn = 0; turn < 3; ++turn) {
              expect(screen(upTo(40)).size).toBe(40);
              move(residual);
            }
          },
          slanted,
        );
      }
    });

    test("at a residual of 0 nothing is open but what has a coefficient, and afterwards all is as before", () => {
      withSetup(17, norms, 3, (setup, next) => {
        const { problem, exact, screen, move } = setup;
        const before = problem.r.slice();
        for (const l1 of [1, 0]) {
          problem.l1.fill(l1);
          problem.b[5] = 1;
          move(new Float64Array(17));
          expect([...screen(upTo(40))]).toEqual([5]);
          problem.b[5] = 0;
          for (const residual of [before, before.map((v) => v * next())]) {
            move(residual);
            const size = Math.sqrt(plainDot(residual, residual));
            norms.forEach((length, j) => {
              problem.l1[j] = j % 2 === 0 ? 0.999 * Math.abs(exact(j)) : Math.abs(exact(j)) + 3e-4 * size * length;
            });
            const open = screen(upTo(40));
            expect([...open].sort((j, k) => j - k)).toEqual(upTo(20).map((k) => 2 * k));
          }
        }
      });
    });

    test("a residual that is not finite, or whose square is not, leaves everything open", () => {
      for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1e200]) {
        withSetup(9, norms, 4, ({ problem, screen, move }) => {
          problem.l1.fill(1e300);
          screen(upTo(40));
          move(problem.r.map((v, i) => (i === 7 ? value : v)));
          expect(screen(upTo(40)).size).toBe(40);
        });
      }
    });
  });

  /** Counts the columns that are looked at. */
  const watch = (problem: DenseProblem): { looks: number } => {
    const seen = { looks: 0 };
    const { kernels } = problem;
    const watched: typeof kernels = {
      ...kernels,
      listIntegerProduct: (n, count, ...others) => {
        seen.looks += count;
        kernels.listIntegerProduct(n, count, ...others);
      },
    };
    Object.assign(problem, { kernels: watched });
    return seen;
  };

  test("columns whose gradient cannot have come near l1 are not looked at", () => {
    withSetup(100, new Array(40).fill(1), 5, (setup, next) => {
      const { problem, exact, screen, move } = setup;
      const size = Math.sqrt(plainDot(problem.r, problem.r));
      upTo(40).forEach((j) => {
        problem.l1[j] = 1.1 * Math.abs(exact(j)) + (j < 8 ? 0.01 : 0.3) * size;
      });
      const seen = watch(problem);
      screen(upTo(40));
      expect(seen.looks).toBe(40);
      const change = randomArray(100, next);
      const share = (0.05 * size) / Math.sqrt(plainDot(change, change));
      move(problem.r.map((v, i) => 1.1 * v + share * change[i]));
      expectSound(setup, upTo(40), screen(upTo(40)));
      expect(seen.looks).toBe(48);
    });
  });

  test("nothing is looked at while the residual is on a line through two earlier ones", () => {
    withSetup(100, new Array(40).fill(1), 6, (setup, next) => {
      const { problem, exact, screen, move } = setup;
      const [r0, r1, other] = [problem.r.slice(), randomArray(100, next), randomArray(100, next)];
      const seen = watch(problem);
      problem.l1.fill(0);
      for (const r of [other, r0, r1]) {
        move(r);
        screen(upTo(40));
      }
      expect(seen.looks).toBe(120);
      for (const t of [-1, 0.3, 1, 3]) {
        const r = r0.map((v, i) => (1 - t) * v + t * r1[i]);
        move(r);
        upTo(40).forEach((j) => {
          problem.l1[j] = Math.abs(exact(j)) + 3e-3 * Math.sqrt(plainDot(r0, r0) + plainDot(r1, r1));
        });
        expectSound(setup, upTo(40), screen(upTo(40)));
        upTo(40).forEach((j) => {
          expect(Math.abs(problem.z[j] - exact(j))).toBeLessThan(1e-3 * Math.sqrt(plainDot(r, r)));
        });
      }
      expect(seen.looks).toBe(120);
      move(other);
      problem.l1.fill(1e-3 * Math.sqrt(plainDot(other, other)));
      expectSound(setup, upTo(40), screen(upTo(40)));
      expect(seen.looks).toBe(160);
    });
  });

  test("most columns are settled by their estimates", () => {
    withSetup(203, new Array(40).fill(1), 6, ({ problem, exact, screen }) => {
      const largest = Math.max(...upTo(40).map((j) => Math.abs(exact(j))));
      const size = Math.sqrt(plainDot(problem.r, problem.r));
      problem.l1.fill(0.99999 * largest);
      expect(screen(upTo(40)).size).toBe(1);
      upTo(40).forEach((j) => {
        expect(Math.abs(problem.z[j] - exact(j))).toBeLessThan(((1.01 * Math.sqrt(203)) / 32766) * size);
      });
    });
  });
});

test("both backends leave the same columns open, with the same estimates", () => {
  for (const n of lengths) {
    const [first, second] = (["wasm", "js"] as const).map((backend) => {
      setBackend(backend);
      const seen: number[] = [];
      withSetup(
        n,
        upTo(40).map((j) => 10 ** ((j % 9) - 4)),
        n,
        ({ problem, screen, move }, next) => {
          for (let turn = 0; turn < 10; ++turn) {
            move(problem.r.map((v) => v + 0.1 * next()));
            problem.l1.fill(Math.abs(next()));
            seen.push(...screen(upTo(40)), ...problem.z);
          }
        },
      );
      return seen;
    });
    expect(first).toEqual(second);
  }
  setBackend("auto");
});
