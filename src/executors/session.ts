import { typeError } from "../errors.js";
import type { Batch, Call, Piece, Plan, Workshop } from "../models/calls/Call.js";
import type { Readers } from "../models/executors/internals.js";

/** A call by its arguments, to be read where its data is. */
export interface SessionData {
  call: Call["kind"];
  args: readonly unknown[];
}

/**
 * What a session is asked for: what there is to do next, or one of the pieces of that. What came of all of them is what its pieces come to
 * share, batch after batch.
 */
export type SessionPiece = Piece & ({ readonly do: "next" } | { readonly do: "piece"; readonly index: number });

/** The units of each piece of the next batch, or the result of the call as plain data. */
export interface Step {
  unit: Call["unit"];
  total: number;
  pieces?: readonly number[];
  result?: unknown;
}

/** Works on the pieces of a call, and on its plan too: each of those who do so in the same order has the same batches. */
export function openSession({ call: kind, args }: SessionData, readers: Readers): Workshop {
  if (!Object.hasOwn(readers, kind)) throw typeError("ERR_TYPE", "a session must be of a call that there is");
  const call = readers[kind](...(args as never[]));
  const workshop = call.open();
  const plan = call.plan() as Plan<{ toBytes?(): Uint8Array }>;
  let step = plan.next([]);
  const open = (): void => {
    const { share } = (step.done ? {} : step.value) as Partial<Batch>;
    if (share !== undefined) workshop.share?.(share);
  };
  open();
  return {
    share(given) {
      for (const results of given as readonly (readonly unknown[])[]) {
        if (step.done) throw typeError("ERR_TYPE", "a call that is done must not be told more");
        const { isOver, take } = step.value;
        const end = isOver ? results.findIndex(isOver) : -1;
        const own = end < 0 ? results : results.slice(0, end + 1);
        if (take) own.forEach(take);
        step = plan.next(own);
        open();
      }
    },
    *work(piece) {
      const asked = piece as SessionPiece;
      const { unit, total } = call;
      if (asked.do === "piece") {
        if (step.done) throw typeError("ERR_TYPE", "a call that is done has no more pieces");
        return yield* workshop.work(step.value.pieces[asked.index]);
      }
      if (!step.done) return { unit, total, pieces: step.value.pieces.map(({ units }) => units) } satisfies Step;
      const { value } = step;
      // Results of more than numbers are text, as they would be in a file.
      return { unit, total, result: kind === "gram" ? value.toBytes?.() : JSON.stringify(value) } satisfies Step;
    },
    close: () => workshop.close?.(),
  };
}
