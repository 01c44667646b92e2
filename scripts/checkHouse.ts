/** The order of src/, which scripts/house.ts lays down: no import up, no circle, no crowded folder. */
import { readdirSync, readFileSync } from "node:fs";
import ts from "typescript";
import { faultsOf } from "./house.js";

const files = readdirSync("src", { recursive: true, encoding: "utf8" })
  .map((path) => `src/${path.replaceAll("\\", "/")}`)
  .filter((path) => path.endsWith(".ts"))
  .sort();
const importsOf = (file: string): string[] =>
  ts.preProcessFile(readFileSync(file, "utf8")).importedFiles.map(({ fileName }) => fileName);

const faults = faultsOf(new Map(files.map((file) => [file, importsOf(file)])));
for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
