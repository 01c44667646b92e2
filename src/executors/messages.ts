import type { Backend } from "../kernels/select.js";

/** What a worker is told, in this order: calls that have ended, and of a call itself, what is shared, and a piece. */
export interface Request {
  /** Calls that have ended. */
  closed?: readonly number[];
  call?: number;
  /** The call itself, before all else. */
  open?: { kind: string; data: unknown };
  /** What its pieces have come to share. */
  shares?: readonly unknown[];
  piece?: unknown;
  /** Says which piece that is. */
  turn?: number;
  /** What the piece alone reads. */
  part?: unknown;
}

/** What a worker says: that it has started; how many units of its piece it has done since; what came of it. */
export interface Reply {
  ready?: Backend;
  /** The name of a lock that it holds until it dies. */
  lock?: string;
  units?: number;
  /** The piece that has ended, as it was told. */
  turn?: number | undefined;
  result?: unknown;
  error?: unknown;
}
