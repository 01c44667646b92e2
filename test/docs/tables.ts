import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeCsv } from "../../examples/messyCsv.js";

/** The tables that pages speak of: people with gaps, and others without what they cost. */
export function writeTables(folder: string): void {
  const columns = ["id", "age", "region", "bmi", "smoker", "children", "charges"];
  writeFileSync(join(folder, "people.csv"), makeCsv(800, columns, 1));
  writeFileSync(join(folder, "new.csv"), makeCsv(5, ["children", "smoker", "age", "bmi", "region"], 2));
}
