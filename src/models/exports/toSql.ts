import { describe, rangeError } from "../../errors.js";
import type { CategoricalColumn, NumericColumn } from "../../tables/EncodingJSON.js";
import type { ExportedModel } from "./readModel.js";
import { type Layout, type Part, type Term, termsOf, weightsOf } from "./termsOf.js";

/** So many terms are added one after the other; a few thousand are more than PostgreSQL's stack holds. */
const CHAIN = 256;

/** A product of less than 5e-324 is an error of PostgreSQL. Where coefficients are smaller than this, that may well be. */
const TINY = 1e-150;

/** From η to the mean. PostgreSQL has errors for e^η that is 0, below −745.13, and for one that is infinite, above 709.78. */
const MEANS: Record<string, string> = {
  poisson:
    "WHEN eta < -745.13 THEN 0 WHEN eta <= 709.782712893384 THEN exp(eta) WHEN eta <= 'Infinity' THEN 'Infinity'",
  binomial:
    "WHEN eta < -745.13 THEN 0 WHEN eta < 0 THEN exp(eta) / (1 + exp(eta)) WHEN eta < 745 THEN 1 / (1 + exp(-eta)) WHEN eta <= 'Infinity' THEN 1",
};

/** The model as an expression over the columns of a table: a value in double precision, or an array of one for each class. */
export function toSql(model: ExportedModel, layout: Layout): string {
  const { family, coefficients, intercepts } = model;
  const K = intercepts.length;
  const terms = termsOf(layout);
  const etas = Array.from(intercepts, (intercept, k) => {
    const added = terms.flatMap((term) => addend(layout, term, weightsOf(term, coefficients, k, K)));
    const constant = double(number(intercept));
    // The order of predictions, so that the same bits come out.
    return sum(layout.isTable ? [constant, ...added] : [...added, constant]);
  });
  if (family === "multinomial") return softmax(etas);
  const mean = MEANS[family];
  return mean === undefined
    ? (etas[0] as string)
    : `(SELECT CASE ${mean} END FROM (SELECT ${etas[0]} AS eta LIMIT 1) AS linear)`;
}

/** e^(η_k − max η)/Σ_m e^(η_m − max η): each step is a query of the last, so that nothing is written, or by the LIMIT computed, twice. */
function softmax(etas: string[]): string {
  const each = (text: (k: number) => string): string[] => etas.map((_, k) => text(k));
  const steps = [
    each((k) => `${etas[k]} AS h${k}`),
    ["*", `GREATEST(${each((k) => `h${k}`).join(", ")}) AS top`],
    each((k) => `CASE WHEN h${k} - top < -735 THEN 0 ELSE exp(h${k} - top) END AS e${k}`),
    ["*", `${sum(each((k) => `e${k}`))} AS total`],
    [`CASE WHEN total > 0 THEN ARRAY[${each((k) => `e${k} / total`).join(", ")}] END`],
  ];
  return steps.reduce(
    (inner, step, at) => `(SELECT ${step.join(", ")}${inner && ` FROM ${inner} AS step${at}`} LIMIT 1)`,
    "",
  );
}

/** What is added for a term, if anything. */
function addend(layout: Layout, { parts }: Term, weights: number[]): string[] {
  if (weights.every(isZero)) return [];
  const values = parts
    .filter(({ kind }) => kind === "value")
    .map(({ source }) => filled(layout, layout.columns[source] as NumericColumn));
  const slots = parts.filter(({ kind }) => kind !== "value");
  const factor = values.length > 1 ? `(${values.join(" * ")})` : values[0];
  const weight = choice(layout, slots, weights);
  if (factor === undefined) return [weight];
  const most = Math.abs(weights[0] as number);
  if (slots.length > 0 || most > TINY) return [`${weight} * ${factor}`];
  return [cases([[`ABS(${factor}) > ${number(5e-324 / most / 2)}`, `${weight} * ${factor}`]], number(0))];
}

/** The weight of the slots that a row is in; NULL where a prediction refuses the row. */
function choice(layout: Layout, [part, ...others]: Part[], weights: number[]): string {
  if (part === undefined || weights.every(isZero)) return number(weights[0] as number);
  const size = weights.length / part.slots;
  const of = (slot: number): string => choice(layout, others, weights.slice(slot * size, (slot + 1) * size));
  const column = layout.columns[part.source] as NumericColumn | CategoricalColumn;
  if (column.kind === "numeric") return cases([[`${known(layout, column)} IS NULL`, of(1)]], of(0));
  const { levels, missingLevel } = column;
  const isStrict = layout.unknown === "error";
  const value = known(layout, column);
  const results = levels.map((_, slot) => of(slot));
  const none = number(0);
  const dropped = isStrict ? levels.filter((level, slot) => results[slot] === none && isText(level)) : [];
  return cases(
    [
      ...(missingLevel ? [[`${value} IS NULL`, of(levels.length)]] : isStrict ? [] : [[`${value} IS NULL`, "NULL"]]),
      ...levels.flatMap((level, slot) =>
        results[slot] === none || !isText(level) ? [] : [[`${text(column)} = ${quoted(level)}`, results[slot]]],
      ),
      ...(dropped.length > 0 ? [[`${text(column)} IN (${dropped.map(quoted).join(", ")})`, none]] : []),
    ],
    isStrict ? "NULL" : none,
  );
}

function cases(whens: string[][], otherwise: string): string {
  return `CASE ${whens.map(([test, then]) => `WHEN ${test} THEN ${then} `).join("")}ELSE ${double(otherwise)} END`;
}

/** The value of a numeric column, the training mean for a gap where these are filled in. */
function filled(layout: Layout, column: NumericColumn): string {
  const value = known(layout, column);
  return layout.missing === "mean" || layout.missing === "indicator"
    ? `COALESCE(${value}, ${number(column.mean)})`
    : value;
}

/** The value of a column, or the name of its level; NULL for a gap. */
function known({ naValues }: Layout, column: NumericColumn | CategoricalColumn): string {
  const name = identifier(column.name);
  if (column.kind === "numeric") {
    if (column.type === "boolean") return double(`CAST(${name} AS integer)`);
    if (column.type === "date") return `${double(`EXTRACT(EPOCH FROM ${name}) * 1000`)} / 86400000`;
  }
  const value = column.kind === "numeric" ? double(name) : text(column);
  const gaps = naValues.filter(isText);
  return gaps.length > 0
    ? `CASE WHEN ${text(column)} NOT IN (${gaps.map(quoted).join(", ")}) THEN ${value} END`
    : value;
}

function text({ name }: { name: string }): string {
  return `CAST(${identifier(name)} AS text)`;
}

function double(value: string): string {
  return `CAST(${value} AS double precision)`;
}

/** All digits, with an exponent, by which SQL knows an approximate number. */
function number(value: number): string {
  const digits = String(value);
  return digits.includes("e") ? digits : `${digits}e0`;
}

function isZero(value: number): boolean {
  return value === 0;
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
  const doubled = value.replaceAll("'", "''");
  return value.includes("\\") ? `E'${doubled.replaceAll("\\", "\\\\")}'` : `'${doubled}'`;
}

function identifier(name: string): string {
  if (name !== "" && isText(name)) return `"${name.replaceAll('"', '""')}"`;
  throw rangeError("ERR_VALUE", `"names" must be names that SQL can have, got ${describe(name)}`);
}
