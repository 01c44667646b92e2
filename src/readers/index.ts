export type { Chunk, ChunkColumn } from "./Chunk.js";
export type { CsvOptions, CsvType } from "./csvOptions.js";
export { readCsv } from "./readCsv.js";
export type { ByteStream, Source } from "./sources.js";
