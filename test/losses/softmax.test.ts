import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { divergence, evaluate, type SoftmaxRows, softmax } from "../../src/losses/softmax.js";
import { backends, runOn } from "../support/backends.js";
import { assertSameBits } from "../support/bits.js";

fc.configureGlobal({ seed: 20240229 });

interface Case {
  K: number;
  eta: number[][];
  codes: number[];
  v: number[];
}

const cases = (value: fc.Arbitrary<number>): fc.Arbitrary<Case> =>
  fc.tuple(fc.integer({ min: 2, max: 5 }), fc.integer({ min: 1, max: 9 })).chain(([K, n]) =>
    fc.record({
      K: fc.constant(K),
      eta: fc.array(fc.array(value, { minLength: K, maxLength: K }), { minLength: n, maxLength: n }),
      codes: fc.array(fc.integer({ min: 0, max: K - 1 }), { minLength: n, maxLength: n }),
      v: fc.array(fc.constantFrom(0, 0.25, 1), { minLength: n, maxLength: n }),
    }),
  );
const ordinary = cases(fc.double({ min: -20, max: 20, noNaN: true }));
const extreme = cases(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e308 / 2, max: 1e308 / 2 }));

/** The loss and all that comes with it, on one backend. */
function run(backend: (typeof backends)[number], { K, eta, codes, v }: Case): { loss: number; rows: SoftmaxRows } {
  const n = eta.length;
  return runOn(backend, (heap, kernels) => {
    const put = (values: number[]): Float64Array => heap.float64(values)[0];
    const zeros = (length: number): number[] => Array(length).fill(0);
    const rows: SoftmaxRows = {
      n,
      K,
      codes: put(codes),
      v: put(v),
      eta: put(Array.from({ length: K * n }, (_, at) => eta[at % n][Math.floor(at / n)])),
      p: put(zeros(K * n)),
      theta: put(zeros(K * n)),
      logSums: put(zeros(n)),
      work: put(zeros(3 * n)),
    };
    const loss = evaluate(kernels, rows);
    const copies = Object.entries(rows).map(([name, of]) => [name, typeof of === "number" ? of : of.slice()]);
    return { loss, rows: Object.fromEntries(copies) };
  });
}

const lossOf = ({ eta, codes, v }: Case): number =>
  eta.reduce((sum, row, i) => {
    const top = Math.max(...row);
    const others = row.reduce((all, value, k) => all + (k === row.indexOf(top) ? 0 : Math.exp(value - top)), 0);
    return v[i] === 0 ? sum : sum + v[i] * (top - row[codes[i]] + Math.log1p(others));
  }, 0);

const nudged = (one: Case, row: number, k: number, by: number): Case => ({
  ...one,
  eta: one.eta.map((values, i) => values.map((value, m) => (i === row && m === k ? value + by : value))),
});

describe.each(backends)("softmax on $name", (backend) => {
  test("is the definition, to full relative accuracy where it is next to nothing", () => {
    fc.assert(
      fc.property(ordinary, (one) => {
        const { loss, rows } = run(backend, one);
        const expected = lossOf(one);
        expect(Math.abs(loss - expected)).toBeLessThanOrEqual(1e-14 * Math.max(expected, 1e-300));
        one.eta.forEach((row, i) => {
          const n = one.eta.length;
          const p = row.map((value) => 1 / row.reduce((sum, other) => sum + Math.exp(other - value), 0));
          p.forEach((share, k) => {
            expect(Math.abs(rows.p[k * n + i] / share - 1)).toBeLessThan(1e-13);
            const wrong = p.reduce((sum, other, m) => (m === one.codes[i] ? sum : sum + other), 0);
            const theta = one.v[i] * (k === one.codes[i] ? wrong : -share);
            expect(Math.abs(rows.theta[k * n + i] - theta)).toBeLessThanOrEqual(1e-13 * Math.abs(theta));
          });
        });
      }),
    );
  });

  test("θ is minus the gradient, and its change the Hessian v·(diag(p) − p·pᵀ), by finite differences", () => {
    const h = 1e-5;
    fc.assert(
      fc.property(cases(fc.double({ min: -4, max: 4, noNaN: true })), (one) => {
        const n = one.eta.length;
        const { rows } = run(backend, one);
        for (let k = 0; k < one.K; ++k) {
          const [ahead, behind] = [h, -h].map((by) => run(backend, nudged(one, 0, k, by)));
          expect(Math.abs((behind.loss - ahead.loss) / (2 * h) - rows.theta[k * n])).toBeLessThan(1e-8);
          for (let m = 0; m < one.K; ++m) {
            const slope = (behind.rows.theta[m * n] - ahead.rows.theta[m * n]) / (2 * h);
            const own = k === m ? rows.p[k * n] : 0;
            expect(Math.abs(slope - one.v[0] * (own - rows.p[k * n] * rows.p[m * n]))).toBeLessThan(1e-8);
          }
        }
      }),
    );
  });

  test("η of up to 1e308 overflow nothing", () => {
    fc.assert(
      fc.property(extreme, (one) => {
        const { loss, rows } = run(backend, one);
        expect(loss).toBeGreaterThanOrEqual(0);
        expect([...rows.p].every((share) => share >= 0 && share <= 1)).toBe(true);
        expect([...rows.theta].every(Number.isFinite)).toBe(true);
      }),
    );
  });

  test("the divergence is Σ v·Σ u·ln(u/p), no less, and infinite outside of the simplex", () => {
    fc.assert(
      fc.property(
        cases(fc.double({ min: -4, max: 4, noNaN: true })),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (one, s) => {
          const n = one.eta.length;
          const { rows } = run(backend, one);
          let expected = 0;
          for (let at = 0; at < n * one.K; ++at) {
            const i = at % n;
            // u = e_y + s·(p − e_y), the dual point s·θ
            const own = one.codes[i] === Math.floor(at / n) ? 1 : 0;
            const u = own + s * (rows.p[at] - own);
            if (u > 0) expected += one.v[i] * u * Math.log(u / rows.p[at]);
          }
          const gap = divergence(rows, s, rows.theta);
          expect(gap).toBeGreaterThanOrEqual(expected - 1e-13);
          expect(gap).toBeLessThanOrEqual(expected * 1.05 + 1e-13);
          if (one.v[0] > 0) {
            const outside = rows.theta.map((value, at) => (at === 0 ? value + 2 * one.v[0] : value));
            expect(divergence(rows, 1, outside)).toBe(Number.POSITIVE_INFINITY);
          }
        },
      ),
    );
  });
});

test("backends agree bit for bit", () => {
  fc.assert(
    fc.property(fc.oneof(ordinary, extreme), (one) => {
      const [first, ...others] = backends.map((backend) => run(backend, one));
      for (const other of others) {
        expect(other.loss).toBe(first.loss);
        assertSameBits(other.rows.p, first.rows.p, "p");
        assertSameBits(other.rows.theta, first.rows.theta, "θ");
      }
    }),
  );
});

test("probabilities of one row, infinities included", () => {
  const of = (...eta: number[]): number[] => {
    const row = Float64Array.from(eta);
    softmax(row);
    return [...row];
  };
  expect(of(0, 0)).toEqual([0.5, 0.5]);
  expect(of(1e308, -1e308, 0)).toEqual([1, 0, 0]);
  expect(of(Number.POSITIVE_INFINITY, 0, Number.POSITIVE_INFINITY)).toEqual([0.5, 0, 0.5]);
  expect(of(Number.NEGATIVE_INFINITY, 3)).toEqual([0, 1]);
});
