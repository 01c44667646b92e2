import type { OtherNames } from "./suggestion.js";

/** What pandas, R, polars, csv-parse and DuckDB call what the readers take. */
export const readerNames: OtherNames = {
  sep: "delimiter",
  separator: "delimiter",
  delim: "delimiter",
  fieldseparator: "delimiter",
  hasheader: "header",
  usecols: "columns",
  select: "columns",
  include: "columns",
  names: "columns",
  dtype: "types",
  schema: "types",
  coltypes: "types",
  colclasses: "types",
  nastrings: "naValues",
  nullstr: "naValues",
  nullvalues: "naValues",
  chunksize: "chunkRows",
  batchsize: "chunkRows",
  workers: "executor",
  threads: "executor",
  nthreads: "executor",
  numthreads: "executor",
};
