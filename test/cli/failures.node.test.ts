import { existsSync, readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { CHARGES, numbersCsv, peopleCsv, workplace } from "./command.js";

const { regulus, write, path, folder } = workplace();

beforeAll(async () => {
  write("numbers.csv", numbersCsv(60, 4));
  write("people.csv", peopleCsv(100));
  await regulus(["fit", ...CHARGES, "--lambda", "10", "-o", "model.json"]);
}, 60_000);

/** What is said, and how to mend it. */
const message = (first: string, second?: string) =>
  `regulus: ${first}\n${second === undefined ? "" : `         ${second}\n`}`;

describe("2: wrong usage, with the nearest option, command or value", () => {
  test.each([
    [["cv", "numbers.csv"], "cv needs --target", "regulus cv --help says more"],
    [["fit", "numbers.csv", "-t", "y"], "fit needs --lambda", "regulus fit --help says more"],
    [["export", "model.json"], "export needs --to", "regulus export --help says more"],
    [["cv", "-t", "y"], "cv needs a table", "a file, - for standard input, or --sql 'SELECT …'"],
    [["cv", "numbers.csv", "-t", "y", "--fold", "5"], "there is no option --fold", "did you mean --folds?"],
    [["cv", "numbers.csv", "-t", "y", "--nfolds=5"], "there is no option --nfolds", "here it is --folds"],
    [["cv", "numbers.csv", "-t", "y", "--n_splits", "5"], "there is no option --n_splits", "here it is --folds"],
    [["cv", "numbers.csv", "-t", "y", "--random-state", "5"], "there is no option --random-state", "here it is --seed"],
    [["fit", "numbers.csv", "-t", "y", "--positive"], "there is no option --positive", "here it is --lower 0"],
    [
      ["fit", "numbers.csv", "-t", "y", "--C", "1"],
      "there is no option --C",
      "here it is --lambda = 1/(C·W) (W: the sum of weights, n without)",
    ],
    [
      ["cv", "numbers.csv", "-t", "y", "--colour"],
      "there is no option --colour",
      "regulus cv --help lists the options",
    ],
    [
      ["cross", "numbers.csv"],
      'there is no command "cross"',
      "there are cv, fit, path, many, predict, export, report, bench, worker",
    ],
    [["predct", "m", "n"], 'there is no command "predct"', "did you mean predict?"],
    [["cv", "numbers.csv", "-t", "y", "--folds", "1"], '--folds must be a whole number, at least 2, got "1"'],
    [["cv", "numbers.csv", "-t", "y", "--folds", "ten"], '--folds must be a number or loo, got "ten"'],
    [["cv", "numbers.csv", "-t", "y", "--l1-ratio", "0.5,2"], '--l1-ratio must be a number from 0 to 1, got "0.5,2"'],
    [["cv", "numbers.csv", "-t", "y", "--rule", "1-se"], '--rule must be min or 1se, got "1-se"', "did you mean 1se?"],
    [
      ["cv", "numbers.csv", "-t", "y", "--family", "gausian"],
      '--family must be gaussian, binomial, multinomial, poisson or huber, got "gausian"',
      "did you mean gaussian?",
    ],
    [
      ["cv", "numbers.csv", "-t", "y", "--family", "logistic"],
      '--family must be gaussian, binomial, multinomial, poisson or huber, got "logistic"',
      "here it is binomial",
    ],
    [["fit", "numbers.csv", "-t", "y", "--lambda", "-1"], '--lambda must be a number, at least 0, got "-1"'],
    [
      ["fit", "numbers.csv", "-t", "y", "--lambda", "Infinity"],
      '--lambda must be a number, at least 0, got "Infinity"',
    ],
    [
      ["cv", "numbers.csv", "-t", "y", "--measure", "auc"],
      '--measure must be deviance, meanSquaredError or meanAbsoluteError of this family, got "auc"',
    ],
    [["--colour"], "there is no option --colour", "regulus --help lists the options"],
    [["help"], 'there is no command "help"', "regulus --help says more, regulus <command> --help all of one"],
    [["bench", "fits", "kernels"], 'bench takes one of its words, got "fits", "kernels"', "regulus bench [what] …"],
    [["predict"], "predict needs a saved model", "regulus predict <model> [data] …"],
    [
      ["predict", "model.json", "numbers.csv", "-o", "p.parquet"],
      "predictions are written as CSV, or as JSON lines if the table is, got p.parquet",
      "--output predicted.csv",
    ],
    [["fit", "numbers.csv", "-t", "y", "--lambda"], "--lambda <lambda> needs a value", "regulus fit --help says more"],
    [["cv", "a.csv", "b.csv", "-t", "y"], 'cv takes one file, got "a.csv", "b.csv"', "regulus cv [data] …"],
    [["cv", "a.csv", "--sql", "SELECT 1", "-t", "y"], "cv takes a file or --sql, got both"],
    [
      ["worker", "--queue", "q", "--data-root", "."],
      "worker needs either --redis or --postgres",
      "regulus worker --help says more",
    ],
    [["predict", "-", "-"], "standard input can only be one of the files"],
  ] as [string[], string, string?][])("%j", async (args, ...lines) => {
    expect(await regulus(args)).toEqual({ code: 2, signal: null, stdout: "", stderr: message(...lines) });
  });

  test("without a command it says what there is; --help does so on standard output", async () => {
    const { code, stdout, stderr } = await regulus([]);
    expect([code, stdout]).toEqual([2, ""]);
    const help = await regulus(["--help"]);
    expect([help.code, help.stderr]).toEqual([0, ""]);
    expect(help.stdout).toContain(stderr.trimEnd());
    const { version } = JSON.parse(readFileSync("package.json", "utf8"));
    expect((await regulus(["--version"])).stdout).toBe(`${version}\n`);
  });
});

describe("1: the data or the model cannot be used: file, line, column, value and what mends it", () => {
  const rows = (count: number): string => Array.from({ length: count }, (_, i) => `${i},${i % 7}`).join("\n");
  test.each([
    ["nowhere.csv", undefined, ["-t", "y"], "nowhere.csv cannot be read: there is no such file"],
    [
      "numbers.csv",
      undefined,
      ["-t", "z"],
      'numbers.csv has no column "z", which --target names',
      'there are "y", "x0", "x1", "x2", "x3"',
    ],
    [
      "people.csv",
      undefined,
      ["-t", "charge"],
      'people.csv has no column "charge", which --target names',
      'did you mean "charges"?',
    ],
    [
      "people.csv",
      undefined,
      ["-t", "charges", "--exclude", "id,regin"],
      'people.csv has no column "regin", which --exclude names',
      'did you mean "region"?',
    ],
    [
      "people.csv",
      undefined,
      ["-t", "smoker", "--exclude", "id"],
      'people.csv, column "smoker" is text ("never", "former", "current"), and the gaussian family explains numbers',
      "--family multinomial explains categories",
    ],
    [
      "commas.csv",
      "y;x\n1,5;2\n2,5;3\n3;4\n",
      ["-t", "y"],
      'commas.csv, line 2, column "y" is text, as "1,5" has a decimal comma',
      "--decimal , reads decimal commas",
    ],
    [
      "marks.csv",
      `y,x\n${rows(20)}\n?,1\n`,
      ["-t", "y"],
      'marks.csv, line 22, column "y" is text, as "?" is no number',
      "--na-values '?' makes it a gap",
    ],
    [
      "late.csv",
      `y,x\n${rows(10_100)}\n\n"1","2\n3"\n`,
      ["-t", "y"],
      'late.csv, line 10103, column "x": must hold numbers in a column of numbers, got "2\\n3"',
      "--categorical x makes the column a category, --na-values '2\n3' the value a gap",
    ],
    [
      "ragged.csv",
      "y,x\n1,2\n3,4,5\n",
      ["-t", "y"],
      "ragged.csv, line 3: must have 2 values in each row, got more than 2",
      "each row needs as many fields as the header; texts with delimiters stand in quotes",
    ],
    [
      "twice.csv",
      "y,x,x\n1,2,3\n",
      ["-t", "y"],
      'twice.csv: must name each column once, got "x" again in its header',
      "give each column a name of its own",
    ],
    [
      "infinite.csv",
      'y,x,"n\n"\n1,2,3\n\n2,Infinity,4\n',
      ["-t", "y"],
      'infinite.csv, line 5, column "x": must be finite, got Infinity',
      "mend or leave out the value; --na-values makes it a gap",
    ],
    [
      "gaps.csv",
      "y,x,z\n1,2,a\n2,,b\n\n3,NA,\n",
      ["-t", "y"],
      'gaps.csv: column "x" has 2 gaps, the first in line 3; column "z" has 1 gap in line 5',
      "--missing mean fills them, --missing indicator marks them too, --missing drop leaves their rows out",
    ],
    ["empty.csv", "y,x\n", ["-t", "y"], "empty.csv has no rows"],
    [
      "nothing.csv",
      "",
      ["-t", "y"],
      "nothing.csv: must begin with a header, got nothing",
      "the first line names the columns",
    ],
    [
      "open.csv",
      'y,x\n1,"2\n3,4\n',
      ["-t", "y"],
      "open.csv, line 2: must close each quote, got one that is not",
      'a quote within a quoted field is written twice: ""',
    ],
    [
      "utf16.csv",
      "\xff\xfey\0,\0x\0\n\0",
      ["-t", "y"],
      "utf16.csv: must be UTF-8, got UTF-16",
      "save the file as UTF-8, or iconv -f UTF-16 -t UTF-8 file | regulus … -",
    ],
    [
      "huge.csv",
      "y,z,x\n1,a,1e300\n2,b,2e300\n3,a,1e299\n",
      ["-t", "y", "--folds", "3"],
      'huge.csv, column "x": must not have squares that overflow, got values up to 2e+300',
      "measure it in another unit: these numbers have no squares",
    ],
    [
      "people.csv",
      undefined,
      ["-t", "charges", "--exclude", "id", "--missing", "mean", "--reference", "region=nowhere"],
      'people.csv, column "region": --reference must name levels, got "nowhere": there are "north", "o, \\"est\\"", "süd"',
    ],
    [
      "gone.csv",
      "y,x\n1,2\n,3\n2,4\n",
      ["-t", "y", "--missing", "mean"],
      'gone.csv, line 3, column "y": must have no gaps, as only columns to explain by are filled, got 1',
      "--missing drop leaves their rows out",
    ],
    [
      "two.csv",
      "y,x\n1,2\n2,1\n",
      ["-t", "y"],
      "two.csv has rows for 2 folds at the most, got 10",
      "--folds 2, or --folds loo",
    ],
    [
      "headless.csv",
      "1,2\n2,3\n3,5\n",
      ["-t", "y"],
      'headless.csv has no column "y", which --target names',
      "its first line is numbers, and no names of columns: put these above it",
    ],
    ["one.csv", "y,x\n1,2\n", ["-t", "y"], "one.csv must have at least two rows, got 1"],
    ["none.csv", "y\n1\n2\n", ["-t", "y"], 'none.csv has no column left to explain "y" by'],
    [
      "bad.jsonl",
      '{"y":1,"x":2}\n\n{"y":1,"x":\n',
      ["-t", "y"],
      "bad.jsonl, line 3: no JSON: Unexpected end of JSON input",
      "each line is one record of JSON",
    ],
    [
      "list.data",
      '[{"y":1}]',
      ["-t", "y"],
      "list.data is one list of JSON",
      "jq -c '.[]' makes JSON lines of it, one record in each",
    ],
    ["sheet.csv", "PK\x03\x04", ["-t", "y"], "sheet.csv is an archive or a spreadsheet", "save its table as CSV"],
    ["page.csv", "<!DOCTYPE html>\n<html></html>\n", ["-t", "y"], "page.csv is a page of HTML or XML, and no table"],
    ["other.data", "\xfd7zXZ\0", ["-t", "y"], "other.data is compressed by xz", "xz -dc file | regulus … - reads it"],
    [
      "mac.csv",
      "a,y\r1,2\r3,4\r",
      ["-t", "y"],
      "mac.csv: must have lines that end with LF or CRLF, got CR alone",
      "save it with the line ends of Unix or of Windows",
    ],
    [
      "order.csv",
      "sep=;\na;y\n1;2\n",
      ["-t", "y"],
      'order.csv: must begin with a header, got "sep="',
      "the first line names the columns",
    ],
    [
      "title.csv",
      "A report\n\na,y\n1,2\n",
      ["-t", "y"],
      "title.csv, line 3: must have 1 values in each row, got more than 1",
      "its first line is one field, and the names of columns are to be there: leave out what is above them",
    ],
    [
      "blanks.csv",
      "a b y\n1 2 3\n",
      ["-t", "y"],
      'blanks.csv has no column "y", which --target names',
      "its header is one field, \"a b y\": --delimiter ' ' parts it",
    ],
    [
      "packed.gz",
      "\x1f\x8b\x08",
      ["-t", "y"],
      "packed.gz is gzip that is cut off or damaged: unexpected end of file",
      "get the file again; gzip -t tests it",
    ],
  ] as [string, string | undefined, string[], string, string?][])("cv %s", async (file, text, args, ...lines) => {
    if (text !== undefined)
      write(file, "\x1f\xff\xfd".includes(text.charAt(0) || "y") ? Buffer.from(text, "latin1") : text);
    expect(await regulus(["cv", file, ...args])).toEqual({
      code: 1,
      signal: null,
      stdout: "",
      stderr: message(...lines),
    });
  });

  test("classes are counted, and a file in a folder is called by its own name", async () => {
    write("classes.csv", "y,x\na,2\nb,3\nc,3\na,1\n");
    const args = ["--family", "binomial", "-t", "y", "--lambda", "1"];
    const { code, stderr } = await regulus(["fit", path("classes.csv"), ...args]);
    expect([code, stderr]).toEqual([
      1,
      message('classes.csv, column "y": must have two classes, got 3', "--family multinomial takes more"),
    ]);
    const ragged = await regulus(["fit", path("ragged.csv"), ...args]);
    expect(ragged.stderr.split("\n")[0]).toBe(
      "regulus: ragged.csv, line 3: must have 2 values in each row, got more than 2",
    );
  });

  test("the same line is named of standard input", async () => {
    const { code, stderr } = await regulus(
      ["fit", "-", "-t", "y", "--lambda", "1"],
      'y,x,"n\n"\n1,2,3\n\n2,Infinity,4\n',
    );
    expect([code, stderr.split("\n")[0]]).toEqual([
      1,
      'regulus: standard input, line 5, column "x": must be finite, got Infinity',
    ]);
  });

  test("predict: a column that is not there, a new level, a value that is no number, a column that is there already", async () => {
    const predict = async (text: string) =>
      (await regulus(["predict", "model.json", "-", "-o", "out.csv"], text)).stderr;
    expect(await predict("agee,region,smoker\n1,north,never\n")).toBe(
      message('standard input has no column "age", which model.json needs', 'did you mean "agee"?'),
    );
    expect(await predict("age,region,smoker\n1,north,never\n\n2,nort,never\n")).toBe(
      message(
        'standard input, line 4, column "region": must hold levels of training, got "nort"',
        "the model has not seen this level: fit it on data that have it",
      ),
    );
    expect(await predict('age,region,smoker\n"33,5",north,never\n')).toBe(
      message(
        'standard input, line 2, column "age": must hold numbers in a column of numbers, got "33,5"',
        "--decimal , reads decimal commas",
      ),
    );
    expect(await predict("age,region,smoker\nold,north,never\n")).toContain('line 2, column "age": must hold numbers');
    expect(await predict("age,region,smoker,prediction\n1,north,never,2\n")).toContain(
      'has a column "prediction" already',
    );
    expect(existsSync(path("out.csv"))).toBe(false);
  });

  test("what is no saved result, or one of a newer version", async () => {
    const { stderr } = await regulus(["predict", "people.csv", "people.csv"]);
    expect(stderr).toBe(
      message(
        "people.csv is no saved result: it is not one JSON value",
        "cv, fit and path write one with --output model.json",
      ),
    );
    write("newer.json", '{"format":"regulus-model","version":2}');
    const newer = await regulus(["export", "newer.json", "--to", "sql"]);
    expect(newer.code).toBe(1);
    expect(newer.stderr).toBe(
      message(
        "newer.json is of version 2, and this regulus knows version 1",
        "npm install regulus@latest brings one that reads it",
      ),
    );
    write("models.parquet", "PAR1 and so on");
    const table = await regulus(["predict", "models.parquet", "people.csv", "--by", "region"]);
    expect([table.code, table.stderr]).toEqual([
      1,
      message("models.parquet is a table, and no saved result", "many --output models.jsonl writes one for predict"),
    ]);
  });

  test("no file is touched, and none is left beside it", async () => {
    write("kept.json", "as it was");
    const { code } = await regulus(["cv", "gaps.csv", "-t", "y", "-o", "kept.json"]);
    expect([code, readFileSync(path("kept.json"), "utf8")]).toEqual([1, "as it was"]);
    const elsewhere = await regulus(["cv", "numbers.csv", "-t", "y", "-o", "no/where.json"]);
    expect([elsewhere.code, elsewhere.stderr]).toEqual([
      1,
      message(`there is no folder "${folder}/no" to write "no/where.json" to`),
    ]);
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
  });
});

test("3: not converged, and the result is written all the same", async () => {
  const args = [
    "fit",
    "numbers.csv",
    "-t",
    "y",
    "--lambda",
    "0.001",
    "--l1-ratio",
    "0.5",
    "--max-iterations",
    "1",
    "--tolerance",
    "0",
  ];
  const { code, stdout } = await regulus([...args, "--json", "-o", "unfinished.json"]);
  expect(code).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({ converged: false });
  expect(readFileSync(path("unfinished.json"), "utf8")).toBe(stdout);
  const words = await regulus(args);
  expect(words.code).toBe(3);
  expect(words.stdout).toContain("· Not converged");
});
