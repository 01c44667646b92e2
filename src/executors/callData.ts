import type { Call, CutData } from "../models/calls/Call.js";
import type { CrossValidationData } from "../models/calls/crossValidationPieces.js";
import { isScattered } from "../models/calls/isScattered.js";
import type { ManyFit } from "../models/many/manyFits.js";
import type { PlainMany } from "../models/many/openMany.js";
import { cutMany, plainMany } from "../models/many/sendMany.js";

/** What is sent of a call: plain data, of which a worker makes a workshop. */
export function dataOf(call: Call): unknown {
  const data = call.data();
  if (call.kind === "crossValidate") return withColumns(data as CrossValidationData);
  if (call.kind !== "fitMany") return data;
  const many = data as ManyFit | PlainMany;
  // A job of a queue has it plain already.
  return "matrices" in many ? many : plainMany(many);
}

/** With its columns together, where each worker would bring them together for itself. */
function withColumns(data: CrossValidationData): unknown {
  const { matrix, byColumns } = data;
  if (!(byColumns && isScattered(matrix))) return data;
  const write = (copy: Float64Array): void => matrix.copyColumns(copy, 0, matrix.columns);
  return { ...data, matrix: { ...matrix, order: "column", write } };
}

/** The same cut by pieces, of calls whose pieces read rows of their own. */
export const cutOf = ({ kind }: Call, data: unknown): CutData | undefined =>
  kind === "fitMany" ? cutMany(data as PlainMany) : undefined;
