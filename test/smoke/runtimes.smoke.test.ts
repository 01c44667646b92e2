import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type Answer, answerOf, expected, folder, installed, link, run, write } from "./user.js";

/** The file of a package that has one for each platform, of which one is installed. */
const binary = (scope: string, path: string): string => {
  const [platform = ""] = readdirSync(installed(scope)).filter((name) => name.includes("linux"));
  return installed(join(scope, platform, path));
};

const STRICT = "--no-experimental-require-module";
/** What runs modules, with what each needs to read files, and `require` without modules of ES where that can be had. */
const runtimes: [name: string, command: string, forModules: string[], forRequire: string[]][] = [
  [`Node ${process.versions.node}`, process.execPath, [], [STRICT]],
  ["Node 22", installed("node-22/bin/node"), [], [STRICT]],
  ["Node 24", installed("node-24/bin/node"), [], [STRICT]],
  ["Deno", binary("@deno", "deno"), ["run", "--allow-all"], ["run", "--allow-all"]],
  ["Bun", binary("@oven", "bin/bun"), ["run"], ["run"]],
];

let node: Answer;
beforeAll(async () => {
  node = await expected();
  write(
    "byImport.js",
    `import * as regulus from "regulus";
import { createExecutor } from "regulus/workers";
import { answer, answerOfWorkers } from "./answer.js";
console.log(JSON.stringify({ ...answer(regulus), workers: await answerOfWorkers(regulus, { createExecutor }) }));
`,
  );
  write(
    "byRequire.cjs",
    `const regulus = require("regulus");
const { createExecutor } = require("regulus/workers");
const { answer, answerOfWorkers } = require("./answer.cjs");
answerOfWorkers(regulus, { createExecutor }).then((workers) =>
  console.log(JSON.stringify({ ...answer(regulus), workers })));
`,
  );
  // What one has, the other has.
  write(
    "byBoth.cjs",
    `const required = require("regulus");
import("regulus").then((imported) => {
  const names = [required.backend().name];
  required.setBackend("js");
  names.push(imported.backend().name);
  imported.setBackend("wasm");
  names.push(required.backend().name);
  const model = required.lasso([[1], [2], [4]], [1, 2, 3], { lambda: 0.1 });
  console.log(JSON.stringify({ names, isOne: model instanceof imported.Model }));
});
`,
  );
});

test("Node answers by WebAssembly, to the bits of the twins", () => {
  expect(node.backend).toEqual({ name: "wasm" });
  expect(node.byDefault).toEqual(node.twins);
  expect(node.byDefault.model).toHaveLength(16 * 9);
});

describe.each(runtimes)("%s", (name, command, forModules, forRequire) => {
  test("is what it is called", async () => {
    const [, version = ""] = name.split(" ");
    expect(await run(command, ["--version"])).toMatch(version);
  });

  test("import, with workers", async () => {
    expect(await answerOf(command, [...forModules, "byImport.js"])).toEqual({ ...node, workers: node.twins });
  });

  test("require, with workers", async () => {
    expect(await answerOf(command, [...forRequire, "byRequire.cjs"])).toEqual({ ...node, workers: node.twins });
  });

  test("both are one", async () => {
    expect(JSON.parse(await run(command, [...forRequire, "byBoth.cjs"]))).toEqual({
      names: ["wasm", "js", "wasm"],
      isOne: true,
    });
  });
});

describe("test runners", () => {
  test("Vitest", async () => {
    link("vitest");
    write(
      "vitest/answer.test.js",
      `import * as regulus from "regulus";
import { expect, test } from "vitest";
import { answer } from "../answer.js";
test("the answer is Node's", () => expect(answer(regulus)).toEqual(${JSON.stringify(node)}));
`,
    );
    const vitest = [resolve("node_modules/vitest/vitest.mjs"), "run", "--root", "vitest", "--reporter=json"];
    expect(JSON.parse(await run(process.execPath, vitest))).toMatchObject({ success: true, numPassedTests: 1 });
  });

  test("Jest 29 as it comes, in CommonJS", async () => {
    write("jest/package.json", "{}");
    write(
      "jest/answer.test.js",
      `const regulus = require("regulus");
const { answer } = require("../answer.cjs");
test("the answer is Node's", () => expect(answer(regulus)).toEqual(${JSON.stringify(node)}));
`,
    );
    const jest = [installed("jest/bin/jest.js"), "--rootDir", join(folder, "jest"), "--json"];
    expect(JSON.parse(await run(process.execPath, jest))).toMatchObject({ success: true, numPassedTests: 1 });
  });
});
