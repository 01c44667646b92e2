import type { Chunk, ChunkColumn } from "../../readers/index.js";

/** All of a table, column by column. */
export interface Columns {
  names: string[];
  parts: Map<string, ChunkColumn[]>;
  /** The rows of each chunk. */
  heights: number[];
  rows: number;
}

/** Adds the rows of a chunk, whose columns may be others than before. */
export function add(all: Columns, { names, columns, rows }: Chunk): void {
  for (const name of names) {
    let parts = all.parts.get(name);
    if (parts === undefined) {
      parts = all.heights.map((height) => gapsLike(columns[name], height));
      all.parts.set(name, parts);
      all.names.push(name);
    }
    parts.push(columns[name]);
  }
  all.heights.push(rows);
  for (const parts of all.parts.values()) if (parts.length < all.heights.length) parts.push(gapsLike(parts[0], rows));
  all.rows += rows;
}

const gapsLike = (column: ChunkColumn, rows: number): ChunkColumn =>
  column instanceof Float64Array ? new Float64Array(rows).fill(Number.NaN) : new Array<null>(rows).fill(null);

/** What is known of a column of numbers. */
export interface Survey {
  gaps: number;
  nonzeros: number;
  mean: number;
}

/** Copies a column of numbers to where it is to lie. Its mean is that of `designMatrix`: by a compensated sum. */
export function join(all: Columns, name: string, out: Float64Array): Survey {
  let gaps = 0;
  let nonzeros = 0;
  let at = 0;
  let sum = 0;
  let error = 0;
  for (const part of all.parts.get(name) as Float64Array[]) {
    for (let i = 0; i < part.length; ++i) {
      const value = part[i];
      out[at++] = value;
      if (value !== value) {
        gaps += 1;
        continue;
      }
      // Knuth's two-sum: what the sum has lost, without a branch.
      const next = sum + value;
      const added = next - sum;
      error += sum - (next - added) + (value - added);
      sum = next;
      if (value !== 0) nonzeros += 1;
    }
  }
  // Each is there once from here on.
  all.parts.delete(name);
  return { gaps, nonzeros, mean: (sum + error) / (out.length - gaps) };
}

/** A column whole. */
export function joined(all: Columns, name: string): ChunkColumn {
  const parts = all.parts.get(name) as ChunkColumn[];
  if (!(parts[0] instanceof Float64Array)) return parts.length === 1 ? parts[0] : (parts as (string | null)[][]).flat();
  const out = new Float64Array(all.rows);
  let at = 0;
  for (const part of parts as Float64Array[]) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export const isGap = (value: number | string | null): boolean => value === null || value !== value;
export const hasGap = (column: ChunkColumn): boolean =>
  (column as ArrayLike<number | string | null>).length > 0 && firstGap(column) >= 0;

export function firstGap(column: ChunkColumn): number {
  for (let i = 0; i < column.length; ++i) if (isGap(column[i])) return i;
  return -1;
}
