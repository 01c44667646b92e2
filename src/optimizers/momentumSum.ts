/**
 * What momentum makes of a gradient that stays the same: c_1 = 1, c_t = momentum·c_{t−1} + gain. The l1 of a proximal step
 * grows by it as the gradient does, or fixed points would not be stationary points of loss + penalty.
 *
 * @returns c as a function of the step t.
 */
export function momentumSum(momentum: number, gain: number): (step: number) => number {
  let at = 0;
  let sum = 0;
  return (step) => {
    if (step < at) at = 0;
    while (at < step) {
      const next = at === 0 ? 1 : momentum * sum + gain;
      // Settled: this is also what a state of a million steps finds at once.
      at = at > 0 && next === sum ? step : at + 1;
      sum = next;
    }
    return sum;
  };
}
