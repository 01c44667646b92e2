import { describe, isArray, typeError } from "../errors.js";
import type { SessionPiece, Step } from "../executors/session.js";
import { crossValidationFromJSON, GramAccumulator, manyFromJSON, pathFromJSON } from "../index.js";
import type { Call, Plan } from "../models/calls/Call.js";
import type { SessionBatch } from "./QueueEngine.js";
import { Reference } from "./Reference.js";

const revive: Record<Call["kind"], (result: never) => unknown> = {
  fitMany: (text: string) => manyFromJSON(JSON.parse(text)),
  crossValidate: (text: string) => crossValidationFromJSON(JSON.parse(text)),
  regularizationPath: (text: string) => pathFromJSON(JSON.parse(text)),
  gram: (bytes: Uint8Array) => GramAccumulator.fromBytes(bytes),
};

const units: Record<Call["kind"], Call["unit"]> = {
  fitMany: "models",
  crossValidate: "lambdas",
  regularizationPath: "lambdas",
  gram: "rows",
};

/** Lists that are longer are none of files. */
const MANY = 1e6;

/** Whether there is a reference in an argument of a call, or in a list or option of it. */
export function isReferring(value: unknown): boolean {
  try {
    return refers(value, 0);
  } catch {
    // What cannot be looked at is refused where it is read.
    return false;
  }
}

function refers(value: unknown, depth: number): boolean {
  if (value instanceof Reference) return true;
  if (typeof value !== "object" || value === null || depth > 2) return false;
  if (isArray(value)) return value.length < MANY && value.some((one) => refers(one, depth + 1));
  return (
    Object.getPrototypeOf(value) === Object.prototype && Object.values(value).some((one) => refers(one, depth + 1))
  );
}

/** The same as it can be sent. What else is in it has been looked at by {@link isReferring}. */
function sendable(value: unknown, depth = 0): unknown {
  if (value instanceof Reference) return { $: "reference", fields: { ...value } };
  if (isArray(value)) return value.length < MANY ? value.map((one) => sendable(one, depth)) : value;
  if (depth > 1 || typeof value !== "object" || value === null) return value;
  // Files have none, and they would not arrive.
  if ("order" in value && "names" in value) {
    throw typeError("ERR_TYPE", '"X" must be without names beside references: they are an option, "names"');
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, sendable(one, depth + 1)]));
}

/** A call on data that is not here: its arguments are read, and its pieces cut, by those who have it. */
export function sessionCall(kind: Call["kind"], args: readonly unknown[]): Call {
  let total = Number.POSITIVE_INFINITY;
  return {
    kind: "session" as never,
    open: () => {
      throw typeError(
        "ERR_TYPE",
        `${kind} by reference must have options that can be sent, got ${describe(args.at(-1))}`,
      );
    },
    data: () => ({ call: kind, args: args.map((one) => sendable(one)) }),
    unit: units[kind],
    get total() {
      return total;
    },
    *plan(): Plan<unknown> {
      const done: number[] = [];
      for (;;) {
        const next: SessionPiece = { do: "next", units: 0 };
        const [step] = (yield { pieces: [next], done: [...done] } satisfies SessionBatch as SessionBatch) as Step[];
        total = step.total;
        if (step.pieces === undefined) return revive[kind](step.result as never);
        const pieces = step.pieces.map((units, index): SessionPiece => ({ do: "piece", units, index }));
        if (pieces.length > 0) yield { pieces, done: [...done] } satisfies SessionBatch as SessionBatch;
        done.push(pieces.length);
      }
    },
  };
}
