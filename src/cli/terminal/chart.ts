import { exp, log } from "../../arithmetic/transcendental.js";
import { exponentOf, isLogarithmic, roundsBetween } from "../../printing/logarithmic.js";
import { counted, rough, trimmed } from "../../printing/numbers.js";
import type { Style } from "./style.js";

/** Errors over lambdas, descending. */
export interface Curve {
  lambdas: Float64Array;
  errors: Float64Array;
  standardErrors: Float64Array;
  /** The columns that each lambda keeps. */
  kept: ArrayLike<number>;
  indexMin: number;
  index1se: number;
}

/**
 * The curve of errors, with one standard error on both sides of it, from the strongest penalty on the left to the weakest; both rules are upright lines.
 */
export function errorChart(curve: Curve, room: number, height: number, style: Style): string[] {
  const axes = axesOf(curve, room, height);
  if (axes === undefined) return [];
  const { width, margin } = axes;
  const rules = rulesOf(curve, axes);
  const indent = " ".repeat(margin + 2);
  return [
    `${indent}${besides([...rules], width)}`.trimEnd(),
    ...rowsOf(draw(curve, axes), axes, rules, style).map((line) => line.trimEnd()),
    ...feet(curve, axes, indent, style),
  ];
}

/** What is drawn where: dots from the left and from the top, two by four in each cell. */
interface Axes {
  width: number;
  height: number;
  /** Of the labels of ticks. */
  margin: number;
  ticks: readonly { label: string; row: number }[];
  /** The places of the curve that can be drawn, and log(lambda) at the first and the last of these. */
  finite: readonly number[];
  from: number;
  to: number;
  dotOf(lambda: number): number;
  rowOf(error: number): number;
}

/** undefined where there is no curve to be seen. */
function axesOf({ lambdas, errors, standardErrors }: Curve, room: number, height: number): Axes | undefined {
  const finite = Array.from(errors.keys()).filter((k) => Number.isFinite(errors[k]) && lambdas[k] > 0);
  if (finite.length < 2) return undefined;
  const low = Math.min(...finite.map((k) => errors[k] - standardErrors[k]));
  // What lies far above the rest, as unpenalised fits may, would press it flat.
  const high = Math.max(...finite.map((k) => errors[k] + standardErrors[k]));
  if (!(high > low)) return undefined;
  // Errors that differ by much are told apart by their ratios.
  const isLog = isLogarithmic(errors, standardErrors);
  const scale = isLog ? log : (value: number) => value;
  const ticks = isLog ? roundsBetween(low, high, height / 2) : niceTicks(low, high, 6);
  const [bottom, top] = [scale(Math.min(low, ticks[0])), scale(Math.max(high, ticks[ticks.length - 1]))];
  const labels = ticks.map((tick) => label(tick, ticks));
  const margin = Math.max(...labels.map(({ length }) => length));
  const width = Math.max(20, room - margin - 4);
  const [from, to] = [log(lambdas[finite[0]]), log(lambdas[finite[finite.length - 1]])];
  const rowOf = (value: number): number => Math.round(((top - scale(value)) / (top - bottom)) * (4 * height - 1));
  return {
    width,
    height,
    margin,
    ticks: ticks.map((tick, k) => ({ label: labels[k], row: rowOf(tick) })),
    finite,
    from,
    to,
    dotOf: (lambda) => Math.round(((from - log(lambda)) / (from - to)) * (2 * width - 1)),
    rowOf,
  };
}

/** Dots of a cell of braille, by row and column. */
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
];

/** The dots of each cell: a line of errors, and every fourth dot of one standard error more and less. */
function draw(curve: Curve, axes: Axes): Uint8Array[] {
  const { errors, standardErrors } = curve;
  const { width, height, rowOf } = axes;
  const cells = Array.from({ length: height }, () => new Uint8Array(width));
  const set = (x: number, y: number): void => {
    if (x < 0 || x >= 2 * width || y < 0 || y >= 4 * height) return;
    cells[y >> 2][x >> 1] |= DOTS[y & 3][x & 1];
  };
  const at = (values: (k: number) => number, x: number): number => rowOf(between(curve, axes, values, x));
  for (let x = 0; x < 2 * width; ++x) {
    const y = at((k) => errors[k], x);
    const next = at((k) => errors[k], Math.min(x + 1, 2 * width - 1));
    const step = Math.sign(next - y);
    for (let one = y; one !== next; one += step) set(x, one);
    set(x, y);
    if (x % 4 !== 0) continue;
    set(
      x,
      at((k) => errors[k] + standardErrors[k], x),
    );
    set(
      x,
      at((k) => errors[k] - standardErrors[k], x),
    );
  }
  return cells;
}

/** A value at a dot of the lambda axis, on a line between its neighbours. */
function between(
  { lambdas }: Curve,
  { finite, from, to, width }: Axes,
  values: (k: number) => number,
  x: number,
): number {
  const place = from + ((to - from) * x) / (2 * width - 1);
  let k = 1;
  while (k < finite.length - 1 && log(lambdas[finite[k]]) > place) k += 1;
  const [a, b] = [finite[k - 1], finite[k]];
  const [logA, logB] = [log(lambdas[a]), log(lambdas[b])];
  const share = Math.min(1, Math.max(0, (logA - place) / (logA - logB)));
  return values(a) + share * (values(b) - values(a));
}

/** The names of both rules by the cells of their lines. */
function rulesOf({ lambdas, indexMin, index1se }: Curve, { dotOf }: Axes): Map<number, string> {
  const cellOf = (k: number): number => dotOf(lambdas[k]) >> 1;
  if (indexMin === index1se) return new Map([[cellOf(indexMin), "min, 1-SE"]]);
  return new Map([
    [cellOf(index1se), "1-SE"],
    [cellOf(indexMin), "min"],
  ]);
}

function rowsOf(
  cells: readonly Uint8Array[],
  { ticks, margin }: Axes,
  rules: ReadonlyMap<number, string>,
  style: Style,
): string[] {
  const labels = new Map(ticks.map(({ row, label }) => [row >> 2, label]));
  return cells.map((row, r) => {
    const text = Array.from(row, (dots, c) =>
      dots > 0 ? style.accent(String.fromCharCode(0x2800 + dots)) : rules.has(c) ? style.dim("┊") : " ",
    ).join("");
    const tick = labels.get(r);
    return `${style.dim((tick ?? "").padStart(margin))} ${tick === undefined ? "│" : "┤"}${text}`;
  });
}

/** The lambda axis, its numbers, what its ends mean, and how many columns are kept there. */
function feet({ lambdas, kept }: Curve, axes: Axes, indent: string, style: Style): string[] {
  const { width, margin, from, to, dotOf } = axes;
  const ticks = lambdaTicks(exp(to), exp(from), width);
  const line = Array.from({ length: width }, () => "─");
  for (const tick of ticks) line[dotOf(tick) >> 1] = "┬";
  const places = ticks.map((tick): [number, string] => [
    dotOf(tick) >> 1,
    tick >= 1000 ? counted(tick) : trimmed(tick),
  ]);
  const counts = ticks.map((tick): [number, string] => {
    const k = lambdas.findIndex((lambda) => lambda <= tick * (1 + 1e-9));
    return [dotOf(tick) >> 1, String(kept[k < 0 ? lambdas.length - 1 : k])];
  });
  const ends = ["strong penalty", "weak penalty"];
  const gap = width - ends[0].length - ends[1].length;
  const middle = gap >= 10 ? "lambda".padStart(Math.floor((gap + 6) / 2)).padEnd(gap) : " ".repeat(Math.max(1, gap));
  return [
    `${" ".repeat(margin + 1)}└${line.join("")}`,
    style.dim(`${indent}${placed(places, width)}`.trimEnd()),
    // Where there is no room between them, they begin further to the left.
    style.dim(`${indent.slice(Math.max(0, 1 - gap))}${ends[0]}${middle}${ends[1]}`),
    style.dim(`${"kept".padStart(margin)}  ${placed(counts, width)}`.trimEnd()),
  ];
}

/** Texts centred on their places in a line; one that would run into another is left out. */
function placed(texts: readonly [place: number, text: string][], width: number): string {
  let line = "";
  for (const [place, text] of [...texts].sort(([a], [b]) => a - b)) {
    const start = Math.min(Math.max(0, place - ((text.length - 1) >> 1)), width - text.length);
    if (line.length > 0 && start < line.length + 1) continue;
    line = line.padEnd(start) + text;
  }
  return line;
}

/** The names of both rules: where their lines are close, one behind the other, as far to the left as they need. */
function besides(rules: readonly [place: number, text: string][], width: number): string {
  const [first, second] = [...rules].sort(([a], [b]) => a - b);
  if (second === undefined) return placed(rules, width);
  const startOf = ([place, text]: [number, string]): number =>
    Math.min(Math.max(0, place - ((text.length - 1) >> 1)), width - text.length);
  const ends = startOf(first) + first[1].length;
  if (startOf(second) > ends) return placed(rules, width);
  const both = `${first[1]}, ${second[1]}`;
  return `${" ".repeat(Math.max(0, Math.min(startOf(first), width - both.length)))}${both}`;
}

/** Round numbers between two, about so many. */
function niceTicks(low: number, high: number, count: number): number[] {
  // What differs by rounding alone is one number: multiples of such a difference would be no numbers of their own.
  const span = high - low > 1e-9 * Math.abs(high) ? high - low : Math.abs(high) || 1;
  const raw = span / count;
  const power = Number(`1e${exponentOf(raw)}`);
  const step = ([1, 2, 2.5, 5, 10].find((one) => one * power >= raw) ?? 10) * power;
  const ticks: number[] = [];
  for (let k = Math.ceil(low / step); k * step <= high + 1e-9 * span; ++k) ticks.push(k * step);
  return ticks.length > 0 ? ticks : [low];
}

/** As many digits as tell the ticks apart. */
function label(tick: number, ticks: readonly number[]): string {
  for (let digits = 1; digits <= 6; ++digits) {
    const texts = ticks.map((one) => Number(one.toPrecision(digits)));
    if (texts.every((one, k) => Math.abs(one - ticks[k]) <= 1e-9 * Math.abs(ticks[ticks.length - 1]))) {
      const value = Number(tick.toPrecision(digits));
      return Math.abs(value) >= 1e-4 && Math.abs(value) < 1e9 ? grouped(value) : String(value);
    }
  }
  return rough(tick);
}

/** Lambdas to be marked: powers of ten, with 3 between them where there are few. */
function lambdaTicks(low: number, high: number, width: number): number[] {
  const ticks: number[] = [];
  const decades = log(high / low) / Math.LN10;
  const factors = decades < 1.5 ? [1, 2, 5] : decades < 3 ? [1, 3] : [1];
  for (let e = exponentOf(low); e <= exponentOf(high) + 1; ++e) {
    for (const factor of factors) {
      const tick = Number(`${factor}e${e}`);
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  const most = Math.max(2, Math.floor(width / 10));
  const stride = Math.ceil(ticks.length / most);
  return ticks.filter((_, k) => k % stride === 0);
}

/** A number as people write it: its whole part in groups of three. */
function grouped(value: number): string {
  const [whole, rest] = String(value).split(".");
  return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (rest === undefined ? "" : `.${rest}`);
}
