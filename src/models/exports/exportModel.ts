import { checkChoice, reading } from "../../errors.js";
import type { AnyModel } from "../results/Model.js";
import { readModel } from "./readModel.js";
import { plainLayout } from "./termsOf.js";
import { toCsv } from "./toCsv.js";
import { toJavaScript } from "./toJavaScript.js";
import { toOnnx } from "./toOnnx.js";
import { toSql } from "./toSql.js";

/** What {@link exportModel} writes. */
export type ExportFormat = "sql" | "javascript" | "onnx" | "csv";

const FORMATS = ["sql", "javascript", "onnx", "csv"] as const satisfies readonly ExportFormat[];

/**
 * A model in another language, which gives for a row what `predict` gives, or of a classifier what `predictProbability` gives: the
 * probability of `classes[1]`, of the multinomial family one of each class, in the order of `classes`. Columns with the coefficient 0 are
 * left out, so that they need not be there. An offset is left out too: predictions are those for an offset of 0.
 *
 * - `"sql"`: an expression of PostgreSQL over the columns of a table, in double precision, to be put into a query:
 *   `SELECT id, ${sql} AS prediction FROM customers`. Names are quoted, so they are case-sensitive; columns without names are `"x0"`,
 *   `"x1"`, … Of the multinomial family it is an array of K numbers: `(${sql})[1]` is the first class's. NULL where `predict` would refuse
 *   the row. An error of PostgreSQL where a product is too large or too small for double precision, above 1.8e308 or below 5e-324 and not 0.
 * - `"javascript"`: an ES module without imports. Its default export takes p numbers, as an array or one by one, or a record, an object
 *   of values by name; it gives a number, or an array of K. It throws where `predict` would. Classifiers have an export `classes`.
 * - `"onnx"`: the bytes of a graph of the operators of opset 13 in float64, from `X`, n × p, to `prediction`, n or n × K values.
 *   A probability of `classes[1]` below 5.6e-309 is 0. The names of the columns and the classes are in its metadata, as JSON.
 * - `"csv"`: a table of the coefficients by RFC 4180, with a line of titles and a line `(intercept)`; of the multinomial family, with a first
 *   column `class`, for each class.
 *
 * @param model - Of a fit, a path's `model(index)`, a cross-validation's `model()`, `modelFromJSON`.
 * @returns Text; of `"onnx"` bytes.
 * @throws TypeError if `model` is no model; RangeError for another format, for a model that holds NaN, as one of `fitMany` that failed,
 *   or for a name that SQL cannot have: an empty one, one with a zero character or half of a surrogate pair.
 * @example
 * const model = lasso([[1, 0], [2, 1], [3, 5]], [1, 2, 3], { lambda: 0.1, names: ["age", "income"] });
 * exportModel(model, "sql"); // 0.87… * CAST("age" AS double precision) + …
 */
export function exportModel(model: AnyModel, format: "sql" | "javascript" | "csv"): string;
export function exportModel(model: AnyModel, format: "onnx"): Uint8Array;
export function exportModel(model: AnyModel, format: ExportFormat): string | Uint8Array;
export function exportModel(model: AnyModel, format: ExportFormat): string | Uint8Array {
  checkChoice("format", format, FORMATS);
  return reading('"model"', () => {
    const read = readModel(model);
    if (format === "csv") return toCsv(read);
    if (format === "onnx") return toOnnx(read);
    const layout = plainLayout(read.names);
    return format === "sql" ? toSql(read, layout) : toJavaScript(read, layout);
  });
}
