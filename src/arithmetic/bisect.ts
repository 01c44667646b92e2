/** More halvings than there are between any two doubles of a size. */
const STEPS = 100;

/** Halves the interval between two numbers, `holds` being true up to some point: the last number where it is found to be, and the first where it is not. */
export function bisect(
  from: number,
  to: number,
  holds: (at: number) => boolean,
  steps = STEPS,
): readonly [low: number, high: number] {
  let [low, high] = [from, to];
  for (let step = 0; step < steps; ++step) {
    const middle = low + 0.5 * (high - low);
    if (middle === low || middle === high) break;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return [low, high];
}
