import { expect, test } from "vitest";
import { faultsOf } from "../../scripts/house.js";

const faults = (files: Record<string, string[]>) => faultsOf(new Map(Object.entries(files)));

test("imports down are right, over several floors too, and what may be used everywhere is", () => {
  expect(
    faults({
      "src/index.ts": ["./models/elasticNet.js", "./elementwise/decay.js", "./errors.js"],
      "src/models/elasticNet.ts": ["./paths/fitOne.js", "../kernels/select.js", "../data/toMatrix.js"],
      "src/models/paths/fitOne.ts": ["../options/options.js", "../../solvers/ridge/ridgePath.js"],
      "src/models/options/options.ts": [],
      "src/solvers/ridge/ridgePath.ts": ["../problems/Problem.js", "../../arithmetic/productError.js"],
      "src/solvers/problems/Problem.ts": ["../designs/rows.js", "./certificate.js"],
      "src/solvers/problems/certificate.ts": ["../../errors.js"],
      "src/data/toMatrix.ts": ["../errors.js"],
      "src/arithmetic/productError.ts": ["../errors.js"],
      "src/cli/commands/fit.ts": ["node:fs", "commander", "../../models/elasticNet.js", "../output.js"],
      "src/cli/output.ts": [],
      "src/index.workerd.ts": ["./kernels.wasm", "./index.js"],
    }),
  ).toEqual([]);
});

test.each([
  ["src/losses/binomial.ts", "../solvers/WorkingSet.js", "solvers is not below losses"],
  ["src/losses/binomial.ts", "../penalties/elasticNet.js", "penalties is not below losses"],
  ["src/solvers/algebra/cholesky.ts", "../designs/Design.js", "solvers/designs is not below solvers/algebra"],
  ["src/solvers/ridge/ridgePath.ts", "../methods/Method.js", "solvers/methods is not below solvers/ridge"],
  ["src/solvers/methods/Method.ts", "../WorkingSet.js", "solvers is not below solvers/methods"],
  ["src/arithmetic/doubleDouble.ts", "../kernels/select.js", "kernels is not below arithmetic"],
  ["src/errors.ts", "./data/toMatrix.js", "data is not below errors.ts"],
  ["src/data/toMatrix.ts", "../arithmetic/sum.js", "arithmetic is not below data"],
  ["src/elementwise/decay.ts", "../metrics/accuracy.js", "metrics is not below elementwise"],
  ["src/models/elasticNet.ts", "../index.js", "index.ts is not below models"],
  ["src/models/elasticNet.ts", "node:fs", "imports node:fs"],
  ["src/solvers/ridge/ridgePath.ts", "ml-matrix", "imports ml-matrix"],
  ["src/solvers/attic/old.ts", "../../errors.js", "is in no room"],
  ["src/attic/old.ts", "../errors.js", "is in no room"],
])("%s may not import %s", (file, specifier, fault) => {
  expect(faults({ [file]: [specifier] })).toEqual([expect.stringContaining(fault)]);
});

test("circles are found, whatever they are entered by", () => {
  const circle = { "src/online/b.ts": ["./c.js"], "src/online/c.ts": ["./a.js"], "src/online/a.ts": ["./b.js"] };
  const found = faults({ "src/index.ts": ["./online/c.js"], ...circle });
  expect(found).toEqual(["a circle: src/online/c.ts -> src/online/a.ts -> src/online/b.ts -> src/online/c.ts"]);
  expect(faults({ "src/online/a.ts": ["./a.js"] })).toHaveLength(1);
});

test("a folder holds 13 files, its folders not counted", () => {
  const files = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, k) => [`src/solvers/s${k}.ts`, [] as string[]]));
  expect(faults({ ...files(13), "src/solvers/ridge/r.ts": [] })).toEqual([]);
  expect(faults(files(14))).toEqual(["src/solvers has 14 files, more than 13"]);
});
