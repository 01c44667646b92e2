import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const { devDependencies, dependencies = {} } = JSON.parse(readFileSync("package.json", "utf8"));
const readme = readFileSync("examples/README.md", "utf8");
const listed = [...readme.matchAll(/`([\w/]+\.mjs)`/g)].map(([, name]) => name);
/** Those that need no server, with less to do. */
const runs: [string, string[], RegExp][] = [
  ["diabetes.mjs", [], /Lasso, 10 folds/],
  ["lesson.mjs", [], /L1 proximal +7 of 10/],
  ["messyCsv.mjs", [], /region=south/],
  ["classify.mjs", [], /Brier score/],
  ["sparsity.mjs", [], /exactly/],
  ["groups.mjs", ["4000", "20"], /20/],
];

test("the package holds each example as JavaScript, with what it imports and reads, and examples/README.md says how each is started", () => {
  const packed = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts", "--silent"], {
    encoding: "utf8",
  });
  const paths: string[] = JSON.parse(packed)[0].files.map(({ path }: { path: string }) => path);
  expect(paths).toContain("examples/data/diabetes.csv");
  for (const name of listed) expect(paths).toContain(`examples/${name}`);
  for (const path of paths.filter((path) => path.endsWith(".mjs") && path.startsWith("examples/"))) {
    const code = readFileSync(path, "utf8");
    expect(existsSync(path.replace(/\.mjs$/, ".ts")), path).toBe(true);
    expect(code, path).not.toContain("../src/");
    for (const [, name] of code.matchAll(/from "(?!node:|\.|regulus)([^"/]+)/g)) {
      const isInstalled = name in dependencies || readme.includes(`\`${name}\``);
      expect(isInstalled && name in { ...dependencies, ...devDependencies }, `${path}: ${name}`).toBe(true);
    }
  }
});

test("each that stands alone runs", () => {
  const started = readdirSync("examples").filter(
    (name) => name.endsWith(".ts") && readFileSync(`examples/${name}`, "utf8").includes("isMain(import"),
  );
  expect(started.map((name) => name.replace(/\.ts$/, ".mjs")).sort()).toEqual(
    [...runs.map(([name]) => name), "streams.mjs"].sort(),
  );
});

test.for(runs)("%s runs on the built package", { timeout: 120_000 }, ([name, args, expected]) => {
  expect(execFileSync("node", [`examples/${name}`, ...args], { encoding: "utf8" })).toMatch(expected);
});
