import { createHash } from "node:crypto";
import { describe, typeError } from "../errors.js";

/** Bytes of arrays that a job, or what came of it, may hold itself. */
export const MOST_BYTES = 262144;
/** So often a job is tried. */
export const ATTEMPTS = 3;
/** What a job fails with that nobody waits for any more. */
export const CANCELLED = "cancelled";

/** A piece of a call as a job. It holds all that it takes, but for what came of the jobs before it. */
export interface JobData {
  format: 1;
  run: string;
  kind: string;
  /** What the call reads, as text. */
  data: string;
  /** What its pieces have come to share, as texts. */
  shares: readonly string[];
  /** Of a session: how many pieces each batch had that is done, whose results are shared. */
  done: readonly number[];
  piece: string;
}

const sha = (...parts: readonly string[]): string => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest("hex");
};

/** Of a call: what its jobs have in common. */
export const keyOf = ({ run, kind, data }: Pick<JobData, "run" | "kind" | "data">): string => sha("1", run, kind, data);

/** Of a piece of a call: by what it is and what it has to know. */
export const pieceId = (key: string, kind: string, shares: readonly string[], piece: string): string =>
  `${kind}-${sha(key, ...shares, piece).slice(0, 40)}`;

/** Of a piece of a session: by its place in the batch after so many others; or what tells what is next then. */
export const sessionId = (key: string, batch: number, index: number | "next"): string =>
  `session-${sha(key, String(batch), String(index)).slice(0, 40)}`;

/** @throws TypeError for what is no job of ours. */
export function readJob(given: unknown): JobData {
  const { format, run, kind, data, shares, done, piece } = Object(given) as Partial<JobData>;
  const isText = (value: unknown): boolean => typeof value === "string";
  const isList = (value: unknown, isOne: (one: unknown) => boolean): boolean =>
    Array.isArray(value) && value.every(isOne);
  const isOurs =
    format === 1 &&
    [run, kind, data, piece].every(isText) &&
    isList(shares, isText) &&
    isList(done, (count) => Number.isSafeInteger(count) && (count as number) >= 0);
  if (isOurs) return given as JobData;
  throw typeError("ERR_TYPE", `a job must be of this package, in a format that it knows, got ${describe(given)}`);
}
