/** From here on the sum has a closed form, so that a state of any step is taken up in bounded time. */
const COUNTED = 1048576;

/**
 * What momentum makes of a gradient that stays the same: c_1 = 1, c_t = momentum·c_{t−1} + gain, for momentum and gain from 0 to 1. The
 * l1 of a proximal step grows by it as the gradient does, or fixed points would not be stationary points of loss + penalty.
 *
 * @returns c as a function of the step t, whatever the steps before: counted up for the first million, then in closed form.
 */
export function momentumSum(momentum: number, gain: number): (step: number) => number {
  let at = 0;
  let sum = 0;
  let settled = false;
  return (step) => {
    if (step < at) {
      at = 0;
      settled = false;
    }
    const last = Math.min(step, COUNTED);
    while (!settled && at < last) {
      const next = at === 0 ? 1 : momentum * sum + gain;
      settled = at > 0 && next === sum;
      at += 1;
      sum = next;
    }
    return settled || step <= COUNTED ? sum : closedSum(momentum, gain, step - 1);
  };
}

/** momentum^n + gain·Σ_{k<n} momentum^k, by squaring: sums of positive numbers only, which cancel nothing. */
function closedSum(momentum: number, gain: number, n: number): number {
  let [power, sum] = [1, 0];
  // Of 2^i terms
  let [blockPower, blockSum] = [momentum, 1];
  for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) {
      sum += power * blockSum;
      power *= blockPower;
    }
    blockSum += blockPower * blockSum;
    blockPower *= blockPower;
  }
  return power + gain * sum;
}
