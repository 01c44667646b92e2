import { log } from "../../../arithmetic/transcendental.js";
import { rangeError } from "../../../errors.js";
import type { SoftmaxLoss } from "../../../losses/SoftmaxLoss.js";
import { pivotedCholesky } from "../../algebra/pivotedCholesky.js";

const STEPS = 100;
const SHORTEST = 1e-9;

/** b at `from` ← the intercepts that are best without offsets and other coefficients: the logarithms of the classes' shares. */
export function startAtShares({ n, K, codes, v }: SoftmaxLoss, b: Float64Array, from: number): void {
  for (let k = 0; k < K; ++k) {
    let share = 0;
    for (let i = 0; i < n; ++i) if (codes[i] === k) share += v[i];
    if (!(share > 0)) {
      throw rangeError(
        "ERR_VALUE",
        `"y" must have every class among the rows of positive weight, got none of classes[${k}]`,
      );
    }
    b[from + k] = log(share);
  }
}

/**
 * b at `from` ← the best intercepts, by Newton's method; returns the loss there.
 *
 * @param nullLoss - The loss at b, which is 0 elsewhere.
 * @param at - Evaluates the loss at b and returns it, and z of the intercepts there.
 */
export function searchIntercepts(
  loss: SoftmaxLoss,
  b: Float64Array,
  z: Float64Array,
  from: number,
  nullLoss: number,
  at: { residual(): number; gradient(): void },
): number {
  const { K } = loss;
  let least = nullLoss;
  for (let step = 0; step < STEPS; ++step) {
    const { order, solve } = pivotedCholesky(
      loss.interceptHessian(),
      K,
      Array.from({ length: K }, (_, k) => k),
    );
    at.gradient();
    const d = solve(order.map((k) => z[from + k]));
    const before = b.slice(from);
    const last = least;
    for (let length = 1; length > SHORTEST; length *= 0.5) {
      order.forEach((k, a) => {
        b[from + k] = before[k] + length * d[a];
      });
      least = at.residual();
      if (least < last) break;
    }
    if (least < last) continue;
    b.set(before, from);
    return at.residual();
  }
  return least;
}
