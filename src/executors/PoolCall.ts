import type { Call, CutData, Piece } from "../models/calls/Call.js";
import { cutOf } from "./callData.js";
import type { Memories } from "./Memories.js";
import type { PendingBatch } from "./PendingBatch.js";
import { type Packed, packOnce, type Survey, survey } from "./wire.js";

/** Workers that had to do with more bytes than these are replaced: they would keep memory that they may not need again. */
const HEAVY = 268435456;

/** A piece that is waiting or in hand. */
export interface Task {
  readonly call: PoolCall;
  readonly pending: PendingBatch;
  readonly piece: Piece;
  readonly index: number;
  failures: number;
  /** The units of it that were counted. */
  units: number;
  /** What it reads besides the data of the call, once that is copied. */
  part: Packed | undefined;
}

/** A call that is being run: its data as workers get them, and the memory that all of it lies in. */
export class PoolCall {
  readonly number: number;
  readonly kind: string;
  readonly data: unknown;
  /** What its pieces have come to share. */
  readonly shares: unknown[] = [];
  readonly isHeavy: boolean;
  readonly count: (units: number) => void;
  pending: PendingBatch | undefined;
  readonly #partOf: CutData["part"] | undefined;
  readonly #pool: Memories;
  readonly #memories = new Set<SharedArrayBuffer>();

  /** @param large - Bytes above which data is sent by the piece. */
  constructor(
    number: number,
    call: Call,
    plain: unknown,
    found: Survey,
    large: number,
    memories: Memories,
    count: (units: number) => void,
  ) {
    const cut = found.room.bytes > large ? cutOf(call, plain) : undefined;
    this.number = number;
    this.kind = call.kind;
    // Of many models no worker holds more than a few.
    this.isHeavy = call.kind !== "fitMany" && found.bytes > HEAVY;
    this.count = count;
    this.#partOf = cut?.part;
    this.#pool = memories;
    this.data = this.#pack(cut ? survey(cut.common) : found).packed;
  }

  /** Whether pieces read parts of their own, which are copied until the last one is done. */
  get isCut(): boolean {
    return this.#partOf !== undefined;
  }

  share(value: unknown): void {
    this.shares.push(this.#pack(survey(value)).packed);
  }

  /** The tasks of a batch, which is waited for from now on. */
  begin(pieces: readonly Piece[], pending: PendingBatch): Task[] {
    this.pending = pending;
    return pieces.map((piece, index) => ({
      call: this,
      pending,
      piece,
      index,
      failures: 0,
      units: 0,
      part: undefined,
    }));
  }

  /** What a piece reads besides the data of the call. */
  takePart(task: Task): Packed | undefined {
    if (this.#partOf !== undefined) task.part ??= this.#pack(survey(this.#partOf(task.piece)));
    return task.part;
  }

  /** Gives the memory of a part to the next one. */
  leavePart(task: Task): void {
    const memory = task.part?.memory as SharedArrayBuffer;
    if (this.#memories.delete(memory)) this.#pool.give([memory]);
    task.part = undefined;
  }

  /** No worker is at it any more. */
  close(): void {
    this.#pool.give([...this.#memories]);
    this.#memories.clear();
  }

  #pack(found: Survey): Packed {
    return packOnce(found, (bytes) => {
      const memory = this.#pool.take(bytes);
      this.#memories.add(memory);
      return memory;
    });
  }
}
