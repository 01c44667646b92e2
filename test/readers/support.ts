import type { Chunk, ChunkColumn, CsvOptions, Source } from "../../src/readers/index.js";
import { readCsv } from "../../src/readers/index.js";

/** The columns of all chunks, one behind the other. */
export async function gather(chunks: AsyncIterable<Chunk>): Promise<Record<string, (string | number | null)[]>> {
  const all = new Map<string, (string | number | null)[]>();
  for await (const { names, columns, rows } of chunks) {
    if (Object.keys(columns).length !== names.length) throw new Error("names without columns");
    for (const name of names) {
      const column = columns[name] as ChunkColumn;
      if (column.length !== rows) throw new Error(`${name} has ${column.length} values, not ${rows}`);
      const values = all.get(name) ?? [];
      for (const value of column) values.push(value);
      all.set(name, values);
    }
  }
  return Object.fromEntries(all);
}

export const csv = (source: Source, options?: CsvOptions) => gather(readCsv(source, options));

/** A text, or bytes, as one member of gzip. */
export async function packed(content: string | Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([content]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** A stream of a text, or of bytes, in pieces of so many bytes, and what has been asked of it. */
export function streamOf(text: string | Uint8Array, size: number) {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  const asked = { pulls: 0, isCancelled: false };
  let at = 0;
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        asked.pulls += 1;
        if (at < bytes.length) controller.enqueue(bytes.slice(at, at + size));
        at += size;
        if (at >= bytes.length) controller.close();
      },
      cancel() {
        asked.isCancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, asked };
}
