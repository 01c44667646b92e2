import type { Batch } from "../models/calls/Call.js";

/** A batch that is waited for: what came of its pieces, up to the first, in their order, after which none is needed. */
export class PendingBatch {
  readonly reject: (reason: unknown) => void;
  readonly #resolve: (results: readonly unknown[]) => void;
  readonly #batch: Batch;
  readonly #results: unknown[] = [];
  readonly #isDone: Uint8Array;
  /** How many pieces are needed, how many of these are not done, and the error that the last of them ended with, if it did. */
  #end: number;
  #left: number;
  #error: unknown;

  constructor(batch: Batch, resolve: (results: readonly unknown[]) => void, reject: (reason: unknown) => void) {
    const { length } = batch.pieces;
    this.reject = reject;
    this.#resolve = resolve;
    this.#batch = batch;
    this.#isDone = new Uint8Array(length);
    this.#end = length;
    this.#left = length;
  }

  /** Whether results are taken as they come. */
  get takes(): boolean {
    return this.#batch.take !== undefined;
  }

  /** Whether this piece is needed and has not been done. */
  awaits(index: number): boolean {
    return index < this.#end && this.#isDone[index] === 0;
  }

  /**
   * Takes what came of a piece that is awaited. Returns whether none after it is any more; those before it are, as one of them may have ended
   * the call already.
   */
  receive(index: number, result: unknown, error?: unknown): boolean {
    const { take, isOver } = this.#batch;
    this.#isDone[index] = 1;
    this.#left -= 1;
    if (error === undefined) {
      if (take === undefined) this.#results[index] = result;
      else take(result, index);
      if (!isOver?.(result)) return false;
    }
    this.#end = index + 1;
    this.#error = error;
    this.#left = this.#isDone.subarray(0, index).filter((isDone) => isDone === 0).length;
    return true;
  }

  /** Resolves or rejects, if all that is needed has come; whether it has. */
  settle(): boolean {
    if (this.#left > 0) return false;
    if (this.#error === undefined) this.#resolve(this.#results.slice(0, this.#end));
    else this.reject(this.#error);
    return true;
  }
}
