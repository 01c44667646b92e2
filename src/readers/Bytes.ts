/** Bytes one piece after the other. */
export interface Bytes {
  /** What messages call where they come from. */
  readonly name: string;
  /** Whether they came as gzip: places in the file are none in them. */
  readonly isPacked?: boolean;
  /** The next piece, or undefined at the end. It is good until the next call. */
  next(): Promise<Uint8Array | undefined>;
  /** Lets go of the source. Never fails. */
  close(): Promise<void>;
}
