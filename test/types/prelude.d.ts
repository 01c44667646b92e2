/** What the examples of README.md and docstrings take as given. */
declare const X: number[][];
declare const Xnew: number[][];
declare const groups: string[];
declare const groupsNew: string[];
declare const y: number[];
declare const labels: string[];
declare const controller: {
  readonly signal: {
    readonly aborted: boolean;
    addEventListener(type: "abort", listener: () => void): void;
    removeEventListener(type: "abort", listener: () => void): void;
  };
};

declare const w: Float64Array;
declare const gradient: Float64Array;
declare const W: Float64Array;
declare const W1: Float64Array;
declare const W2: Float64Array;
declare const b: Float64Array;
declare const b1: Float64Array;
declare const b2: Float64Array;
declare const gradientOfW: Float64Array;
declare const gradientOfB: Float64Array;
declare const gW1: Float64Array;
declare const gW2: Float64Array;
declare const gb1: Float64Array;
declare const gb2: Float64Array;
declare const batches: Iterable<unknown>;
declare function gradients(batch: unknown): Float32Array[];

declare const hashes: Int32Array;
declare const counts: Float64Array;
declare const rowPointers: Int32Array;
declare const indices: Int32Array;
declare const values: Float64Array;

declare module "node:fs" {
  export function readFileSync(path: string, encoding?: "utf8"): string;
  export function writeFileSync(path: string, text: string): void;
}
declare module "csv-parse/sync" {
  export function parse<T = Record<string, string>>(text: string, options: { columns: true }): T[];
}

declare const console: { log(...values: unknown[]): void };

declare const table: Record<string, unknown>[];
declare const encoding: import("regulus").Encoding;
declare const model: import("regulus").Model;
declare const path: import("regulus").Path;
declare const cv: import("regulus").CrossValidation;
declare const many: import("regulus").ManyModels;
declare const text: string;
declare const bytes: Uint8Array;
declare const chunks: Iterable<{ X: number[][]; y: number[]; first: number }>;
