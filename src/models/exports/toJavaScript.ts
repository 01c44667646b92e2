import { quoted } from "./quoted.js";
import type { ExportedModel } from "./readModel.js";
import { block, type Part, sumsOf, timesAll } from "./sumsOf.js";

/** From η to what is predicted. */
const RESULTS: Record<string, string> = {
  poisson: "Math.exp(eta)",
  binomial: "eta < -40 ? Math.exp(eta) : 1 / (1 + Math.exp(-eta))",
};

const SOFTMAX = `
function softmax(...etas) {
  const top = Math.max(...etas);
  const shares = etas.map((eta) => (eta === top ? 1 : Math.exp(eta - top)));
  const total = shares.reduce((sum, share) => sum + share);
  return shares.map((share) => share / total);
}
`;

/**
 * What a row has in a column: the number, or the place among levels. `gap` stands for nothing, `other` for a level that is none of them;
 * where these are not given, there must be none.
 */
const READ = `
function read(row, key, types, gap, levels, other) {
  const value = Object.hasOwn(row, key) ? row[key] : null;
  const isDate = value instanceof Date;
  let result = gap;
  if (value != null && !Number.isNaN(isDate ? +value : value) && !gaps.includes(value)) {
    const at = levels?.indexOf(isDate ? value.toISOString() : String(value));
    if (!types.includes(isDate ? "date" : typeof value)) result = null;
    else if (levels) result = at >= 0 ? at : other;
    else result = isDate ? value / 864e5 : String(value).trim() ? Number(value) : null;
  }
  if (Number.isFinite(result)) return result;
  throw new TypeError(\`\${JSON.stringify(key)} must be as in training, got \${String(value)}\`);
}
`;

/** What `typeof` says of the values of a column. */
const TYPES: Record<string, string> = { number: "number bigint", bigint: "number bigint", text: "string" };

/** An ES module whose default export predicts for one row. */
export function toJavaScript(model: ExportedModel): string {
  const {
    fields: { family, classes },
    intercepts,
    encoding,
    isTable,
  } = model;
  const reads = new Map<string, Part>();
  const names = Array.from(intercepts, (_, k) => (intercepts.length > 1 ? `eta${k}` : "eta"));
  const sums = sumsOf(model).flatMap((products, k) => {
    const eta = names[k];
    const lines = products.map(({ values, slots, weights }) => {
      for (const part of [...values, ...slots]) reads.set(variable(part), part);
      const weight = constant(nest(weights, slots)) + slots.map((part) => `[${variable(part)}]`).join("?.");
      const product = timesAll(slots.length > 0 ? `(${weight} ?? 0)` : weight, values.map(variable));
      return `${eta} += ${product};`;
    });
    // The order of predictions, so that the same bits come out.
    return isTable
      ? [`let ${eta} = ${intercepts[k]};`, ...lines]
      : [`let ${eta} = 0;`, ...lines, `${eta} += ${intercepts[k]};`];
  });
  const isMany = family === "multinomial";
  const body = [
    ...(isTable ? [] : [opening(model.names.length)]),
    ...Array.from(reads, ([name, part]) => `const ${name} = ${reading(model, part)};`),
    ...sums,
    `return ${isMany ? `softmax(${names.join(", ")})` : (RESULTS[family] ?? "eta")};`,
  ];
  return [
    classes ? `export const classes = ${constant(classes)};\n\n` : "",
    `export default function predict(${isTable ? "row" : "...values"}) {\n  ${body.join("\n  ")}\n}\n`,
    reads.size > 0 ? `\nconst gaps = ${constant(encoding.naValues)};\n${READ}` : "",
    isMany ? SOFTMAX : "",
  ].join("");
}

/** How p arguments become a row: numbers as an array or one by one, or a record. */
const opening = (p: number): string => `const row = Object(values[0]) === values[0] ? values[0] : values;
  const isList = Array.isArray(row) || ArrayBuffer.isView(row);
  if (isList && row.length !== ${p}) throw new RangeError(\`predict takes ${p} numbers, got \${row.length}\`);`;

/** What a row has there, or in which slot it is. */
function variable({ kind, at }: Part): string {
  return (kind === "gap" ? "gap" : "x") + at;
}

function reading({ encoding, isTable, isFilled }: ExportedModel, { column, at, kind }: Part): string {
  const name = constant(column.name);
  const cell = `row, ${isTable ? name : `isList ? ${at} : ${name}`}, "${TYPES[column.type] ?? column.type}"`;
  if (kind === "gap") return `read(${cell}, 1, [], 0)`;
  if (column.kind === "numeric") return `read(${cell}${isFilled ? `, ${column.mean}` : ""})`;
  const other = encoding.unknown === "zero" ? -1 : null;
  const gap = column.missingLevel ? column.levels.length : isFilled ? other : null;
  return `read(${cell}, ${gap}, ${constant(column.levels)}, ${other})`;
}

/** Weights by the slots of the first part, of the second, … */
function nest(weights: number[], [part, ...others]: Part[]): unknown {
  if (part === undefined) return weights[0];
  return part.slots.map((_, slot) => nest(block(part, weights, slot), others));
}

/** Safe in a script of a page too. */
function constant(value: unknown): string {
  return quoted(value, /[<\u2028\u2029]/g);
}
