import { listed, plural } from "../../../printing/numbers.js";
import type { ReportData } from "../../ReportData.js";

/** Characters of the names of columns in a comment. */
const NAMES = 60;

/** What X and y are, as comments of a language. */
export function describeData(
  { names, hasNames, classes, hasOffset, family, target }: ReportData,
  sign: string,
): string[] {
  const columns = plural(names.length, "column");
  const y = classes ? `labels, of the classes ${classes.join(", ")}` : family === "poisson" ? "counts" : "numbers";
  return [
    `${sign} X: ${columns}${hasNames ? ` (${listed(names.map(oneLine), NAMES)})` : ""}; y: ${target === undefined ? "" : `${oneLine(target)}, `}${y}.`,
    ...(hasOffset ? [`${sign} The fit had an offset, which is not part of this: give it too.`] : []),
  ];
}

/** A name that ends no comment. */
const oneLine = (name: string): string => name.replace(/[\p{Cc}\u2028\u2029]/gu, " ");
