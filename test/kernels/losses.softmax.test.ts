import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { backends, runOn } from "../support/backends.js";
import { assertSameBits } from "../support/bits.js";
import { type SoftmaxCase as Case, cases } from "../support/softmax.js";

fc.configureGlobal({ seed: 20240229 });

const ordinary = cases(fc.double({ min: -20, max: 20, noNaN: true }));
const extreme = cases(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e308 / 2, max: 1e308 / 2 }));

interface Rows {
  p: Float64Array;
  theta: Float64Array;
  h: Float64Array;
  logSums: Float64Array;
}

/** The loss and all that comes with it, on one backend. */
function run(backend: (typeof backends)[number], { K, eta, codes, v }: Case, shift = 0): { loss: number; rows: Rows } {
  const n = eta.length;
  return runOn(backend, (heap, kernels) => {
    const room = (length: number, by: number) => heap.float64(Array<number>(length).fill(7), by);
    const [p, theta, h, logSums] = [room(K * n, shift), room(K * n, 1), room(K * n, 3 - shift), room(n, shift)];
    const flat = Array.from({ length: K * n }, (_, at) => eta[at % n][Math.floor(at / n)]);
    const given = [heap.float64(flat, shift), heap.float64(codes, 1), heap.float64(v, shift)] as const;
    const [values, labels, weights] = given;
    const loss = kernels.softmaxLoss(n, K, n, ...values, ...labels, ...weights, ...p, ...theta, ...h, ...logSums);
    const copy = ([array, from]: readonly [Float64Array, number]): Float64Array => array.slice(from);
    return { loss, rows: { p: copy(p), theta: copy(theta), h: copy(h), logSums: copy(logSums) } };
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
});

test("backends agree bit for bit", () => {
  fc.assert(
    fc.property(fc.oneof(ordinary, extreme), fc.integer({ min: 0, max: 3 }), (one, shift) => {
      const [first, ...others] = backends.map((backend) => run(backend, one, shift));
      for (const other of others) {
        expect(other.loss).toBe(first.loss);
        assertSameBits(other.rows.p, first.rows.p, "p");
        assertSameBits(other.rows.theta, first.rows.theta, "θ");
        assertSameBits(other.rows.h, first.rows.h, "h");
        assertSameBits(other.rows.logSums, first.rows.logSums, "ln Σ e^η");
      }
    }),
  );
});
