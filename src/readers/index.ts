export type { Chunk, ChunkColumn } from "./Chunk.js";
export type { CsvOptions, CsvType } from "./csv/csvOptions.js";
export { readCsv } from "./csv/readCsv.js";
export { type ArrowOptions, readArrow } from "./readArrow.js";
export { type ParquetOptions, readParquet } from "./readParquet.js";
export { type QueryOptions, readQuery } from "./readQuery.js";
export type { ByteStream, Source } from "./sources.js";
