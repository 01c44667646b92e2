import { TEMPLATE } from "./generated/template.js";
import { escaped, pack } from "./pack.js";
import { type Reportable, type ReportOptions, reportOf } from "./reportOf.js";

/**
 * A report of a model, a path or a cross-validation as one HTML file, to open, print, mail or keep: in words what was found, then the
 * coefficient path, the error in data not seen, coefficients at the chosen lambda, residuals or ROC curve and calibration, linked by one cursor.
 * It holds all that it shows, asks for nothing from the network, and opens under a Content-Security-Policy of
 *
 * ```text
 * default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'
 * ```
 *
 * @param result - What a fit, `regularizationPath` or `crossValidate` returned, or `modelFromJSON`, `pathFromJSON` and
 *   `crossValidationFromJSON` made of a file.
 * @param options - `title`; `data`, rows with their responses for residuals, ROC curve and calibration; `target`, `seed` and `seconds` for the words;
 *   `page`, the address of a page that "open in the page" leads to.
 * @returns The HTML, below 3 MB for 100 lambdas of 5,000 variables.
 * @throws TypeError for what is none of these, for unknown options, and for data without what they need; RangeError for data of another shape.
 * @example
 * import { writeFileSync } from "node:fs";
 * import { crossValidate } from "regulus";
 * import { renderReport } from "regulus/report";
 *
 * const cv = crossValidate(X, y, { names: ["age", "dose"] });
 * writeFileSync("report.html", renderReport(cv, { title: "trial.csv", data: { y } }));
 */
export function renderReport(result: Reportable, options: ReportOptions = {}): string {
  const data = reportOf(result, options);
  const title = data.title.replace(/[&<>]/g, (one) => `&#${one.charCodeAt(0)};`);
  // By functions: in a text, $& and the like would be read as patterns.
  return TEMPLATE.replace("REGULUS_TITLE", () => title).replace('"REGULUS_DATA"', () => escaped(pack(data)));
}
