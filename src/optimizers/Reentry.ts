import { rangeError } from "../errors.js";

/** How often code of others may call back. */
const MOST = 100;

/** Runs code of others (schedules, getters, traps), which may call back into the very object that runs it. */
export class Reentry {
  /** Calls within one another, and how many have been made within the outermost. */
  #depth = 0;
  #nested = 0;

  /** Whether a call is under way that is within no other. */
  get isOutermost(): boolean {
    return this.#depth === 1;
  }

  /**
   * What `read` returns, once no call within it has come in between: so it is of the object as it is now.
   *
   * @throws RangeError for a call that is one too many. What has been read is dropped then, and nothing has changed.
   */
  settle<T>(read: () => T): T {
    if (this.#depth === 0) this.#nested = 0;
    else if (this.#nested < MOST) this.#nested += 1;
    else throw rangeError("ERR_VALUE", `schedules must step or load at most ${MOST} times within a step, got one more`);
    this.#depth += 1;
    try {
      for (;;) {
        const nested = this.#nested;
        const result = read();
        if (nested === this.#nested) return result;
      }
    } finally {
      this.#depth -= 1;
    }
  }
}
