import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { help, readOptions, type Suite, UsageError } from "../../bench/options.js";
import { suites } from "../../bench/suites.js";

const suite: Suite = {
  title: "nothing",
  names: ["adam", "sgd with l2"],
  flags: ["peers", "only", "rounds", "cpu"],
  contenders: ["regulus", "plain js"],
  run: async () => ({}),
};
const read = (...words: string[]) => readOptions(words, suite);

test("words are names and flags", () => {
  const all = { names: [], only: [], peers: true, clock: "wall", save: false };
  expect(read()).toEqual(all);
  expect(read("sgd with l2", "--no-peers", "adam")).toEqual({ ...all, names: ["sgd with l2", "adam"], peers: false });
  expect(read("--only=plain js,regulus", "--rounds=12", "--cpu")).toEqual({
    ...all,
    only: ["plain js", "regulus"],
    rounds: 12,
    clock: "cpu",
  });
  expect(read("--save", "--cpu", "--rounds=3")).toMatchObject({ save: true });
});

test.each([
  ["sgd", '"sgd" is none of "adam", "sgd with l2", --no-peers, --only, --rounds, --cpu, --save'],
  ["", '"" is none of'],
  ["--peers", '"--peers" is none of'],
  ["-no-peers", '"-no-peers" is none of'],
  ["adam=1", '"adam=1" is none of'],
  ["--no-peers=false", "--no-peers takes no value"],
  ["--save=no", "--save takes no value"],
  ["--only", "--only takes a value: --only=<contender>,<contender>"],
  ["--only=", '"" is no contender: "regulus", "plain js"'],
  ["--only=regulus,numpy", '"numpy" is no contender'],
  ["--rounds=0", '--rounds must be a whole number from 1 on, got "0"'],
  ["--rounds=1.5", "--rounds must"],
  ["--rounds=1e3", "--rounds must"],
  ["--rounds=", "--rounds must"],
])("%s is refused", (word, message) => {
  expect(() => read(word)).toThrow(UsageError);
  expect(() => read("adam", word)).toThrow(message);
});

test.each(["adam", "--no-peers", "--only=regulus"])("part of a suite, %s, is not saved", (word) => {
  expect(() => read(word, "--save")).toThrow("--save is for the results of a whole suite");
});

describe.each(Object.keys(suites))("%s", (name) => {
  test("refuses what it does not know, and says what there is", async () => {
    const { suite } = await suites[name]();
    for (const word of ["unknown", "--unknown", "--unknown=1", "toString"]) {
      expect(() => readOptions([word], suite)).toThrow(`"${word}" is none of`);
    }
    for (const word of suite.names) {
      expect(readOptions([word], suite).names).toEqual([word]);
      expect(help(name, suite)).toContain(JSON.stringify(word));
    }
    expect(suite.flags.includes("only")).toBe(suite.contenders !== undefined);
    expect(help(name, suite)).toContain("--save");
  }, 60_000);
});

test.each([
  ["optimizers", "--nopeers"],
  ["constructor", ""],
  ["kernels", "adamw"],
])(
  "bench %s %s ends with status 2 and one line",
  async (...words) => {
    const ran = promisify(execFile)("node_modules/.bin/tsx", ["bench/run.ts", ...words.filter((word) => word !== "")]);
    await expect(ran).rejects.toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(/^"[^\n]+\n$/) });
  },
  60_000,
);
