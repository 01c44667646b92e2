import { readFileSync } from "node:fs";
import { fitMany, type Model, manyFromJSON, modelFromJSON } from "regulus";
import { beforeAll, expect, test } from "vitest";
import { workplace } from "./command.js";
import { csv, design, many } from "./shops.js";

const { regulus, write, path } = workplace();

beforeAll(() => write("shops.csv", csv()));

test("the models are fitMany's, bit for bit, whatever the number of workers; a group that fails says why and stops no other", async () => {
  const { X, y, groups } = await design();
  const expected = fitMany({ X, y, groups: groups as string[], lambda: "cv", folds: 5, seed: 2, rule: "1se" });
  const args = [...many, "--folds", "5", "--seed", "2", "--rule", "1se"];
  for (const workers of ["1", "2"]) {
    const { code, stdout, stderr } = await regulus([
      ...args,
      "--workers",
      workers,
      "--json",
      "--output",
      "models.jsonl",
    ]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(expected)));
    const lines = readFileSync(path("models.jsonl"), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map(({ key }) => key)).toEqual(expected.keys);
    lines.forEach(({ model, cvError, standardError, error }, i) => {
      if (expected.errors[i] !== undefined) {
        expect({ model, error }).toEqual({ model: undefined, error: expected.errors[i]?.message });
        return;
      }
      expect([...(modelFromJSON(model) as Model).coefficients]).toEqual([...expected.model(i).coefficients]);
      expect([cvError, standardError]).toEqual([expected.cvErrors?.[i], expected.standardErrors?.[i]]);
    });
  }
  expect(expected.errors.filter((error) => error !== undefined)).toHaveLength(1);
  const { stdout } = await regulus(args);
  expect(stdout).toMatch(/^3 of 4 models fitted, 1 could not be, in [\d.]+ s\.$/m);
  expect(stdout).toMatch(/^ +· "tiny": /m);
  expect(stdout).toMatch(/^ {2}price +100\.0 % +━+$/m);
});

test("in JSON all are one value, by which predict predicts each row by its group's model, and leaves others open", async () => {
  await regulus([...many, "--lambda", "0.1", "-o", "models.json"]);
  const models = manyFromJSON(JSON.parse(readFileSync(path("models.json"), "utf8")));
  const text = 'kind,size,shop,price\na,1,süd,2\nb,0.5,nowhere,1\na,0,"o\'hare, ""7""",1\n';
  const table = [
    { kind: "a", size: 1, price: 2 },
    { kind: "b", size: 0.5, price: 1 },
    { kind: "a", size: 0, price: 1 },
  ];
  const values = models.predict(table, ["süd", "nowhere", 'o\'hare, "7"']) as Float64Array;
  const { stdout } = await regulus(["predict", "models.json", "-", "--by", "shop"], text);
  const [header, ...rows] = text.trimEnd().split("\n");
  expect(values[1]).toBeNaN();
  expect(stdout).toBe(
    `${[`${header},prediction`, ...rows.map((row, i) => `${row},${i === 1 ? "" : values[i]}`)].join("\n")}\n`,
  );
  await regulus([...many, "--lambda", "0.1", "-o", "lines.jsonl"]);
  expect((await regulus(["predict", "lines.jsonl", "-", "--by", "shop"], text)).stdout).toBe(stdout);
  // A gap is no group: the rows around it are predicted.
  const gap = text.replace("nowhere", "");
  for (const file of ["models.json", "lines.jsonl"]) {
    expect((await regulus(["predict", file, "-", "--by", "shop"], gap)).stdout).toBe(stdout.replace("nowhere", ""));
  }
  const without = await regulus(["predict", "models.json", "-"], text);
  expect([without.code, without.stderr.split("\n")[0]]).toEqual([
    1,
    "regulus: models.json holds 4 models, one for each group",
  ]);
});

test("lines of models that are no lines of one call are refused by their number", async () => {
  await regulus([...many, "--lambda", "0.1", "-o", "lines.jsonl"]);
  const lines = readFileSync(path("lines.jsonl"), "utf8");
  const other = lines.replaceAll('"unknown":"error"', '"unknown":"zero"').trimEnd().split("\n").at(-1);
  for (const [added, says] of [
    ["{", /^regulus: mixed\.jsonl is no saved result: line 5: .*JSON/],
    [other, /line 5: its model is of another family or of another table than those before/],
    ['{"model":{}}', /line 5: it has no key/],
  ] as const) {
    write("mixed.jsonl", `${lines}${added}\n`);
    const { code, stderr } = await regulus(["predict", "mixed.jsonl", "-", "--by", "shop"], "size\n1\n");
    expect(code).toBe(1);
    expect(stderr).toMatch(says);
  }
  const exported = await regulus(["export", "lines.jsonl", "--to", "sql"]);
  expect([exported.code, exported.stderr]).toEqual([
    1,
    "regulus: lines.jsonl holds 4 models\n         predict takes them with --by, the column of groups\n",
  ]);
});

test("groups with too few rows for folds are said to have these, each or all", async () => {
  const rows = (key: string, count: number): string =>
    Array.from({ length: count }, (_, i) => `${key},${(7 * i) % 11},${(i * i) % 5}\n`).join("");
  write("groups.csv", `g,x,y\n${rows("enough", 30)}${rows("few", 4)}${rows("two", 2)}${rows("one", 1)}`);
  const { code, stdout } = await regulus(["many", "groups.csv", "-t", "y", "--by", "g"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/· "few": it has 4 rows, too few for 10 folds$/m);
  expect(stdout).toMatch(/· "two": it has 2 rows, too few for 10 folds$/m);
  expect(stdout).toMatch(/· "one": it has 1 row, too few for folds$/m);
  write("twos.csv", `g,x,y\n${rows("a", 2)}${rows("b", 2)}`);
  const none = await regulus(["many", "twos.csv", "-t", "y", "--by", "g"]);
  expect([none.code, none.stderr]).toEqual([
    1,
    "regulus: no group of twos.csv has the 10 rows that as many folds need: the largest has 2\n         --folds 2 deals these, --lambda 0.1 fits each group at one lambda\n",
  ]);
  write("ones.csv", `g,x,y\n${rows("a", 1)}${rows("b", 1)}`);
  const single = await regulus(["many", "ones.csv", "-t", "y", "--by", "g"]);
  expect([single.code, single.stderr]).toEqual([
    1,
    "regulus: no group of ones.csv has the two rows that folds need\n         --lambda 0.1 fits each at one lambda\n",
  ]);
});

test("1 where no group could be fitted, 2 for a file of another kind and for ratios that nothing chooses from", async () => {
  const whole = csv()
    .split("\n")
    .filter((line) => !line.includes("tiny"))
    .join("\n");
  write("three.csv", whole);
  const { code, stdout } = await regulus(["many", "three.csv", ...many.slice(2), "--lambda", "0"]);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^0 of 3 models fitted, 3 could not be/);
  expect((await regulus([...many, "--output", "models.csv"])).code).toBe(2);
  const ratios = await regulus([...many, "--lambda", "1", "--l1-ratio", "0.5,1"]);
  expect([ratios.code, ratios.stderr]).toEqual([
    2,
    "regulus: several values of --l1-ratio are to be chosen from\n         --lambda cv chooses\n",
  ]);
});
