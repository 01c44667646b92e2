export type { Chunk, ChunkColumn } from "./Chunk.js";
export type { CsvExecutor, CsvOptions, CsvType } from "./csv/csvOptions.js";
export {
  /**
   * What `regulus/worker` works on ranges with. No part of the interface.
   *
   * @internal
   */
  openCsv,
} from "./csv/csvRanges.js";
export { readCsv } from "./csv/readCsv.js";
export { type ArrowOptions, readArrow } from "./readArrow.js";
export { type ParquetOptions, readParquet } from "./readParquet.js";
export { type QueryOptions, readQuery } from "./readQuery.js";
export {
  type ByteStream,
  /**
   * What the command reads texts with that are no CSV. No part of the interface.
   *
   * @internal
   */
  openSource,
  type Source,
} from "./sources.js";
