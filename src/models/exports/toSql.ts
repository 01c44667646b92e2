import { describe, rangeError } from "../../errors.js";
import type { EncodedColumn } from "../../tables/EncodingJSON.js";
import type { ExportedModel } from "./readModel.js";
import { block, type Part, sumsOf, timesAll } from "./sumsOf.js";

/** So many terms are added one after the other; a few thousand are more than PostgreSQL's stack holds. */
const CHAIN = 256;

/** A product of less than 5e-324 is an error of PostgreSQL. Where coefficients are smaller than this, that may well be. */
const TINY = 1e-150;

/** From η to the mean. PostgreSQL has errors for e^η that is 0, below −745.13, and for one that is infinite, above 709.78. */
const MEANS: Record<string, string> = {
  poisson:
    "WHEN eta < -745.13 THEN 0 WHEN eta <= 709.782712893384 THEN exp(eta) WHEN eta <= 'Infinity' THEN 'Infinity'",
  // 1 + e^η is 1 below −40.
  binomial:
    "WHEN eta < -745.13 THEN 0 WHEN eta < -40 THEN exp(eta) WHEN eta < 745 THEN 1 / (1 + exp(-eta)) WHEN eta <= 'Infinity' THEN 1",
};

/** The model as an expression over the columns of a table: a value in double precision, or an array of one for each class. */
export function toSql(model: ExportedModel): string {
  const {
    fields: { family },
    intercepts,
    isTable,
  } = model;
  const etas = sumsOf(model).map((products, k) => {
    const constant = double(number(intercepts[k] as number));
    const added = products.map(({ values, slots, weights }) => {
      const factors = values.map(({ column }) => numberOf(model, column));
      const product = timesAll(choice(model, slots, weights), factors);
      const size = Math.abs(weights[0] as number);
      if (slots.length > 0 || size > TINY) return product;
      return cases([[`ABS(${factors.join(" * ")}) > ${number(5e-324 / size / 2)}`, product]], number(0));
    });
    // The order of predictions, so that the same bits come out.
    return sum(isTable ? [constant, ...added] : [...added, constant]);
  });
  const [eta] = etas as [string];
  if (family === "multinomial") return softmax(etas);
  // What has a LIMIT is computed once, and not in each place where it is used.
  return family in MEANS ? `(SELECT CASE ${MEANS[family]} END FROM (SELECT ${eta} AS eta LIMIT 1) AS linear)` : eta;
}

/** e^(η_k − max η)/Σ_m e^(η_m − max η), each step a query of the last. */
function softmax(etas: string[]): string {
  const each = (text: (k: number) => string): string => etas.map((_, k) => text(k)).join(", ");
  const steps = [
    each((k) => `${etas[k]} AS h${k}`),
    `*, GREATEST(${each((k) => `h${k}`)}) AS top`,
    each((k) => `CASE WHEN h${k} - top < -735 THEN 0 ELSE exp(h${k} - top) END AS e${k}`),
    `*, ${sum(etas.map((_, k) => `e${k}`))} AS total`,
    `CASE WHEN total > 0 THEN ARRAY[${each((k) => `e${k} / total`)}] END`,
  ];
  return steps.reduce((inner, step, k) => `(SELECT ${step}${inner && ` FROM ${inner} AS step${k}`} LIMIT 1)`, "");
}

/** The weight of the slots that a row is in; NULL where a prediction refuses the row. */
function choice(model: ExportedModel, [part, ...others]: Part[], weights: number[]): string {
  const zero = number(0);
  if (!weights.some(Boolean)) return zero;
  if (part === undefined) return number(weights[0] as number);
  const of = (slot: number): string => choice(model, others, block(part, weights, slot));
  const { column } = part;
  const gap = gapOf(model, column);
  if (column.kind === "numeric") return cases([[gap, of(1)]], of(0));
  const { type, levels, missingLevel } = column;
  const isStrict = model.encoding.unknown === "error";
  const isCompared = type === "number" || type === "date";
  const value = isCompared ? numberOf(model, column) : text(column);
  const whens: string[][] = [];
  const zeros: string[] = [];
  levels.forEach((level, slot) => {
    const then = of(slot);
    const constant = type === "date" ? number(Date.parse(level) / 864e5) : quoted(level);
    if (then !== zero) whens.push([`${value} = ${constant}`, then]);
    else if (isStrict) zeros.push(constant);
  });
  if (zeros.length > 0) whens.push([`${value} IN (${zeros.join(", ")})`, zero]);
  if (missingLevel) whens.push([gap, of(levels.length)]);
  else if (!isStrict && !model.isFilled) whens.push([gap, "NULL"]);
  return cases(whens, isStrict ? "NULL" : zero);
}

function cases(whens: string[][], otherwise: string): string {
  return `CASE ${whens.map((when) => `WHEN ${when.join(" THEN ")} `).join("")}ELSE ${double(otherwise)} END`;
}

/** The value of a column as a number, the training mean for a gap where these are filled in. */
function numberOf(model: ExportedModel, column: EncodedColumn): string {
  const name = identifier(column);
  const gaps = gapTexts(model, column);
  const value =
    column.type === "boolean"
      ? double(`CAST(${name} AS integer)`)
      : column.type === "date"
        ? `(${double(`EXTRACT(EPOCH FROM ${name}) * 1000`)} / 86400000)`
        : gaps
          ? `CASE WHEN ${text(column)} NOT IN (${gaps}) THEN ${double(name)} END`
          : double(name);
  return column.kind === "numeric" && model.isFilled ? `COALESCE(${value}, ${number(column.mean)})` : value;
}

/** Whether the column has a gap. */
function gapOf(model: ExportedModel, column: EncodedColumn): string {
  const gaps = gapTexts(model, column);
  return gaps ? `(${text(column)} IN (${gaps})) IS NOT FALSE` : `${identifier(column)} IS NULL`;
}

/** The texts that are gaps, besides NULL: of booleans and dates none. */
function gapTexts({ isTable, encoding: { naValues } }: ExportedModel, { type }: EncodedColumn): string {
  if (!isTable || type === "boolean" || type === "date") return "";
  const gaps = new Set(type === "text" ? naValues : [...naValues, "NaN"]);
  return [...gaps].filter(isText).map(quoted).join(", ");
}

function text(column: EncodedColumn): string {
  return `CAST(${identifier(column)} AS text)`;
}

function double(value: string): string {
  return `CAST(${value} AS double precision)`;
}

/** All digits, with an exponent, by which SQL knows an approximate number. */
function number(value: number): string {
  const digits = String(value);
  return digits.includes("e") ? digits : `${digits}e0`;
}

/** Added from left to right, in groups where there are many. */
function sum(terms: string[]): string {
  if (terms.length <= CHAIN) {
    return terms.reduce((all, term) => `${all}\n  ${term.startsWith("-") ? `- ${term.slice(1)}` : `+ ${term}`}`);
  }
  const half = terms.length >> 1;
  return `(${sum(terms.slice(0, half))}) + (${sum(terms.slice(half))})`;
}

/** Whether PostgreSQL can hold a string: without zeros and lone surrogates. */
function isText(value: string): boolean {
  return !/[\0\ud800-\udfff]/u.test(value);
}

/** A constant, safe whether or not the server takes backslashes for escapes. */
function quoted(value: string): string {
  if (!isText(value)) return "NULL";
  const doubled = value.replaceAll("'", "''");
  return value.includes("\\") ? `E'${doubled.replaceAll("\\", "\\\\")}'` : `'${doubled}'`;
}

function identifier({ name }: EncodedColumn): string {
  if (name !== "" && isText(name)) return `"${name.replaceAll('"', '""')}"`;
  throw rangeError("ERR_VALUE", `"names" must be names that SQL can have, got ${describe(name)}`);
}
