const [LF, CR, QUOTE] = [10, 13, 34];
/** What may stand in front of a field that is quoted. */
const STARTS = new Set([..."\n,;\t|"].map((one) => one.charCodeAt(0)));

/**
 * In which line of a text its rows begin, and where they end: rows of CSV, which may have line breaks in quotes, or of JSON, which have none. Blank lines
 * are no rows unless there is but one column.
 */
export class RecordLines {
  readonly #hasQuotes: boolean;
  readonly #keepsBlank: boolean;
  #isQuoted = false;
  #isBlank = true;
  #before = LF;
  #line = 1;
  #first = 1;
  #rows = 0;
  /** Rows from which on the distance of rows and lines is another. */
  readonly #from: number[] = [];
  readonly #distance: number[] = [];

  /** @param delimiter - Of fields, if it is none of the usual ones. */
  constructor(hasQuotes: boolean, keepsBlank = false) {
    this.#hasQuotes = hasQuotes;
    this.#keepsBlank = keepsBlank;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Reads on. Returns where the rows end, behind their line breaks, of at most `most` of them; blank lines end none. */
  read(bytes: Uint8Array, most = Number.POSITIVE_INFINITY): number {
    let before = this.#before;
    const goal = this.#rows + most;
    for (let at = 0; at < bytes.length; ++at) {
      const c = bytes[at];
      if (c === QUOTE && this.#hasQuotes) {
        // Doubled quotes close and open again.
        if (this.#isQuoted) this.#isQuoted = false;
        else if (STARTS.has(before) || before === QUOTE) this.#isQuoted = true;
        this.#isBlank = false;
      } else if (c === LF) {
        if (!this.#isQuoted) this.#end();
        this.#line += 1;
        if (!this.#isQuoted) {
          this.#first = this.#line;
          this.#isBlank = true;
          if (this.#rows === goal) {
            this.#before = c;
            return at + 1;
          }
        }
      } else if (c !== CR) this.#isBlank = false;
      before = c;
    }
    this.#before = before;
    return bytes.length;
  }

  /** Nothing follows: what is behind the last line break is a row. */
  finish(): void {
    if (!this.#isBlank) this.#end();
    this.#isBlank = true;
  }

  #end(): void {
    if (this.#isBlank && !this.#keepsBlank) return;
    const distance = this.#first - this.#rows;
    if (distance !== (this.#distance[this.#distance.length - 1] ?? 1)) {
      this.#from.push(this.#rows);
      this.#distance.push(distance);
    }
    this.#rows += 1;
  }

  /** The line, from 1, in which a row begins. */
  lineOf(row: number): number {
    let k = this.#from.length - 1;
    while (k >= 0 && this.#from[k] > row) k -= 1;
    return row + (k < 0 ? 1 : this.#distance[k]);
  }
}
