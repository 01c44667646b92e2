import { productError } from "../../../arithmetic/productError.js";

const LF = 10;
const CR = 13;
const QUOTE = 34;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
/** What a column is whose fields are passed over. All else below 0 is for the caller. */
const SKIPPED = -2;

/**
 * Reads lines of fields whose numbers are plain decimals, `-?[0-9]+(\.[0-9]*)?`, or nothing, from byte `from` on up to `to`, behind a line's end:
 *
 * ```
 * out[places[j]·stride + i] = the number of field j in row i, or NaN where it is empty
 * ```
 *
 * A decimal of m·10^−k, m of at most 19 digits and k <= 22, is m / 10^k in double-double, rounded once, if the error of that cannot change it.
 * It stops at the start of a field that is anything else, or whose column has a place below 0, but for -2: a field without quotes is
 * passed over then. It stops too at a field that ends a line too early or too late, and in front of row `rows`. Seven bytes behind `to` are
 * read too.
 *
 * @param delimiter - A byte. Fields end with it, lines with 10 or 13, 10.
 * @param powers - 10^0 to 10^22.
 * @param state - Row and column of the next field, and where its row starts. Changed.
 * @returns Where it stopped.
 */
export function readDecimals(
  text: Uint8Array,
  textOffset: number,
  from: number,
  to: number,
  delimiter: number,
  columns: number,
  rows: number,
  powers: Float64Array,
  powersOffset: number,
  places: Int32Array,
  placesOffset: number,
  out: Float64Array,
  outOffset: number,
  stride: number,
  state: Int32Array,
  stateOffset: number,
): number {
  let row = state[stateOffset];
  let column = state[stateOffset + 1];
  let rowStart = state[stateOffset + 2];
  const end = textOffset + to;
  let at = textOffset + from;
  while (at < end && row < rows) {
    const place = places[placesOffset + column];
    const start = at;
    let c = text[at];
    let value = Number.NaN;
    if (place >= 0) {
      if (c === MINUS) c = text[++at];
      const digits = at;
      // m = high·10^lows + low, the first 15 digits that count in `high`
      let high = 0;
      let count = 0;
      let low = 0;
      let lows = 0;
      while (c >= ZERO && c < ZERO + 10) {
        if (count < 15) {
          high = high * 10 + (c - ZERO);
          if (high !== 0) ++count;
        } else {
          low = low * 10 + (c - ZERO);
          ++lows;
        }
        c = text[++at];
      }
      if (at === digits && at !== start) {
        at = start;
        break;
      }
      if (at !== digits) {
        let k = 0;
        if (c === POINT) {
          const point = at + 1;
          c = text[++at];
          // As above: one loop that also looks for the point takes a twentieth longer.
          while (c >= ZERO && c < ZERO + 10) {
            if (count < 15) {
              high = high * 10 + (c - ZERO);
              if (high !== 0) ++count;
            } else {
              low = low * 10 + (c - ZERO);
              ++lows;
            }
            c = text[++at];
          }
          k = at - point;
        }
        if (lows > 4 || k > 22) {
          at = start;
          break;
        }
        const power = powers[powersOffset + k];
        if (lows === 0) value = high / power;
        else {
          value = quotient(high, powers[powersOffset + lows], low, power);
          if (value !== value) {
            at = start;
            break;
          }
        }
        if (digits !== start) value = -value;
      }
    } else if (place === SKIPPED && c !== QUOTE) {
      while (c !== delimiter && c !== LF) c = text[++at];
    } else break;
    if (c === CR && text[at + 1] === LF) c = text[++at];
    const isLast = column + 1 === columns;
    if (c !== (isLast ? LF : delimiter)) {
      at = start;
      break;
    }
    if (place >= 0) out[outOffset + place * stride + row] = value;
    ++at;
    ++column;
    if (isLast) {
      ++row;
      column = 0;
      rowStart = at - textOffset;
    }
  }
  state[stateOffset] = row;
  state[stateOffset + 1] = column;
  state[stateOffset + 2] = rowStart;
  return at - textOffset;
}

/** (high·scale + low) / power, rounded once; NaN where the error of double-double could change that. */
function quotient(high: number, scale: number, low: number, power: number): number {
  const product = high * scale;
  const rest = productError(high, scale, product) + low;
  const m = product + rest;
  const mLow = rest - (m - product);
  const first = m / power;
  if (m <= 9007199254740992 && mLow <= 0) return first;
  const back = first * power;
  const second = (m - back - productError(first, power, back) + mLow) / power;
  const value = first + second * 1.000000000001;
  return value === first + second * 0.999999999999 ? value : Number.NaN;
}
