import { backend } from "../../kernels/select.js";
import type { Executor } from "./Executor.js";
import { executorOf } from "./executorOf.js";
import { closed, type Engine } from "./Runner.js";
import { SLICE, turn } from "./turn.js";

/** Works on one piece after the other, in slices. */
export function inlineEngine(): Engine {
  let pieces = 0;
  let busy = 0;
  let isClosed = false;
  return {
    open(call, { signal, count }) {
      const workshop = call.open();
      let since = Date.now();
      const rest = async (): Promise<void> => {
        const now = Date.now();
        if (now - since >= SLICE) {
          busy += now - since;
          await turn();
          since = Date.now();
        }
        // What is told of progress may end the call, and so may others in their turn.
        if (isClosed) throw closed();
        if (signal?.aborted) throw signal.reason;
      };
      return {
        async work({ pieces: list, share, isOver, take }) {
          if (share !== undefined) workshop.share?.(share);
          const results: unknown[] = [];
          for (const [index, piece] of list.entries()) {
            const steps = workshop.work(piece);
            let left = piece.units;
            try {
              for (;;) {
                const { done, value } = steps.next();
                if (done) {
                  if (take === undefined) results.push(value);
                  else take(value, index);
                  break;
                }
                left -= value;
                count(value);
                await rest();
              }
            } finally {
              steps.return(undefined);
            }
            count(Math.max(0, left));
            pieces += 1;
            await rest();
            if (isOver?.(results[index])) break;
          }
          return results;
        },
        close() {
          busy += Date.now() - since;
          workshop.close?.();
        },
      };
    },
    stats: () => ({ pieces, repeated: 0, workers: [{ busySeconds: busy / 1000, backend: backend() }] }),
    async close() {
      isClosed = true;
    },
  };
}

/**
 * An executor on this thread, which lets other things have their turn every 12 milliseconds: between lambdas, folds and models, so
 * that a single lambda of a large problem still holds the thread up. `createExecutor` of `regulus/workers` has the same methods and holds up
 * nothing. X is read where it lies: it must not change until a call has settled.
 *
 * @example
 * const executor = inlineExecutor();
 * const cv = await executor.crossValidate(X, y, { folds: 5 }, { onProgress: ({ done, total }) => console.log(done / total) });
 * await executor.close();
 */
export const inlineExecutor = (): Executor => executorOf(inlineEngine());
