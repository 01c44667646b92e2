import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { folds } from "regulus";
import { digits, median, ratio, table, tally } from "../harness.js";
import type { Options, Suite } from "../options.js";
import { randomSigned } from "../random.js";

const ROUNDS = 5;
const CV = { rows: 100_000, columns: 50 };
const MANY = { rows: 1_000_000, columns: 8, groups: 20_000 };
/** So many times as long as the library's calls alone a command may take. */
const MOST = 1.5;

export const suite: Suite = {
  title:
    "the command: cv beside readCsv and crossValidate alone, R and Python at the same folds; many beside fitMany alone",
  names: ["cv", "many"],
  flags: ["rounds", "peers"],
  run,
};

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const dist = (name = ""): string => fileURLToPath(new URL(`../../dist/${name}`, import.meta.url));

type Row = { what: string; value: number | undefined; unit: string; gate?: string; met: boolean };

async function run(options: Options): Promise<Record<string, unknown>> {
  const folder = mkdtempSync(join(tmpdir(), "regulus-bench-"));
  const rounds = options.rounds ?? ROUNDS;
  const wants = (name: string): boolean => options.names.length === 0 || options.names.includes(name);
  try {
    const results: Row[] = [
      ...(wants("cv") ? cv(folder, rounds, options.peers) : []),
      ...(wants("many") ? many(folder, rounds) : []),
    ];
    const rows = results.map(({ what, value, unit, gate, met }) => [
      what,
      unit === "×" ? ratio(value) : digits(value),
      unit,
      gate,
      met ? "ok" : "below",
    ]);
    console.log(table(["", "median", "", "gate", ""], rows));
    console.log(`\n${tally(results.map(({ met }) => ({ verdict: met ? "ok" : "below" })))}`);
    return { results };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The contenders take turns, so that what else the machine does meets all of them. */
function cv(folder: string, rounds: number, hasPeers: boolean): Row[] {
  const file = write(join(folder, "cv.csv"), CV.rows, CV.columns);
  const dealt = new Float64Array(CV.rows);
  folds(CV.rows, { folds: 10 }).forEach((rows, k) => {
    for (const row of rows) dealt[row] = k + 1;
  });
  const foldFile = join(folder, "folds.txt");
  writeFileSync(foldFile, dealt.join("\n"));
  const peers: [string, string, string[]][] = [
    ["R: read.csv + cv.glmnet", "Rscript", [here("cv.R"), file, foldFile]],
    ["Python: pandas.read_csv + LassoCV", "python3", [here("cv.py"), file, foldFile]],
  ];
  const there = hasPeers
    ? peers.filter(([, command]) =>
        command === "Rscript"
          ? runs("Rscript", ["-e", "library(glmnet)"])
          : runs("python3", ["-c", "import sklearn, pandas"]),
      )
    : [];
  const times: Record<string, number[]> = {};
  const add = (what: string, seconds: number): void => {
    times[what] ??= [];
    times[what].push(seconds);
  };
  for (let round = 0; round < rounds; ++round) {
    const started = performance.now();
    const words = [here("alone.mjs"), "cv", file, dist()];
    const alone = JSON.parse(execFileSync(process.execPath, words, { encoding: "utf8" }));
    add("program", (performance.now() - started) / 1000);
    add("readCsv alone", alone.readCsv / 1000);
    add("crossValidate alone", alone.crossValidate / 1000);
    add("regulus cv", seconds(process.execPath, [dist("cli.js"), "cv", file, "--target", "y", "--quiet"]));
    if (round < 2) for (const [what, command, words] of there) add(what, seconds(command, words));
  }
  const of = (what: string): number => median(times[what]);
  const own = of("regulus cv");
  const share = own / of("program");
  const strict = own / (of("readCsv alone") + of("crossValidate alone"));
  return [
    { what: `readCsv alone, ${CV.rows} × ${CV.columns}`, value: of("readCsv alone"), unit: "s", met: true },
    { what: "crossValidate alone", value: of("crossValidate alone"), unit: "s", met: true },
    { what: "regulus cv", value: own, unit: "s", met: true },
    { what: "a program of both, Node's start included", value: of("program"), unit: "s", met: true },
    { what: "regulus cv over that program", value: share, unit: "×", gate: `<= ${MOST}`, met: share <= MOST },
    { what: "regulus cv over the two calls in it", value: strict, unit: "×", met: true },
    ...there.flatMap(([what]) => [
      { what, value: of(what), unit: "s", met: true },
      { what: "as long as regulus cv", value: of(what) / own, unit: "×", gate: "> 1", met: of(what) > own },
    ]),
  ];
}

function many(folder: string, rounds: number): Row[] {
  const file = write(join(folder, "many.csv"), MANY.rows, MANY.columns, MANY.groups);
  const speeds: Record<"alone" | "workers" | "command" | "seconds", number[]> = {
    alone: [],
    workers: [],
    command: [],
    seconds: [],
  };
  for (let round = 0; round < Math.min(rounds, 3); ++round) {
    const alone = JSON.parse(
      execFileSync(process.execPath, [here("alone.mjs"), "many", file, dist()], { encoding: "utf8" }),
    );
    speeds.alone.push((1000 * MANY.groups) / alone.fitMany);
    speeds.workers.push((1000 * MANY.groups) / alone.executor);
    const words = [dist("cli.js"), "many", file, "--target", "y", "--by", "group", "--lambda", "0.1", "--quiet"];
    const started = performance.now();
    const text = execFileSync(process.execPath, words, { encoding: "utf8" });
    speeds.seconds.push((performance.now() - started) / 1000);
    speeds.command.push(Number(/ ([\d,]+) a second/.exec(text)?.[1].replaceAll(",", "")));
  }
  return [
    {
      what: `fitMany alone, ${MANY.rows} rows in ${MANY.groups} groups`,
      value: median(speeds.alone),
      unit: "models/s",
      met: true,
    },
    { what: "the same by workers, their start included", value: median(speeds.workers), unit: "models/s", met: true },
    { what: "regulus many, of its fits", value: median(speeds.command), unit: "models/s", met: true },
    { what: "regulus many, the file read and all said", value: median(speeds.seconds), unit: "s", met: true },
  ];
}

const runs = (command: string, words: string[]): boolean => spawnSync(command, words, { stdio: "ignore" }).status === 0;

function seconds(command: string, words: string[]): number {
  const started = performance.now();
  execFileSync(command, words, { stdio: ["ignore", "ignore", "inherit"] });
  return (performance.now() - started) / 1000;
}

/** A table of y, which the first columns explain, of columns of numbers, and of groups if there are any. */
function write(path: string, rows: number, columns: number, groups = 0): string {
  const random = randomSigned(11);
  const file = openSync(path, "w");
  const names = Array.from({ length: columns }, (_, j) => `x${j}`);
  writeSync(file, `${["y", ...(groups > 0 ? ["group"] : []), ...names].join(",")}\n`);
  for (let from = 0; from < rows; from += 1000) {
    const lines = Array.from({ length: Math.min(1000, rows - from) }, (_, i) => {
      const x = Array.from({ length: columns }, () => random() + random());
      const y = 2 * x[0] - x[1] + 0.5 * x[2] + random() + random();
      const group = groups > 0 ? [((from + i) * 7919) % groups] : [];
      return [y.toFixed(5), ...group, ...x.map((value) => value.toFixed(5))].join(",");
    });
    writeSync(file, `${lines.join("\n")}\n`);
  }
  closeSync(file);
  return path;
}
