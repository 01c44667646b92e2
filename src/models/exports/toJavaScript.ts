import type { ExportedModel } from "./readModel.js";
import { type Layout, type Part, type Term, termsOf, weightsOf } from "./termsOf.js";

/** From η to what is predicted. */
const RESULTS: Record<string, string> = {
  poisson: "Math.exp(eta)",
  binomial: "eta < 0 ? Math.exp(eta) / (1 + Math.exp(eta)) : 1 / (1 + Math.exp(-eta))",
};

const SOFTMAX = `function softmax(...etas) {
  const top = Math.max(...etas);
  const shares = etas.map((eta) => (eta === top ? 1 : Math.exp(eta - top)));
  const total = shares.reduce((sum, share) => sum + share);
  return shares.map((share) => share / total);
}

`;

const NUMBER = `function number(row, key) {
  const value = Object.hasOwn(row, key) ? row[key] : undefined;
  if (Number.isFinite(value)) return value;
  throw new TypeError(\`\${JSON.stringify(key)} must be a finite number, got \${String(value)}\`);
}

`;

/** An ES module whose default export predicts for one row. */
export function toJavaScript(model: ExportedModel, layout: Layout): string {
  const { family, classes, coefficients, intercepts } = model;
  const K = intercepts.length;
  const terms = termsOf(layout);
  const reads = new Set<string>();
  const names = Array.from(intercepts, (_, k) => (K > 1 ? `eta${k}` : "eta"));
  const sums = names.flatMap((eta, k) => {
    const lines = terms.flatMap((term) => {
      const weights = weightsOf(term, coefficients, k, K);
      if (weights.every((weight) => weight === 0)) return [];
      for (const part of term.parts) reads.add(`const ${variable(part)} = ${reading(layout, part)};`);
      return [`${eta} += ${product(term, weights)};`];
    });
    return layout.isTable
      ? [`let ${eta} = ${intercepts[k]};`, ...lines]
      : [`let ${eta} = 0;`, ...lines, `${eta} += ${intercepts[k]};`];
  });
  const result = family === "multinomial" ? `softmax(${names.join(", ")})` : (RESULTS[family] ?? "eta");
  const body = [...(layout.isTable ? [] : opening(layout.columns.length)), ...reads, ...sums, `return ${result};`];
  return [
    classes === undefined ? "" : `export const classes = ${quoted(classes)};\n\n`,
    NUMBER,
    family === "multinomial" ? SOFTMAX : "",
    `export default function predict(${layout.isTable ? "row" : "...values"}) {\n  ${body.join("\n  ")}\n}\n`,
  ].join("");
}

/** How the arguments become a row: numbers as an array or one by one, or a record. */
function opening(p: number): string[] {
  return [
    "const row = Object(values[0]) === values[0] ? values[0] : values;",
    "const isList = Array.isArray(row) || ArrayBuffer.isView(row);",
    `if (isList && row.length !== ${p}) throw new RangeError(\`predict takes ${p} numbers, got \${row.length}\`);`,
  ];
}

/** What a row has there, or in which slot it is. */
function variable({ kind, source }: Part): string {
  return (kind === "gap" ? "gap" : "x") + source;
}

function reading(layout: Layout, { source }: Part): string {
  return `number(row, isList ? ${source} : ${quoted(layout.columns[source]?.name)})`;
}

/** The weight of the slots that a row is in, times the values. */
function product({ parts }: Term, weights: number[]): string {
  const slots = parts.filter(({ kind }) => kind !== "value");
  const places = slots.map((part) => `[${variable(part)}]`);
  const weight = quoted(nest(weights, slots)) + places.join("?.");
  const values = parts.filter(({ kind }) => kind === "value").map(variable);
  const product = values.length > 1 ? [`(${values.join(" * ")})`] : values;
  return [slots.length > 0 ? `(${weight} ?? 0)` : weight, ...product].join(" * ");
}

/** Weights by slots of the first part, of the second, … */
function nest(weights: number[], [part, ...others]: Part[]): unknown {
  if (part === undefined) return weights[0];
  const size = weights.length / part.slots;
  return Array.from({ length: part.slots }, (_, slot) => nest(weights.slice(slot * size, (slot + 1) * size), others));
}

/** A constant, safe in a script of a page too. */
function quoted(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<\u2028\u2029]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
