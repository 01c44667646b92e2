import { execFileSync, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readdirSync, readFileSync, statSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { Progress } from "../../src/cli/terminal/Progress.js";
import { COMMAND, ended, numbersCsv, start, workplace } from "./command.js";

const { regulus, write, path, folder } = workplace();

beforeAll(async () => {
  write("numbers.csv", numbersCsv(300, 6));
  write("wide.csv", numbersCsv(1500, 150));
  await regulus(["fit", "numbers.csv", "-t", "y", "--lambda", "0.1", "-o", "model.json"]);
}, 60_000);

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
};
const parts = (): string[] => readdirSync(folder).filter((name) => name.endsWith(".part"));
/** The processes that a process has started. */
const childrenOf = (pid: number): number[] => {
  try {
    return execFileSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" })
      .split("\n")
      .filter(Boolean)
      .map(Number);
  } catch {
    return [];
  }
};
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe("Ctrl-C", () => {
  test.each(["SIGINT", "SIGTERM"] as const)(
    "%s while rows are written: no half file, no process, and its own code",
    async (signal) => {
      const child = start(["predict", "model.json", "-", "--output", "out.csv"], folder);
      const run = ended(child);
      child.stdin?.on("error", () => {});
      child.stdin?.write(`${"x0,x1,x2,x3,x4,x5"}\n${"1,2,3,4,5,6\n".repeat(400_000)}`);
      await until(() => parts().length > 0 || child.exitCode !== null);
      const pid = child.pid as number;
      const others = childrenOf(pid);
      expect(others).toHaveLength(1);
      child.kill(signal);
      expect(await run).toEqual({ code: signal === "SIGINT" ? 130 : 143, signal: null, stdout: "", stderr: "" });
      expect([parts(), existsSync(path("out.csv"))]).toEqual([[], false]);
      expect(others.filter(isAlive)).toEqual([]);
    },
  );

  test("while it cross-validates", async () => {
    const ratios = Array.from({ length: 40 }, (_, k) => (k + 1) / 40).join(",");
    const child = start(
      ["cv", "wide.csv", "-t", "y", "--folds", "100", "--l1-ratio", ratios, "--workers", "2", "-o", "cv.json"],
      folder,
    );
    const run = ended(child);
    await until(() => childrenOf(child.pid as number).length > 0);
    const others = childrenOf(child.pid as number);
    await new Promise((resolve) => setTimeout(resolve, 500));
    child.kill("SIGINT");
    expect((await run).code).toBe(130);
    expect([parts(), existsSync(path("cv.json"))]).toEqual([[], false]);
    expect(others.filter(isAlive)).toEqual([]);
  });
});

test("whoever reads the output may have read enough", async () => {
  const child = start(["predict", "model.json", "-"], folder);
  let stderr = "";
  child.stderr?.on("data", (text) => {
    stderr += text;
  });
  child.stdin?.on("error", () => {});
  child.stdin?.end(`x0,x1,x2,x3,x4,x5\n${"1,2,3,4,5,6\n".repeat(300_000)}`);
  child.stdout?.once("data", () => child.stdout?.destroy());
  const code = await new Promise((resolve) => child.on("exit", resolve));
  expect([code, stderr]).toEqual([0, ""]);
  const piped = execFileSync(
    "sh",
    ["-c", '"$0" "$1" cv numbers.csv -t y -o cv.json | head -1', process.execPath, COMMAND],
    { cwd: folder, encoding: "utf8" },
  );
  expect(piped).toMatch(/columns are kept/);
  expect(JSON.parse(readFileSync(path("cv.json"), "utf8")).format).toBe("regulus-cv");
});

describe("on a terminal", () => {
  /** What a terminal of so many columns gets. */
  const terminal = async (columns: number, line: string, env: object = {}): Promise<string> => {
    const command = `stty cols ${columns}; '${process.execPath}' '${COMMAND}' ${line}`;
    const { NO_COLOR: _, ...rest } = process.env;
    const child = spawn("script", ["-qec", command, "/dev/null"], {
      cwd: folder,
      env: { ...rest, TERM: "xterm", ...env },
    });
    return (await ended(child)).stdout;
  };
  const visible = stripVTControlCharacters;

  test("bars say how far it is, and are gone in the end", async () => {
    const text = await terminal(80, "cv wide.csv -t y --workers 2");
    expect(text).toMatch(/cross-validating {2}[━─]+ {2}[\d,]+ of 1,100 lambdas/);
    const end = text.slice(text.lastIndexOf("lambdas"));
    expect(visible(end)).toMatch(/are kept, and explain/);
    expect(end).toContain("\x1b[1m");
  });

  test("nothing with --quiet, and no colours with NO_COLOR", async () => {
    const text = await terminal(80, "cv numbers.csv -t y --quiet", { NO_COLOR: "1" });
    expect(text).toBe(visible(text));
    expect(text).toMatch(/^\d of 6 columns are kept/);
  });

  test.each([60, 80, 120])("nothing is wider than its %d columns", async (columns) => {
    for (const line of ["cv numbers.csv -t y", "fit numbers.csv -t y --lambda 0.01", "path numbers.csv -t y"]) {
      const text = visible(await terminal(columns, `${line} --quiet`));
      expect(text).toContain("6 columns");
      expect(Math.max(...text.split(/\r?\n/).map(({ length }) => length))).toBeLessThanOrEqual(Math.max(columns, 80));
    }
  });
});

describe("in a pipe", () => {
  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  test("a plain line every few seconds", () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const lines: unknown[] = [];
    vi.spyOn(process.stderr, "write").mockImplementation((text) => lines.push(text) > 0);
    const progress = new Progress("lines");
    const quiet = new Progress("none");
    for (let done = 0; done < 100; ++done) {
      vi.advanceTimersByTime(100);
      progress.show({ label: "cross-validating", done: 100 * done, total: 10_000, unit: "lambdas" });
      quiet.show({ label: "cross-validating", done: 100 * done, total: 10_000, unit: "lambdas" });
    }
    progress.close();
    expect(lines).toEqual([
      "cross-validating: 2,900 of 10,000 lambdas\n",
      "cross-validating: 5,900 of 10,000 lambdas\n",
      "cross-validating: 8,900 of 10,000 lambdas\n",
    ]);
  });
});

test("a large file that workers read is the same table", async () => {
  write("large.csv", numbersCsv(230_000, 8));
  expect(statSync(path("large.csv")).size).toBeGreaterThan(16_777_216);
  const modelBy = async (workers: number): Promise<string> => {
    const args = ["cv", "large.csv", "-t", "y", "--folds", "3", "--workers", String(workers), "-o", "large.json"];
    expect((await regulus(args)).code).toBe(0);
    return readFileSync(path("large.json"), "utf8");
  };
  expect(await modelBy(2)).toBe(await modelBy(1));
});

test.runIf(existsSync("/dev/full"))("what is printed on a disk that is full is said to be cut off", async () => {
  const full = openSync("/dev/full", "w");
  const child = spawn(process.execPath, [COMMAND, "predict", "model.json", "numbers.csv"], {
    cwd: folder,
    stdio: ["ignore", full, "pipe"],
  });
  const { code, stderr } = await ended(child);
  closeSync(full);
  expect([code, stderr]).toEqual([1, "regulus: standard output cannot be written: there is no room left\n"]);
});
