/** Reads files and fits their tables, off the main thread: nothing of them is sent anywhere. */

import {
  type AnyModel,
  backend,
  type CrossValidation,
  designMatrix,
  type Executor,
  exportModel,
  inlineExecutor,
  type Missing,
  type Progress,
} from "regulus";
import { type Chunk, type ChunkColumn, readArrow, readCsv, readParquet } from "regulus/readers";
import { type ReportData, type ReportOptions, renderReport, reportOf } from "regulus/report";
import { createExecutor } from "regulus/workers";
import { answer } from "../parts/call.js";
import type { Download } from "./downloads.js";
import { noteOf, refusalOf } from "./sentences.js";
import { type FamilyName, mended, type Survey, surveyOf, type Table } from "./survey.js";

export interface Settings {
  target: string;
  family: FamilyName;
  columns: readonly string[];
  missing: Missing;
  l1Ratio: number | readonly number[];
  folds: number;
  seed: number;
}

/** What is told while a call runs. */
export type Told = { event: "progress"; done: number; total: number };

/** Bytes by which a file is recognised. */
const HEAD = 64;

let table: Table | undefined;
let opened = 0;
let result: CrossValidation<AnyModel> | undefined;
let options: ReportOptions = {};
let controller: AbortController | undefined;
let executor: Executor | undefined;

/** Workers of its own, where this browser lets workers have any: a call that is cancelled then ends at once. */
function executorHere(): Executor {
  executor ??= typeof Worker === "undefined" ? inlineExecutor() : createExecutor();
  return executor;
}

/** The first bytes of a file, or of what gzip has made it of. What is broken there says who reads it. */
async function headOf(file: File): Promise<Uint8Array> {
  const stored = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  if (stored[0] !== 0x1f || stored[1] !== 0x8b) return stored;
  const reader = file.stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  const { value = stored } = await reader.read().catch(() => ({ value: stored }));
  reader.cancel().catch(() => {});
  return value.subarray(0, HEAD);
}

/** The reader of a file, by its first bytes. */
async function chunksOf(file: File): Promise<AsyncIterable<Chunk>> {
  const head = await headOf(file);
  const text = String.fromCharCode(...head);
  if (text.startsWith("PAR1")) return readParquet(file);
  const isStream = head.length >= 4 && head.subarray(0, 4).every((byte) => byte === 0xff);
  if (text.startsWith("ARROW1") || isStream || /\.(arrow|arrows|feather|ipc)$/i.test(file.name)) return readArrow(file);
  const refusal = refusalOf(file.name, head);
  if (refusal !== undefined) throw new RangeError(refusal);
  if (head.includes(0) && head[0] !== 0x1f) throw new RangeError(`"${file.name}" is neither CSV, Arrow nor Parquet.`);
  return readCsv(file);
}

/** The whole table: its columns lie in one piece. */
async function read(file: File): Promise<Table> {
  const chunks: Chunk[] = [];
  for await (const chunk of await chunksOf(file)) chunks.push(chunk);
  const rows = chunks.reduce((sum, chunk) => sum + chunk.rows, 0);
  if (rows === 0) throw new RangeError(`"${file.name}" has no rows below its header.`);
  const { names } = chunks[0];
  const joined = (name: string): ChunkColumn => {
    const parts = chunks.map(({ columns }) => columns[name]);
    if (parts.length === 1) return parts[0];
    if (parts.every((part) => Array.isArray(part))) return parts.flat();
    const all = new Float64Array(rows);
    let at = 0;
    for (const part of parts as Float64Array[]) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  };
  return { name: file.name, names, columns: Object.fromEntries(names.map((name) => [name, joined(name)])), rows };
}

async function open(file: File): Promise<Survey> {
  table = undefined;
  result = undefined;
  opened += 1;
  const own = opened;
  const found = await read(file);
  // A file that was opened later is the table, though it may be read sooner.
  if (own === opened) table = found;
  return surveyOf(found);
}

/** Reads decimal commas as points. */
function takeCommas(): Survey {
  table = mended(table as Table);
  result = undefined;
  return surveyOf(table);
}

async function crossValidate(settings: Settings): Promise<ReportData> {
  const { name, columns } = table as Table;
  const { target, family, missing, l1Ratio, folds, seed } = settings;
  const own = new AbortController();
  controller = own;
  const started = performance.now();
  const onProgress = ({ done, total }: Progress): void => {
    if (!own.signal.aborted) postMessage({ event: "progress", done, total } satisfies Told);
  };
  const isClasses = family === "binomial" || family === "multinomial";
  const design = designMatrix<Float64Array | string[]>(columns, { target, include: settings.columns, missing });
  const y = isClasses && !Array.isArray(design.y) ? Array.from(design.y) : design.y;
  const call = executorHere().crossValidate as (...args: unknown[]) => Promise<CrossValidation<AnyModel>>;
  const run = { signal: own.signal, onProgress };
  // The families take targets of their own; which goes with which was chosen on the page.
  const cv = await call(design.X, y, { family, l1Ratio, folds, seed }, run);
  own.signal.throwIfAborted();
  result = cv;
  options = {
    title: `${name} · ${design.rows.length.toLocaleString("en")} rows · target ${target}`,
    target,
    seed,
    seconds: (performance.now() - started) / 1e3,
    data: { X: design.X, y },
  };
  const report = reportOf(cv, { ...options, page: "" });
  const notes = design.notes.map(noteOf).map((note) => {
    const [, says = "", more = note] = /^(.+?)( (?:is|are|has|have) .*)$/.exec(note) ?? [];
    return { kind: "offset", says, more: `${more}.` } as const;
  });
  return { ...report, notes: [...report.notes, ...notes] };
}

/** Ends what runs: its call then rejects. */
function cancel(): void {
  controller?.abort(new Error("cancelled"));
}

/** What a button downloads, of the model of a rule. */
function download(kind: Download, rule: "min" | "1se"): string | Uint8Array {
  const cv = result as CrossValidation<AnyModel>;
  if (kind === "report") return renderReport(cv, options);
  const model = cv.model(rule);
  return kind === "model" ? JSON.stringify(model) : exportModel(model, kind);
}

const functions = { backend, open, takeCommas, crossValidate, cancel, download };
export type Workbench = typeof functions;

answer(functions);
