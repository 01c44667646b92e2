import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { numbersCsv, workplace } from "./command.js";

const { regulus, write } = workplace();
const numbers = numbersCsv(200, 4);
const fit = ["-t", "y", "--lambda", "0.1", "--json", "--quiet"];
/** The table with decimal commas, and semicolons between its fields. */
const withCommas = numbers.replaceAll(",", ";").replaceAll(".", ",");
let plain = "";

beforeAll(async () => {
  write("numbers.csv", numbers);
  plain = (await regulus(["fit", "numbers.csv", ...fit, "-o", "model.json"])).stdout;
  expect(plain).toMatch(/^{"format":"regulus-model"/);
}, 60_000);

describe("gzip", () => {
  test("of CSV and of JSON lines is read as what was compressed, whatever its name, from files and standard input", async () => {
    const [names, ...rows] = numbers
      .trim()
      .split("\n")
      .map((line) => line.split(","));
    const lines = rows.map((row) => JSON.stringify(Object.fromEntries(row.map((text, j) => [names[j], Number(text)]))));
    const packed = gzipSync(numbers);
    const members = Buffer.concat([gzipSync(numbers.slice(0, 777)), gzipSync(numbers.slice(777))]);
    write("numbers.csv.gz", packed);
    write("named.csv", packed);
    write("members.dat", members);
    write("lines.jsonl.gz", gzipSync(lines.join("\n")));
    write("not.csv.gz", numbers);
    for (const name of ["numbers.csv.gz", "named.csv", "members.dat", "lines.jsonl.gz", "not.csv.gz"]) {
      expect([name, (await regulus(["fit", name, ...fit])).stdout]).toEqual([name, plain]);
    }
    expect((await regulus(["fit", "-", ...fit], members)).stdout).toBe(plain);
  });

  test("is predicted row by row as it was written, and lines are counted", async () => {
    write("new.csv.gz", gzipSync(numbers));
    const expected = (await regulus(["predict", "model.json", "numbers.csv"])).stdout;
    expect((await regulus(["predict", "model.json", "new.csv.gz"])).stdout).toBe(expected);
    write("bad.csv.gz", gzipSync(`${numbers}${numbers.split("\n")[1].replace(/[^,]*$/, "x")}\n`));
    const { stderr } = await regulus(["predict", "model.json", "bad.csv.gz"]);
    expect(stderr).toContain("bad.csv.gz, line 202, column");
    write("gap.csv.gz", gzipSync("y,x\n1,2\n3,4\n5,\n"));
    expect((await regulus(["fit", "gap.csv.gz", ...fit])).stderr).toContain('column "x" has 1 gap in line 4');
  });

  test("that is cut off ends with 1 and says so, wherever it comes from", async () => {
    const cut = gzipSync(numbers).subarray(0, -30);
    write("cut.csv.gz", cut);
    write("cut.csv", cut);
    for (const args of [
      ["fit", ...["cut.csv.gz", ...fit]],
      ["fit", "cut.csv", ...fit],
      ["predict", "model.json", "cut.csv"],
    ]) {
      const { code, stdout, stderr } = await regulus(args);
      expect([code, stdout]).toEqual([1, ""]);
      expect(stderr).toMatch(/^regulus: cut\.csv(\.gz)? is gzip that is cut off or damaged: unexpected end of file\n/);
    }
    const { code, stderr } = await regulus(["fit", "-", ...fit], cut);
    expect([code, stderr]).toEqual([
      1,
      "regulus: standard input is gzip that is cut off or damaged: unexpected end of file\n         get the file again; gzip -t tests it\n",
    ]);
  });
});

test("signs, and commas between thousands, are said to keep numbers from being ones", async () => {
  const table = (values: readonly string[]) => `a,y\n${values.map((text, i) => `"${text}",${i}\n`).join("")}`;
  for (const [values, why] of [
    [["1%", "2.5%", "3%"], '"1%" has a sign beside the number: without it'],
    [["$1,234.50", "$2", "-$3"], '"$1,234.50" has a sign beside the number'],
    [["1,234", "2,345", "12"], '"1,234" has a comma: between thousands it is to be left out, and --decimal , reads it'],
    [["1,234", "2,5", "12"], '"2,5" has a decimal comma: --decimal , reads decimal commas'],
  ] as const) {
    const { stdout } = await regulus(["fit", "-", "-t", "y", "--lambda", "0.1"], table(values));
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(`"a" is a category, as ${why}`);
  }
});

test("tabs are called so", async () => {
  for (const delimiter of ["tab", "\\t", "\t"]) {
    const tabs = numbers.replaceAll(",", "\t");
    expect((await regulus(["fit", "-", ...fit, "--delimiter", delimiter], tabs)).stdout).toBe(plain);
  }
  const { code, stderr } = await regulus(["fit", "numbers.csv", ...fit, "--delimiter", ", "]);
  expect([code, stderr]).toEqual([2, 'regulus: --delimiter must be one character, as ; or |, or tab, got ", "\n']);
});

test("a field of millions of letters is cut where it is shown", async () => {
  const table = `a,t,y\n${Array.from({ length: 30 }, (_, i) => `${i},${i === 3 ? "x".repeat(3e6) : "x"},${i}\n`).join("")}`;
  const { code, stdout } = await regulus(["fit", "-", "-t", "y", "--lambda", "0.1"], table);
  expect(code).toBe(0);
  expect(stdout.length).toBeLessThan(2000);
});

describe("--decimal ,", () => {
  test("reads the same numbers, from files and standard input", async () => {
    write("commas.csv", withCommas);
    write(
      "quoted.csv",
      numbers.replaceAll(/-?\d+\.\d+/g, (text) => `"${text.replace(".", ",")}"`),
    );
    for (const name of ["commas.csv", "quoted.csv"]) {
      expect([name, (await regulus(["fit", name, ...fit, "--decimal", ","])).stdout]).toEqual([name, plain]);
    }
    expect((await regulus(["fit", "-", ...fit, "--decimal", ","], gzipSync(withCommas))).stdout).toBe(plain);
  });

  test("predicts with decimal commas", async () => {
    const expected = (await regulus(["predict", "model.json", "numbers.csv"])).stdout;
    const { stdout } = await regulus(["predict", "model.json", "-", "--decimal", ","], withCommas);
    expect(stdout).toBe(expected.replaceAll(",", ";").replaceAll(".", ","));
  });

  test("is named where numbers have them, and where they have none after all it is said why", async () => {
    write("hint.csv", "a;y\n1,5;2\n2,5;3\n3,5;5\n");
    expect((await regulus(["fit", "hint.csv", "-t", "y", "--lambda", "0.1"])).stdout.replaceAll(/\s+/g, " ")).toContain(
      '"a" is a category, as "1,5" has a decimal comma: --decimal , reads decimal commas',
    );
    write("doubt.csv", "a;y\n1.234;2,5\n2.345;3\n3.456;5\n");
    const { stdout } = await regulus(["fit", "doubt.csv", "-t", "y", "--lambda", "0.1", "--decimal", ","]);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(
      '"a" is a category, as "1.234" has a point and no comma: leave out --decimal , if decimals have points; thousands have none between them',
    );
  });

  test("is not named where tables are no CSV", async () => {
    const lines = ["1,5", "2,5", "3,5"].map((a, y) => `{"a":"${a}","y":${y}}\n`).join("");
    const { stdout } = await regulus(["fit", "-", "-t", "y", "--lambda", "0.1"], lines);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(
      '"1,5" has a decimal comma: numbers are written with decimal points',
    );
  });

  test("is refused where it is the delimiter, or no decimal sign", async () => {
    const both = await regulus(["fit", "commas.csv", ...fit, "--decimal", ",", "--delimiter", ","]);
    expect([both.code, both.stderr]).toEqual([
      2,
      "regulus: --decimal and --delimiter cannot be the same character\n         without --delimiter, commas in quotes are decimal ones\n",
    ]);
    const other = await regulus(["fit", "commas.csv", ...fit, "--decimal", "x"]);
    expect([other.code, other.stderr]).toEqual([2, 'regulus: --decimal must be a point or a comma, got "x"\n']);
  });
});

test("a gap that a model does not fill says what would", async () => {
  const [names, row] = numbers.split("\n");
  const { stderr } = await regulus(["predict", "model.json", "-"], `${names}\n${row.replace(/[^,]*$/, "")}\n`);
  expect(stderr).toContain("must have no gaps unless --missing says what to do about them, got NaN");
  expect(stderr).toContain("leave the row out, or fit the model with --missing mean, which fills gaps");
});
