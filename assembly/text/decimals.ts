const LF: u32 = 10;
const CR: u32 = 13;
const QUOTE: u32 = 34;
const MINUS: u32 = 45;
const POINT: u32 = 46;
const ZERO: u32 = 48;
/** What a column is whose fields are passed over. All else below 0 is for the caller. */
const SKIPPED: i32 = -2;

/** Whether eight bytes are digits: their upper halves are 3, with 6 added to the lower ones too. Lemire's. */
function areDigits(bytes: u64): bool {
  return (bytes & (bytes + 0x0606060606060606) & 0xf0f0f0f0f0f0f0f0) == 0x3030303030303030;
}

/** The number that eight digits are, the first in the lowest byte: pairs, then fours, then all. */
function eightDigits(bytes: u64): u64 {
  const pairs = (bytes - 0x3030303030303030) * 10 + ((bytes - 0x3030303030303030) >> 8);
  const upper = (pairs & 0x000000ff000000ff) * 0x000f424000000064;
  const lower = ((pairs >> 16) & 0x000000ff000000ff) * 0x0000271000000001;
  return (upper + lower) >> 32;
}

/** The leading 26 bits of a number. */
function leadingHalf(value: f64): f64 {
  const scaled = 134217729.0 * value;
  return scaled - (scaled - value);
}

/** a·b − product */
function productError(a: f64, b: f64, product: f64): f64 {
  const aHigh = leadingHalf(a);
  const bHigh = leadingHalf(b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

/** m / power, rounded once; NaN where the error of double-double could change that. */
function quotient(m: u64, power: f64): f64 {
  const high = <f64>m;
  const first = high / power;
  if (m <= 9007199254740992) return first;
  const low = <f64>(<i64>(m - <u64>high));
  const back = first * power;
  const second = (high - back - productError(first, power, back) + low) / power;
  const value = first + second * 1.000000000001;
  return value == first + second * 0.999999999999 ? value : NaN;
}

/** How many zeros there are in front of the other digits, with a point among them or without. */
function leadingZeros(at: usize): i32 {
  let zeros = 0;
  for (let c = <u32>load<u8>(at); c == ZERO || c == POINT; c = load<u8>(++at)) if (c == ZERO) ++zeros;
  return zeros;
}

/** Reads lines of fields whose numbers are plain decimals, column by column to out. */
export function readDecimals(
  text: usize,
  from: i32,
  to: i32,
  delimiter: i32,
  columns: i32,
  rows: i32,
  powers: usize,
  places: usize,
  out: usize,
  stride: i32,
  state: usize,
): i32 {
  let row = load<i32>(state);
  let column = load<i32>(state, 4);
  let rowStart = load<i32>(state, 8);
  const end = text + <usize>to;
  let at = text + <usize>from;
  while (at < end && row < rows) {
    const place = load<i32>(places + ((<usize>column) << 2));
    const start = at;
    let c = <u32>load<u8>(at);
    let value = f64.NaN;
    if (place >= 0) {
      if (c == MINUS) c = load<u8>(++at);
      const digits = at;
      let m: u64 = 0;
      for (; c - ZERO < 10; c = load<u8>(++at)) m = m * 10 + (c - ZERO);
      let count = <i32>(at - digits);
      if (count == 0 && at != start) {
        at = start;
        break;
      }
      if (count != 0) {
        let k = 0;
        if (c == POINT) {
          const point = ++at;
          for (let bytes = load<u64>(at); areDigits(bytes); bytes = load<u64>(at)) {
            m = m * 100000000 + eightDigits(bytes);
            at += 8;
          }
          for (c = load<u8>(at); c - ZERO < 10; c = load<u8>(++at)) m = m * 10 + (c - ZERO);
          k = <i32>(at - point);
          count += k;
        }
        if (count > 19) count -= leadingZeros(digits);
        if (count > 19 || k > 22) {
          at = start;
          break;
        }
        value = quotient(m, load<f64>(powers + ((<usize>k) << 3)));
        if (value != value) {
          at = start;
          break;
        }
        if (digits != start) value = -value;
      }
    } else if (place == SKIPPED && c != QUOTE) {
      while (c != delimiter && c != LF) c = load<u8>(++at);
    } else break;
    if (c == CR && load<u8>(at, 1) == LF) c = load<u8>(++at);
    const isLast = column + 1 == columns;
    if (c != (isLast ? LF : <u32>delimiter)) {
      at = start;
      break;
    }
    if (place >= 0) store<f64>(out + ((<usize>place * <usize>stride + <usize>row) << 3), value);
    ++at;
    ++column;
    if (isLast) {
      ++row;
      column = 0;
      rowStart = <i32>(at - text);
    }
  }
  store<i32>(state, row);
  store<i32>(state, column, 4);
  store<i32>(state, rowStart, 8);
  return <i32>(at - text);
}
