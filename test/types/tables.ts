/** Tables of all forms: interfaces are no records with an index signature. */
import {
  type ArqueroTable,
  type ArrowTable,
  crossValidate,
  type Design,
  designMatrix,
  type Encoding,
  encodingFromJSON,
  lasso,
  logistic,
  type Model,
  modelFromJSON,
  type TableOptions,
} from "regulus";

interface Person {
  readonly age: number | null;
  readonly region: "north" | "south";
  readonly since: Date | undefined;
}
declare const people: readonly Person[];
declare const records: Record<string, string>[];
declare const columns: { age: number[]; region: string[]; charges: Float64Array };
declare const arrow: ArrowTable;
declare const arquero: ArqueroTable;
declare const options: TableOptions;

const design: Design = designMatrix(people, { target: "age", exclude: ["since"], missing: "drop" });
export const model: Model = lasso(design.X, design.y, {
  lambda: 1,
  penaltyFactor: { region: 0 },
  lowerBounds: { region: 0 },
  upperBounds: 1,
});
export const predictions: Float64Array = model.predict(people);
export const labels: string[] = logistic(design.X, designMatrix<string[]>(records, { target: "kind" }).y, {
  lambda: 1,
}).predict(columns);
export const names: readonly string[] = design.names;
export const encoding: Encoding = encodingFromJSON(JSON.parse(JSON.stringify(design.encoding)));
export const rows: { name: string; coefficient: number; scaled: number }[] = model.table();
for (const table of [records, columns, arrow, arquero]) designMatrix(table, options);
crossValidate(design.X, design.y, { weights: design.weights, offset: design.offset, groups: design.groups });
modelFromJSON(JSON.parse(JSON.stringify(model))).predict([{ region: "south" }]);

// @ts-expect-error: without a target there is no y
lasso(design.X, designMatrix(people).y, { lambda: 1 });
// @ts-expect-error: nothing is done about gaps by that name
designMatrix(people, { missing: "median" });
// @ts-expect-error: a column's name is a string
designMatrix(people, { target: 1 });
// @ts-expect-error: numbers are no table
designMatrix([1, 2, 3]);
