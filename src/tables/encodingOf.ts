import type { TableLike } from "../data/tables/readTable.js";
import { describe, isArray, reading, typedArrayName, typeError } from "../errors.js";
import { type Encoding, readTable } from "./Encoding.js";
import { TableSurvey } from "./TableSurvey.js";
import { readOptions, type TableOptions } from "./tableOptions.js";

/**
 * The encoding of a table that comes in chunks, in one pass: what its columns are, their levels and means. X of each chunk is then
 * `encoding.apply(chunk)`, in a second pass over them, and never all of it at once.
 *
 * @param chunks - Tables as {@link designMatrix} takes them, in a list or a stream. A column that a chunk lacks has gaps there.
 * @param options - Those of {@link designMatrix}. `target` and the like are only left out of X, and checked for gaps. With `missing: "drop"` rows
 *   with gaps count for nothing.
 * @returns A promise of the encoding; it is rejected as {@link designMatrix} throws, with rows counted over all chunks, and for whatever the stream
 *   throws.
 * @example
 * const encoding = await encodingOf([{ age: [31, 45], sex: ["f", "m"] }, { age: [28], sex: ["f"] }]);
 * encoding.names; // ["age", "sex=f", "sex=m"]
 */
export async function encodingOf(
  chunks: Iterable<TableLike> | AsyncIterable<TableLike>,
  options: TableOptions = {},
): Promise<Encoding> {
  const survey = new TableSurvey("chunks", readOptions("encodingOf", options));
  const add = (chunk: TableLike): void =>
    reading('"chunks"', () => {
      survey.add(readTable("chunks", chunk));
    });
  // A list is read by its places: what is wrong with one is not what a stream throws.
  if (isArray(chunks)) {
    const list = chunks as readonly (TableLike | Promise<TableLike>)[];
    const count = reading('"chunks"', () => list.length);
    for (let i = 0; i < count; ++i) {
      const [chunk, isPending] = reading('"chunks"', () => [list[i], list[i] instanceof Promise] as const);
      add(isPending ? await chunk : (chunk as TableLike));
    }
    return survey.encoding();
  }
  const refuse = () => typeError("ERR_TYPE", `"chunks" must be a list or a stream of tables, got ${describe(chunks)}`);
  if (typeof chunks === "string" || typedArrayName(chunks) !== undefined) throw refuse();
  // What its own next() throws is the stream's to say; that it cannot begin is ours.
  const stream = reading('"chunks"', () => {
    const { [Symbol.asyncIterator]: ofStream, [Symbol.iterator]: ofList } = Object(chunks);
    if (typeof (ofStream ?? ofList) !== "function") throw refuse();
    const iterator = (ofStream ?? ofList).call(chunks);
    return ofStream ? { [Symbol.asyncIterator]: () => iterator } : { [Symbol.iterator]: () => iterator };
  }) as AsyncIterable<TableLike>;
  for await (const chunk of stream) add(chunk);
  return survey.encoding();
}
