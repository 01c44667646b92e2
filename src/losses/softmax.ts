import { exp } from "../arithmetic/transcendental.js";

/** η ← p, the probabilities of one row's classes. */
export function softmax(eta: Float64Array): void {
  const top = eta.reduce((most, value) => (value > most ? value : most), Number.NEGATIVE_INFINITY);
  let sum = 0;
  for (let k = 0; k < eta.length; ++k) {
    // also where the largest is infinite
    eta[k] = eta[k] === top ? 1 : exp(eta[k] - top);
    sum += eta[k];
  }
  for (let k = 0; k < eta.length; ++k) eta[k] /= sum;
}
