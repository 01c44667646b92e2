import { basename } from "node:path";
import { type AnyModel, type Classifier, dense } from "../../index.js";
import type { Chunk, ChunkColumn } from "../../readers/index.js";
import { Failure, quote, STATUS, word } from "../failures.js";
import { modelIn, type Result, readResult } from "../files/readResult.js";
import { writeWhole } from "../files/writeWhole.js";
import type { Job, Settings } from "../Job.js";
import { appender } from "../table/append.js";
import { hasGap, isGap } from "../table/columns.js";
import { explain } from "../table/explain.js";
import { openTable, type Table } from "../table/openTable.js";
import type { Desk } from "../terminal/Desk.js";

/** What predicts the rows of a table, some at a time. */
interface Predictor {
  /** The columns that are appended. */
  names: string[];
  /** The columns that are needed, by what they hold; none where they are read by their places. */
  texts: string[];
  numbers: string[];
  predict(chunk: Chunk): ArrayLike<unknown>[];
}

/** Appends predictions to the rows of a table. */
export async function predict(job: Job, desk: Desk): Promise<number> {
  const [file, input] = job.inputs;
  const { options } = job;
  refuseOutput(options.output);
  const saved = await readResult(file);
  const predictor = predictorOf(basename(file), saved, options);
  const { texts, numbers } = predictor;
  const { sql, delimiter, decimal } = options;
  const table = await openTable({
    input,
    sql,
    delimiter,
    decimal,
    naValues: naValuesOf(saved, options),
    texts,
    numbers,
    keepsRows: true,
  });
  const rows = predictedRows(table, predictor, basename(file), options, desk);
  if (options.output !== undefined) await writeWhole(job, options.output, rows);
  else for await (const piece of rows) await desk.print(piece);
  return STATUS.done;
}

/** Rows are written as text, whatever they were read from. */
function refuseOutput(output = ""): void {
  if (!/\.(parquet|pq|arrow|arrows|feather|ipc|onnx|html)$/i.test(output)) return;
  throw new Failure(
    `predictions are written as CSV, or as JSON lines if the table is, got ${output}`,
    "--output predicted.csv",
    STATUS.usage,
  );
}

async function* predictedRows(
  table: Table,
  predictor: Predictor,
  model: string,
  options: Settings,
  desk: Desk,
): AsyncGenerator<Uint8Array, void, undefined> {
  const append = appender(table, predictor.names);
  const label = `predicting ${table.name}`;
  let done = 0;
  desk.progress({ label, done, total: Number.POSITIVE_INFINITY, unit: "rows" });
  try {
    for await (const chunk of table.chunks) {
      yield append.rows(chunk, predictor.predict(chunk));
      done += chunk.rows;
      desk.progress({ label, done, total: Number.POSITIVE_INFINITY, unit: "rows" });
    }
  } catch (error) {
    throw await explain(error, { table, options, before: done, model });
  }
  if (done === 0) yield append.header();
}

function naValuesOf({ kind, result }: Result, { naValues }: Settings): string[] | undefined {
  const { encoding } = (kind === "cv" ? result.path : kind === "lines" ? result.first : result) as {
    encoding?: { naValues: readonly string[] };
  };
  if (encoding === undefined) return naValues;
  return [...encoding.naValues, ...(naValues ?? [])];
}

function predictorOf(file: string, saved: Result, options: Settings): Predictor {
  const { offset, by, probability = false } = options;
  const isMany = saved.kind === "many" || saved.kind === "lines";
  const model = isMany ? undefined : modelIn(file, saved, options);
  const source = model ?? (saved.kind === "lines" ? saved.result.first : (saved.result as unknown as AnyModel));
  const { encoding, names, means, family } = source;
  const isClassifier = family === "binomial" || family === "multinomial";
  if (probability && (!isClassifier || isMany))
    throw new Failure(
      `${file} is ${isMany ? "of many models" : `of the ${family} family`}: it has no probabilities`,
      "leave out --probability",
    );
  const columns = encoding?.columns ?? [];
  const isText = ({ type }: { type: string }): boolean => type === "text";
  const texts = columns.filter((column) => column.kind === "categorical" && isText(column)).map(({ name }) => name);
  const numbers =
    names === undefined
      ? []
      : encoding === undefined
        ? [...names]
        : columns.filter((column) => !isText(column)).map(({ name }) => name);
  if (offset !== undefined && !numbers.includes(offset)) numbers.push(offset);
  if (source.hasOffset && offset === undefined)
    throw new Failure(`${file} was fitted with an offset`, "--offset names its column, of zeros if there is none");
  const offsetOf = (chunk: Chunk) => (offset === undefined ? {} : { offset: chunk.columns[offset] as Float64Array });
  const tableOf = (chunk: Chunk) => (names === undefined ? byPlace(file, chunk, means.length, offset) : chunk);
  if (saved.kind === "many" || saved.kind === "lines") {
    const { keys } = saved.result;
    if (keys === undefined) throw new Failure(`${file} holds models without groups`);
    if (by === undefined)
      throw new Failure(
        `${file} holds ${saved.result.length} models, one for each group`,
        "--by names the column of groups",
      );
    (typeof keys[0] === "string" ? texts : numbers).push(by);
    return {
      names: ["prediction"],
      texts,
      numbers,
      predict: (chunk) => [
        saved.result.predict(
          tableOf(chunk) as Chunk,
          withoutGaps(chunk.columns[by], keys) as Float64Array<ArrayBuffer>,
          offsetOf(chunk),
        ),
      ],
    };
  }
  if (by !== undefined) throw new Failure(`${file} is one model for all rows`, `leave out --by ${word(by)}`);
  if (!probability) {
    return {
      names: ["prediction"],
      texts,
      numbers,
      predict: (chunk) => [(model as AnyModel).predict(tableOf(chunk) as never, offsetOf(chunk)) as ArrayLike<unknown>],
    };
  }
  const classifier = model as Classifier;
  const K = family === "multinomial" ? classifier.classes.length : 1;
  return {
    names: K === 1 ? ["probability"] : classifier.classes.map((label) => `probability=${label}`),
    texts,
    numbers,
    predict(chunk) {
      const all = classifier.predictProbability(tableOf(chunk) as never, offsetOf(chunk));
      return Array.from({ length: K }, (_, k) => (K === 1 ? all : all.filter((__, i) => i % K === k)));
    },
  };
}

/** A column of groups: a gap is a group that has no model, and so no prediction. */
function withoutGaps(groups: ChunkColumn, keys: readonly unknown[]): ChunkColumn {
  if (!hasGap(groups)) return groups;
  const known = new Set(keys);
  if (Array.isArray(groups)) {
    let other = "-";
    while (known.has(other)) other += "-";
    return groups.map((group) => group ?? other);
  }
  let other = 0;
  while (known.has(other)) other += 1;
  return groups.map((group) => (isGap(group) ? other : group));
}

/** X of a model whose columns have no names: those of the table, one after the other. */
function byPlace(file: string, { names, columns, rows }: Chunk, p: number, offset: string | undefined) {
  const wanted = names.filter((name) => name !== offset);
  if (wanted.length !== p)
    throw new Failure(`${file} was fitted on ${p} columns without names, and the table has ${wanted.length}`);
  const data = new Float64Array(rows * p);
  wanted.forEach((name, j) => {
    const column = columns[name];
    if (!(column instanceof Float64Array))
      throw new Failure(`column ${quote(name)} is text, and ${file} was fitted on numbers`);
    data.set(column, j * rows);
  });
  return dense(data, rows, p, { order: "column" });
}
