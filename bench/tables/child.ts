/** X of one table in a process of its own, whose peak of memory is its own too: child.ts <kind> <rows> <wall | cpu>. Prints an `Outcome`. */
import { tableFromArrays } from "apache-arrow";
import { type DenseMatrix, designMatrix, type TableLike } from "regulus";
import { type Clock, timed } from "../clock.js";
import { randomSigned } from "../random.js";
import { CATEGORIES, type Kind, LEVELS, NUMBERS, type Outcome } from "./gates.js";

const KIBIBYTE = 1024;
/** Doubles in a page of memory. */
const PAGE = 512;
const [kind, rows, clock] = process.argv.slice(2) as [Kind, string, Clock];

const random = randomSigned(77);
const levels = Array.from({ length: LEVELS }, (_, k) => `level ${k}`);
const pick = (): string => levels[Math.floor(((random() + 1) / 2) * LEVELS)];
const list = <T>(count: number, make: (k: number) => T): T[] => Array.from({ length: count }, (_, k) => make(k));

function columns(n: number): Record<string, Float64Array | string[]> {
  return Object.fromEntries([
    ...list(NUMBERS, (j): [string, Float64Array] => [`x${j}`, Float64Array.from({ length: n }, random)]),
    ...list(CATEGORIES, (j): [string, string[]] => [`c${j}`, list(n, pick)]),
  ]);
}

function records(n: number): Record<string, number | string>[] {
  const names = [...list(NUMBERS, (j) => `x${j}`), ...list(CATEGORIES, (j) => `c${j}`)];
  return list(n, () => Object.fromEntries(names.map((name) => [name, name.startsWith("x") ? random() : pick()])));
}

const makers: Record<Kind, (n: number) => TableLike> = {
  records,
  columns: (n) =>
    Object.fromEntries(Object.entries(columns(n)).map(([name, values]) => [name, Array.from<unknown>(values)])),
  "typed columns": columns,
  arrow: (n) => tableFromArrays(columns(n)) as TableLike,
};

designMatrix(makers[kind](1000));
const table = makers[kind](Number(rows));
const peak = (): number => process.resourceUsage().maxRSS * KIBIBYTE;
(globalThis as { gc?: () => void }).gc?.();
const before = process.memoryUsage().rss;
const { seconds, result } = timed(clock, () => designMatrix(table, { sparse: false }));
const rise = peak() - before;
const { data } = result.X as DenseMatrix;
const { seconds: touch } = timed(clock, () => {
  const other = new Float64Array(data.length);
  for (let at = 0; at < other.length; at += PAGE) other[at] = 1;
  return other;
});
const outcome: Outcome = { seconds, size: data.byteLength, columns: result.X.columns, rise, touch };
console.log(JSON.stringify(outcome));
