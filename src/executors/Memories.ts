/** Together no more bytes than these wait for another call, and none for longer than so many milliseconds. */
const MOST = 268435456;
const KEPT = 10_000;
/** A memory up to this many times as large as needed will do. */
const ROOMY = 4;

/**
 * Shared memories of calls that have ended, for those that soon follow: the first write to each page of a fresh one costs many times the
 * copy of a page.
 */
export class Memories {
  #free: SharedArrayBuffer[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** A memory for so many bytes, whatever they are. */
  take(bytes: number): SharedArrayBuffer {
    const fits = ({ byteLength }: SharedArrayBuffer): boolean => byteLength >= bytes && byteLength <= ROOMY * bytes;
    const found = this.#free.filter(fits).sort((a, b) => a.byteLength - b.byteLength)[0];
    if (found === undefined) return new SharedArrayBuffer(bytes);
    this.#free.splice(this.#free.indexOf(found), 1);
    return found;
  }

  /** Takes back what nobody reads any more. */
  give(memories: readonly SharedArrayBuffer[]): void {
    if (memories.length === 0) return;
    this.#free.push(...memories);
    let bytes = this.#free.reduce((sum, { byteLength }) => sum + byteLength, 0);
    // The one that has been out of use for longest goes first.
    while (bytes > MOST) bytes -= this.#free.shift()?.byteLength ?? 0;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.drop(), KEPT);
    (this.#timer as { unref?(): void }).unref?.();
  }

  drop(): void {
    clearTimeout(this.#timer);
    this.#free = [];
  }
}
