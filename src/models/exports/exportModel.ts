import { checkChoice, reading } from "../../errors.js";
import type { AnyModel } from "../results/Model.js";
import { readModel } from "./readModel.js";
import { toCsv } from "./toCsv.js";
import { toJavaScript } from "./toJavaScript.js";
import { toOnnx } from "./toOnnx.js";
import { toSql } from "./toSql.js";

const WRITERS = { sql: toSql, javascript: toJavaScript, onnx: toOnnx, csv: toCsv };

/** What {@link exportModel} writes. */
type ExportFormat = keyof typeof WRITERS;

/**
 * A model in another language, which gives for a row what `predict` gives, or of a classifier what `predictProbability` gives: the
 * probability of `classes[1]`, of the multinomial family one of each class, in the order of `classes`.
 *
 * What is not needed is not read: columns whose coefficients are 0 need not be there. An offset is left out too: predictions are those
 * for an offset of 0.
 *
 * - `"sql"`: an expression of PostgreSQL over the columns of a table, in double precision, as in
 *   `SELECT id, ${sql} AS prediction FROM customers`. Of the multinomial family it is an array: `(${sql})[1]` is of the first class. Names are
 *   quoted, so that they are case-sensitive; columns without names are `"x0"`, `"x1"`, … Booleans, dates and timestamps are of SQL's own types
 *   (timestamps without a time zone in UTC), columns of numbers may be texts too; gaps are NULL, NaN and the texts of `naValues`, treated as
 *   `missing` says. The value is NULL where what is read would be refused by `predict`. Products beyond double precision, above 1.8e308 or
 *   below 5e-324 and not 0, are errors of PostgreSQL.
 * - `"javascript"`: an ES module that imports nothing. Its default export takes a record, an object of values by name; of models that
 *   are of no table also p numbers, as an array or one by one. It gives a number, or an array of K, and throws where what is read would be
 *   refused by `predict`. Of classifiers there is an export `classes`.
 * - `"onnx"`: the bytes of a graph of operators of opset 11 in float64, from `X`, n × p as `encoding.apply` makes it of a table, to
 *   `prediction`, n or n × K values; a probability of `classes[1]` below 5.6e-309 is 0. The names of X's columns and the classes are in its
 *   metadata, as JSON.
 * - `"csv"`: the coefficients as a table by RFC 4180, with the titles `name,coefficient,scaled`, of the multinomial family with a `class` before
 *   them: the intercept, `(intercept)`, and the rows of `table()`.
 *
 * @param model - Of a fit, `path.model(index)`, `cv.model()` or `modelFromJSON`.
 * @returns Text; of `"onnx"` bytes.
 * @throws TypeError if `model` is no model; RangeError for another format, for a model that holds NaN, as one of `fitMany` that failed,
 *   or for a name that no column of SQL has: an empty one, one with a zero character or half of a surrogate pair.
 * @example
 * const model = lasso([[30, 1], [40, 0], [50, 1]], [1, 2, 4], { lambda: 0.1, names: ["age", "dose"] });
 * const sql = exportModel(model, "sql"); // … * CAST("age" AS double precision) + …
 */
export function exportModel(model: AnyModel, format: "sql" | "javascript" | "csv"): string;
export function exportModel(model: AnyModel, format: "onnx"): Uint8Array;
export function exportModel(model: AnyModel, format: ExportFormat): string | Uint8Array;
export function exportModel(model: AnyModel, format: ExportFormat): string | Uint8Array {
  checkChoice("format", format, Object.keys(WRITERS) as ExportFormat[]);
  return reading('"model"', () => WRITERS[format](readModel(model)));
}
