import type { ReportData } from "../../ReportData.js";
import { describeData } from "./describe.js";

const FITS = {
  gaussian: "elasticNet",
  binomial: "logistic",
  poisson: "poisson",
  multinomial: "multinomial",
  huber: "huber",
};
/** What fits do unless told. */
const DEFAULT_TOLERANCE = 1e-7;
/** Characters of names up to which they stand in the code. */
const NAMES = 400;

/** An object as code. */
function objectOf(fields: Record<string, string | undefined>): string {
  const parts = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [name === value ? name : `${name}: ${value}`],
  );
  const line = `{ ${parts.join(", ")} }`;
  return line.length <= 90 ? line : `{\n${parts.map((part) => `  ${part},\n`).join("")}}`;
}

const json = (value: unknown): string =>
  JSON.stringify(value).replace(/[\u2028\u2029]/g, (one) => `\\u${one.charCodeAt(0).toString(16)}`);

export function typescriptCode(data: ReportData, lambda: number, gamma: number): string {
  const { family, l1Ratio, penalty, delta, names } = data;
  const isPlain = family === "gaussian" && penalty === undefined;
  const fit = isPlain && l1Ratio === 1 ? "lasso" : isPlain && l1Ratio === 0 ? "ridge" : FITS[family];
  const imports = new Set<string>();
  const penaltyCode = penalty && `${penalty.name}(${penaltyOptions(data).replaceAll("\n", "\n  ")})`;
  if (penalty) imports.add(penalty.name);
  const showsNames = data.hasNames && data.table === undefined && json(names).length <= NAMES;
  const own = {
    l1Ratio: fit === "lasso" || fit === "ridge" || l1Ratio === 1 ? undefined : String(l1Ratio),
    penalty: penaltyCode,
    delta: delta === undefined ? undefined : String(delta),
    standardize: data.isStandardized ? undefined : "false",
    intercept: data.hasIntercept ? undefined : "false",
    tolerance: data.tolerance === DEFAULT_TOLERANCE ? undefined : String(data.tolerance),
    names: showsNames ? json(names) : undefined,
  };
  const lines: string[] = [];
  if (data.table === undefined) lines.push(...describeData(data, "//"));
  else {
    imports.add("designMatrix");
    const options = objectOf({
      target: json(data.target ?? "y"),
      ...Object.fromEntries(Object.entries(data.table).map(([name, value]) => [name, json(value)])),
    });
    lines.push(
      `// table: records, an object of columns, or a table of Arrow${data.target === undefined ? '; "y": what is predicted' : ""}`,
      `const { X, y } = designMatrix(table, ${options});`,
    );
    if (data.hasOffset) lines.push("// The fit had an offset, which is not part of this: give it too.");
  }
  if (data.relaxed && gamma !== 1) {
    imports.add("regularizationPath");
    const options = objectOf({
      family: family === "gaussian" ? undefined : json(family),
      lambdas: `[${lambda}]`,
      relax: `[${gamma}]`,
      ...own,
      l1Ratio: l1Ratio === 1 ? undefined : String(l1Ratio),
    });
    lines.push(`const model = regularizationPath(X, y, ${options}).relaxed(${gamma}).model(0);`);
  } else {
    imports.add(fit);
    lines.push(`const model = ${fit}(X, y, ${objectOf({ lambda: String(lambda), ...own })});`);
  }
  return [
    `import { ${[...imports].sort().join(", ")} } from "regulus";`,
    "",
    ...lines,
    "console.log(String(model));",
    "",
  ].join("\n");
}

function penaltyOptions({ penalty }: ReportData): string {
  if (penalty === undefined) return "";
  switch (penalty.name) {
    case "groupLasso":
      return objectOf({
        groups: json(penalty.groups),
        l1Share: penalty.l1Share === 0 ? undefined : String(penalty.l1Share),
        factors: json(penalty.factors),
      });
    case "sortedL1":
      return objectOf("q" in penalty ? { q: String(penalty.q) } : { weights: json(penalty.weights) });
    default:
      return objectOf({ gamma: String(penalty.gamma) });
  }
}
