/** The order of src/, which scripts/house.ts lays down: no import up, no circle, no crowded folder; and formulas in docstrings are fenced. */
import { readdirSync, readFileSync } from "node:fs";
import ts from "typescript";
import { indentedFormulas } from "./docstrings.js";
import { faultsOf } from "./house.js";

const files = readdirSync("src", { recursive: true, encoding: "utf8" })
  .map((path) => `src/${path.replaceAll("\\", "/")}`)
  .filter((path) => path.endsWith(".ts"))
  .sort();
const importsOf = (file: string): string[] =>
  ts.preProcessFile(readFileSync(file, "utf8")).importedFiles.map(({ fileName }) => fileName);

const faults = faultsOf(new Map(files.map((file) => [file, importsOf(file)])));
for (const file of files) {
  for (const line of indentedFormulas(readFileSync(file, "utf8"))) {
    faults.push(`${file}:${line}: a formula in a docstring belongs in a block fenced by \`\`\``);
  }
}
for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
