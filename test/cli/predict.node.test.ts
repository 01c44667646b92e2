import { readFileSync } from "node:fs";
import { tableFromArrays, tableToIPC } from "apache-arrow";
import fc from "fast-check";
import {
  type Classifier,
  crossValidationFromJSON,
  designMatrix,
  elasticNet,
  exportModel,
  logistic,
  type Model,
  modelFromJSON,
  multinomial,
  pathFromJSON,
} from "regulus";
import { beforeAll, describe, expect, test } from "vitest";
import { numbersCsv, peopleCsv, workplace } from "./command.js";

const { regulus, write, path } = workplace();
const read = (name: string) => JSON.parse(readFileSync(path(name), "utf8"));

beforeAll(async () => {
  write("people.csv", peopleCsv(300));
  write("numbers.csv", numbersCsv(200, 6));
  const people = ["people.csv", "-t", "charges", "--exclude", "id", "--missing", "mean"];
  await Promise.all([
    regulus(["cv", ...people, "-o", "cv.json"]),
    regulus(["path", "numbers.csv", "-t", "y", "-o", "path.json"]),
    regulus(["fit", "numbers.csv", "-t", "y", "--lambda", "0.1", "-o", "model.json"]),
  ]);
}, 60_000);

test("appends what model.predict gives, by name, and leaves every row as it was written", async () => {
  const rows = ["süd,40,never,zwölf", ',33.5,current,"a ""b"",\r\nc"', '"o, ""est""",NA,former,', "north,61,never,x"];
  const text = `region,age,smoker,"no, te"\r\n${rows.join("\r\n")}`;
  write("new.csv", text);
  const table = [
    { region: "süd", age: 40, smoker: "never" },
    { region: null, age: 33.5, smoker: "current" },
    { region: 'o, "est"', age: null, smoker: "former" },
    { region: "north", age: 61, smoker: "never" },
  ];
  for (const rule of ["min", "1se"] as const) {
    const model = crossValidationFromJSON(read("cv.json")).model(rule) as Model;
    const { code, stdout } = await regulus(["predict", "cv.json", "new.csv", "--rule", rule]);
    expect(code).toBe(0);
    const predicted = model.predict(table);
    const expected = rows.map((row, i) => `${row},${predicted[i]}`);
    expect(stdout).toBe(`region,age,smoker,"no, te",prediction\r\n${expected.join("\r\n")}\r\n`);
  }
  const piped = await regulus(["predict", "cv.json", "-", "--output", "out.csv"], text);
  expect(piped).toEqual({ code: 0, signal: null, stdout: "", stderr: "" });
  const { stdout } = await regulus(["predict", "cv.json", "new.csv"]);
  expect(readFileSync(path("out.csv"), "utf8")).toBe(stdout);
});

test("property: numbers of any kind are predicted as model.predict does, in chunks of any length", async () => {
  const model = modelFromJSON(read("model.json")) as Model;
  const value = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 });
  const tables = fc.array(fc.array(value, { minLength: 6, maxLength: 6 }), { minLength: 1, maxLength: 300 });
  await fc.assert(
    fc.asyncProperty(tables, async (rows) => {
      const header = "x5,x0,x1,x2,x3,x4";
      const { stdout } = await regulus(
        ["predict", "model.json", "-"],
        `${header}\n${rows.map((row) => row.join(",")).join("\n")}\n`,
      );
      // As columns, which are summed up in the same order: rows differ in the last bit.
      const table = Object.fromEntries(header.split(",").map((name, j) => [name, rows.map((row) => row[j])]));
      expect(
        stdout
          .trimEnd()
          .split("\n")
          .slice(1)
          .map((line) => Number(line.split(",")[6])),
      ).toEqual([...model.predict(table)]);
    }),
    { numRuns: 3 },
  );
}, 180_000);

describe("other formats", () => {
  const table = { x0: [1, 2], x1: [0.5, -1], x2: [0, 3], x3: [1, 1], x4: [2, 2], x5: [0, 1] };
  const predicted = () => [...(modelFromJSON(read("model.json")) as Model).predict(table)];
  const names = Object.keys(table) as (keyof typeof table)[];

  test("TSV and semicolons stay what they are", async () => {
    for (const [file, delimiter] of [
      ["t.tsv", "\t"],
      ["t.csv", ";"],
    ]) {
      const lines = [names, ...[0, 1].map((i) => names.map((name) => table[name][i]))].map((row) =>
        row.join(delimiter),
      );
      write(file, `${lines.join("\n")}\n\n`);
      const { stdout } = await regulus(["predict", "model.json", file]);
      const cells = ["prediction", ...predicted()];
      expect(stdout).toBe(lines.map((line, i) => `${line}${delimiter}${cells[i]}\n`).join(""));
    }
  });

  test("JSON lines get a pair more", async () => {
    const lines = [0, 1].map((i) =>
      JSON.stringify({ note: "ü}", ...Object.fromEntries(names.map((name) => [name, table[name][i]])) }),
    );
    write("t.jsonl", `${lines.join("\n")}\n`);
    const { stdout } = await regulus(["predict", "model.json", "t.jsonl"]);
    const values = predicted();
    expect(
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual(lines.map((line, i) => ({ ...JSON.parse(line), prediction: values[i] })));
  });

  test("Arrow, from a file and from standard input, becomes CSV", async () => {
    const columns = Object.fromEntries(names.map((name) => [name, Float64Array.from(table[name])]));
    const bytes = tableToIPC(tableFromArrays(columns), "file");
    write("t.arrow", bytes);
    const [a, b] = predicted();
    const expected = `x0,x1,x2,x3,x4,x5,prediction\n1,0.5,0,1,2,0,${a}\n2,-1,3,1,2,1,${b}\n`;
    expect((await regulus(["predict", "model.json", "t.arrow"])).stdout).toBe(expected);
    expect((await regulus(["predict", "model.json", "-"], bytes)).stdout).toBe(expected);
    const days = { ...columns, seen: [0, 1].map((i) => new Date((19_000 + i) * 86_400_000 + 5000)) };
    write("days.arrow", tableToIPC(tableFromArrays(days), "file"));
    const dated = `x0,x1,x2,x3,x4,x5,seen,prediction\n1,0.5,0,1,2,0,2022-01-08T00:00:05.000Z,${a}\n2,-1,3,1,2,1,2022-01-09T00:00:05.000Z,${b}\n`;
    expect((await regulus(["predict", "model.json", "days.arrow"])).stdout).toBe(dated);
  });
});

test("labels, and probabilities of two and of three classes", async () => {
  const text = `kind,x\n${Array.from({ length: 40 }, (_, i) => `${i % 5 === 0 ? "da, nn" : i > 20 ? "b" : "ü"},${i}`).join("\n")}\n`;
  write("kinds.csv", text);
  const records = text
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => ({ kind: line.replace(/,\d+$/, ""), x: Number(/\d+$/.exec(line)?.[0]) }));
  const quoted = text.replaceAll("da, nn", '"da, nn"');
  write("kinds.csv", quoted);
  const { X, y } = designMatrix<string[]>(records, { target: "kind" });
  await regulus(["fit", "kinds.csv", "-t", "kind", "--family", "multinomial", "--lambda", "0.01", "-o", "three.json"]);
  const three = multinomial(X, y, { lambda: 0.01 });
  const all = three.predictProbability(X);
  const { stdout } = await regulus(["predict", "three.json", "kinds.csv", "--probability"]);
  const [header, first] = stdout.split("\n");
  expect(header).toBe('kind,x,probability=b,"probability=da, nn",probability=ü');
  expect(first).toBe(`"da, nn",0,${all[0]},${all[1]},${all[2]}`);
  const labels = await regulus(["predict", "three.json", "kinds.csv"]);
  expect(labels.stdout.split("\n")[1]).toBe(
    `"da, nn",0,${three.predict(X)[0] === "da, nn" ? '"da, nn"' : three.predict(X)[0]}`,
  );

  const two = records.filter(({ kind }) => kind !== "da, nn");
  write("two.csv", `kind,x\n${two.map(({ kind, x }) => `${kind},${x}`).join("\n")}\n`);
  const design = designMatrix<string[]>(two, { target: "kind" });
  const model: Classifier<string> = logistic(design.X, design.y, { lambda: 0.1 });
  await regulus(["fit", "two.csv", "-t", "kind", "--family", "binomial", "--lambda", "0.1", "-o", "two.json"]);
  const probability = await regulus(["predict", "two.json", "two.csv", "--probability"]);
  const values = probability.stdout
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => Number(line.split(",")[2]));
  expect(values).toEqual([...model.predictProbability(design.X)]);
});

test("a path needs a lambda, and predicts at any within it", async () => {
  const without = await regulus(["predict", "path.json", "numbers.csv"]);
  expect([without.code, without.stdout]).toEqual([1, ""]);
  expect(without.stderr).toMatch(
    /^regulus: path\.json is a path of 100 models\n +--lambda says which: from [\d.]+ to [\d.]+\n$/,
  );
  const saved = pathFromJSON(read("path.json"));
  const { stdout } = await regulus(["predict", "path.json", "numbers.csv", "--lambda", "0.05"]);
  const { X } = designMatrix(
    readFileSync(path("numbers.csv"), "utf8")
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => Object.fromEntries(line.split(",").map((cell, j) => [j === 0 ? "y" : `x${j - 1}`, Number(cell)]))),
    { target: "y" },
  );
  expect(
    stdout
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => Number(line.split(",")[7])),
  ).toEqual([...(saved.at(0.05) as Model).predict(X)]);
});

test("models that were saved by a program are read too: with names, and by place without", async () => {
  const X = [
    [1, 2],
    [2, 1],
    [3, 5],
    [4, 4],
  ];
  const named = elasticNet(X, [1, 2, 3, 5], { lambda: 0.01, names: ["a", "b"] });
  write("named.json", JSON.stringify(named));
  write("plain.json", JSON.stringify(elasticNet(X, [1, 2, 3, 5], { lambda: 0.01 })));
  const values = named.predict([[7, 8]]);
  expect((await regulus(["predict", "named.json", "-"], "b,c,a\n8,x,7\n")).stdout).toBe(
    `b,c,a,prediction\n8,x,7,${values[0]}\n`,
  );
  expect((await regulus(["predict", "plain.json", "-"], "p,q\n7,8\n")).stdout).toBe(
    `p,q,prediction\n7,8,${values[0]}\n`,
  );
  const wrong = await regulus(["predict", "plain.json", "-"], "p\n7\n");
  expect([wrong.code, wrong.stderr]).toEqual([
    1,
    "regulus: plain.json was fitted on 2 columns without names, and the table has 1\n",
  ]);
});

test("export writes what exportModel gives", async () => {
  const model = crossValidationFromJSON(read("cv.json")).model("1se");
  for (const [to, format] of [
    ["sql", "sql"],
    ["js", "javascript"],
    ["csv", "csv"],
  ] as const) {
    const { stdout } = await regulus(["export", "cv.json", "--to", to, "--rule", "1se"]);
    expect(stdout.trimEnd()).toBe(exportModel(model, format).trimEnd());
  }
  const { code, stdout } = await regulus(["export", "cv.json", "--to", "onnx", "-o", "model.onnx"]);
  expect([code, stdout]).toEqual([0, ""]);
  const bytes = exportModel(crossValidationFromJSON(read("cv.json")).model("min"), "onnx");
  expect(new Uint8Array(readFileSync(path("model.onnx")))).toEqual(bytes);
});
