/** Who is told that work goes on which rests seldom. */
let listener: (() => void) | undefined;

/** To be called in long loops: in each round of a solver, at each block of rows. */
export function pulse(): void {
  listener?.();
}

export function onPulse(told: () => void): void {
  listener = told;
}
