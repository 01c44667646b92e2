import { expect, test } from "vitest";
import { crossValidate, designMatrix, exportModel, lasso, modelFromJSON, poisson } from "../../src/index.js";
import { randomStream } from "../support/arbitraries.js";
import { importModule } from "./importModule.js";
import { expectClose, predicted } from "./models.js";

const random = randomStream(5);
const regions = ["north", "south", "east", "west"];
const table = Array.from({ length: 300 }, (_, id) => ({
  id,
  age: id % 17 === 3 ? null : Math.round(45 + 25 * random()),
  smoker: random() > 0.5,
  region: id % 23 === 5 ? "NA" : regions[Math.floor(2 + 2 * random())],
  charges: 10 + 5 * random(),
})).map((row) => ({
  ...row,
  charges: row.charges + 0.3 * (row.age ?? 45) + (row.smoker ? 8 : 0) + (row.region === "north" ? 4 : 0),
}));
const options = { target: "charges", exclude: ["id"], missing: "indicator" } as const;
const design = designMatrix(table, options);

async function predictor(source: string): Promise<(row: object) => number> {
  return (await importModule(source)).default as (row: object) => number;
}

test("a cross-validated model of a table is exported as it is saved and read again", async () => {
  const model = crossValidate(design.X, design.y, { folds: 5 }).model("1se");
  const again = modelFromJSON(JSON.parse(JSON.stringify(model)));
  for (const format of ["sql", "javascript", "onnx", "csv"] as const) {
    expect(exportModel(again, format)).toEqual(exportModel(model, format));
  }
  const predict = await predictor(exportModel(model, "javascript"));
  const rows = table.map(({ charges: _, ...row }) => row);
  expectClose(rows.map(predict), predicted(model, rows));
  // Columns in another order, and others beside them
  const shuffled = rows.map(({ region, smoker, age }) => ({ region, extra: "x", smoker, age }));
  expectClose(shuffled.map(predict), predicted(model, rows));
});

test("an offset is left out", async () => {
  const offset = table.map((_, i) => (i % 5) / 10);
  const counts = table.map(({ charges }) => Math.round(charges));
  const model = poisson(design.X, counts, { lambda: 0.1, offset });
  const predict = await predictor(exportModel(model, "javascript"));
  expectClose(table.map(predict), model.predict(design.X, { offset: 0 }));
});

test("an expression is readable", () => {
  const model = lasso(design.X, design.y, { lambda: 0.8 });
  const rounded = (text: string): string =>
    text.replace(/\d+\.\d+/g, (digits) => String(Number(Number(digits).toFixed(2))));
  expect(rounded(exportModel(model, "sql"))).toMatchInlineSnapshot(`
    "CAST(12.66e0 AS double precision)
      + 0.26e0 * COALESCE(CASE WHEN CAST("age" AS text) NOT IN ('', 'NA', 'NaN', 'null') THEN CAST("age" AS double precision) END, 43.65e0)
      + 5.92e0 * COALESCE(CAST(CAST("smoker" AS integer) AS double precision), 0.25e0)
      + CASE WHEN CAST("region" AS text) = 'north' THEN 2.29e0 WHEN CAST("region" AS text) IN ('east', 'south', 'west') THEN 0e0 WHEN (CAST("region" AS text) IN ('', 'NA', 'NaN', 'null')) IS NOT FALSE THEN 0e0 ELSE CAST(NULL AS double precision) END"
  `);
  expect(rounded(exportModel(model, "javascript"))).toMatchInlineSnapshot(`
    "export default function predict(row) {
      const x0 = read(row, "age", "number bigint", 43.65);
      const x1 = read(row, "smoker", "boolean", 0.25);
      const x2 = read(row, "region", "string", 4, ["east","north","south","west"], null);
      let eta = 12.66;
      eta += 0.26 * x0;
      eta += 5.92 * x1;
      eta += ([0,2.29,0,0,0][x2] ?? 0);
      return eta;
    }

    const gaps = ["","NA","NaN","null"];

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
    "
  `);
});
