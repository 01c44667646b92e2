/**
 * Work that rests after each part, and says how many units that was: lambdas, or models. A synchronous call goes through all rests at once, an
 * executor may do something else in them. What it has taken is given back when it is told to `return`, too.
 */
export type Steps<T> = Generator<number, T, void>;

/** The same work, part of another's unit. */
export function* uncounted<T>(steps: Steps<T>): Steps<T> {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    yield 0;
  }
}

/** Works on to the end. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
