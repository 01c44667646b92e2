/** Packs what dist/ holds, lints the tarball, installs it into a clean folder, and uses it from there. */
import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { makeCsv } from "../examples/messyCsv.js";
import { ENTRIES, specifierOf } from "./entries.js";
import { type Example, examplesOfDocstrings, examplesOfMarkdown, moduleOf } from "./package/documented.js";
import { checkTypes, type Sources } from "./package/types.js";
import { filesBelow } from "./stamp.js";

/** Bytes of the package and its dependencies, without its optional peers, on disk. */
const MOST_INSTALLED = 2_998_000;

const folder = mkdtempSync(join(tmpdir(), "regulus-package-"));

function run(command: string, args: string[], cwd = "."): void {
  console.log(`\n$ ${command} ${args.map((text) => (text.includes("\n") ? "…" : text)).join(" ")}`);
  execFileSync(command, args, { cwd, stdio: ["ignore", "inherit", "inherit"] });
}

function pack(): string {
  const options = ["--ignore-scripts", "--json", "--silent", "--pack-destination", folder];
  const [packed] = JSON.parse(execFileSync("npm", ["pack", ...options], { encoding: "utf8" }));
  const paths: string[] = packed.files.map((file: { path: string }) => file.path);
  console.log(`${packed.filename}: ${packed.size} bytes, unpacked ${packed.unpackedSize}\n  ${paths.join("\n  ")}`);
  const belongs =
    /^(dist\/[^/]+\.(c?js|c?js\.map|d\.c?ts|wasm)|dist\/licenses\.txt|dist\/ts5\.6\/[^/]+\.d\.c?ts|examples\/[\w/-]+\.(mjs|csv|md)|package\.json|[A-Z]+(\.md)?)$/;
  const stray = paths.filter((path) => !belongs.test(path));
  const missing = [
    "LICENSE",
    "README.md",
    ...["kernels.wasm", "vectors.wasm", "fits.wasm", "licenses.txt", "index.js.map", "index.cjs.map"].map(
      (name) => `dist/${name}`,
    ),
  ].filter((path) => !paths.includes(path));
  if (stray.length > 0) throw new Error(`does not belong into the package: ${stray.join(", ")}`);
  if (missing.length > 0) throw new Error(`missing in the package: ${missing.join(", ")}`);
  return join(folder, packed.filename);
}

const use = `
assert.deepEqual([...softThreshold(new Float64Array([3, -0.5, -2]), 1)], [2, 0, -1]);
assert.deepEqual(backend(), { name: "wasm" });
assert(WebAssembly.Module.exports(new WebAssembly.Module(readFileSync(kernels))).length > 0);
`;

const byImport = `
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { backend, softThreshold } from "regulus";
const kernels = new URL(import.meta.resolve("regulus/kernels.wasm"));
${use}`;

const byRequire = `
const assert = require("node:assert/strict");
const { readFileSync } = require("node:fs");
const { backend, softThreshold } = require("regulus");
const kernels = require.resolve("regulus/kernels.wasm");
${use}`;

// What one has, the other has: the choice of a backend, arenas, classes.
const byBoth = `
const assert = require("node:assert/strict");
const required = require("regulus");
import("regulus").then((imported) => {
  assert.deepEqual(Object.keys(imported), Object.keys(required).sort());
  const arena = required.createArena(16000);
  const w = arena.float64(500).fill(1);
  required.setBackend("js");
  assert.equal(imported.backend().name, "js");
  imported.setBackend("auto");
  assert.deepEqual(required.backend(), { name: "wasm" });
  imported.adam([w], { learningRate: 0.5 }).step([arena.float64(500).fill(1)]);
  assert.equal(arena.bytesLeft, 0, "the state of one's optimiser lies in the other's arena");
  assert.equal(w[0], 0.5000000050000000);
  assert(required.lasso([[1], [2]], [1, 2], { lambda: 0.1 }) instanceof imported.Model);
});
`;

// The file for CDNs, which takes nothing from beside it.
const bySingleFile = `
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const { jsdelivr, unpkg } = require("regulus/package.json");
assert.equal(unpkg, jsdelivr);
const text = readFileSync(new URL("../" + unpkg, import.meta.resolve("regulus/kernels.wasm")), "utf8");
assert.doesNotMatch(text, /\\bimport\\b(?!\\.meta)|\\bfrom ?"/);
const { backend, lasso } = await import("data:text/javascript;base64," + Buffer.from(text).toString("base64"));
assert.equal(lasso([[1], [2], [4]], [1, 2, 3], { lambda: 10 }).nonzeros, 0);
assert.deepEqual(backend(), { name: "wasm" });
`;

// Stacks name the lines of src/.
const byStack = `
const assert = require("node:assert/strict");
try { require("regulus").lasso([[1]], [1], { lambda: -1 }); } catch (error) { assert.match(error.stack, /src\\/errors\\.ts:\\d+/); }
`;

// Node in the part of workerd: a .wasm file is imported as a module, and bytes do not compile.
const byWorkerd = `
import assert from "node:assert/strict";
import { register } from "node:module";
const load = async (url, context, next) => url.endsWith(".wasm")
  ? { format: "module", shortCircuit: true, source: 'import { readFileSync } from "node:fs";'
      + "export default new WebAssembly.Module(readFileSync(new URL(" + JSON.stringify(url) + ")));" }
  : next(url, context);
register("data:text/javascript," + encodeURIComponent("export const load = " + load));
const { backend, lasso } = await import("regulus");
WebAssembly.Module = class { constructor() { throw new Error("refused"); } };
lasso([[1], [2], [4]], [1, 2, 3], { lambda: 0.1 });
assert.deepEqual(backend(), { name: "wasm" });
`;

// Only regulus/tfjs needs TensorFlow.js, and says so where it is missing. So do those readers that need others; CSV needs none.
const withoutPeer = `
import assert from "node:assert/strict";
import { createRequire } from "node:module";
await assert.rejects(import("regulus/tfjs"), /Cannot find package '@tensorflow/);
const { readArrow, readCsv, readParquet, readQuery } = createRequire(import.meta.url)("regulus/readers");
assert.equal(readCsv, (await import("regulus/readers")).readCsv);
const { value } = await readCsv("a;b\\n1;x\\n").next();
assert.deepEqual([value.columns.a[0], value.columns.b[0], value.rows], [1, "x", 1]);
await assert.rejects(readArrow("a.arrow").next(), { code: "ERR_PEER", message: /npm install apache-arrow$/ });
await assert.rejects(readParquet("a.parquet").next(), { code: "ERR_PEER", message: /npm install hyparquet hyparquet-compressors$/ });
await assert.rejects(readQuery("SELECT 1").next(), { code: "ERR_PEER", message: /npm install @duckdb\\/node-api$/ });
const { connectionOf, createQueueExecutor, startWorker } = createRequire(import.meta.url)("regulus/bullmq");
assert.equal(startWorker, (await import("regulus/bullmq")).startWorker);
const queue = { connection: { host: "127.0.0.1", port: 1 }, queue: "fits" };
const withoutQueue = { code: "ERR_PEER", message: /npm install bullmq ioredis$/ };
await assert.rejects(startWorker({ ...queue, dataRoot: "." }), withoutQueue);
await assert.rejects(createQueueExecutor(queue).regularizationPath([[1], [2], [4]], [1, 2, 3]), withoutQueue);
await assert.rejects(connectionOf("postgres://127.0.0.1:1/fits"), { code: "ERR_PEER", message: /npm install bullmq pg$/ });
`;

/** The command lines of README.md, in its section on them, but for the installation: they run one after the other in a folder with the files that they name. */
function commandLines(): string[] {
  const [, section = ""] = /^## At the command line$([\s\S]*?)^## /m.exec(readFileSync("README.md", "utf8")) ?? [];
  const lines = [...section.matchAll(/^npx (regulus .*)$/gm)].map(([, line]) => line);
  if (lines.length < 2) throw new Error("README.md has no section of command lines");
  return lines;
}

const train = `
const [w, bias] = [tf.variable(tf.tensor1d([3, -0.05]), true, "w"), tf.variable(tf.scalar(1), true, "bias")];
new ProximalSGD({ learningRate: 1, l1: 1 }).minimize(() => w.sum().add(bias).mul(0), false, [w, bias]);
assert.deepEqual([...w.dataSync(), ...bias.dataSync()], [2, 0, 1]);
`;

const withPeer = `
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import * as tf from "@tensorflow/tfjs";
import { ProximalSGD } from "regulus/tfjs";
assert.equal(ProximalSGD, createRequire(import.meta.url)("regulus/tfjs").ProximalSGD);
${train}`;

const withRequiredPeer = `
const assert = require("node:assert/strict");
const tf = require("@tensorflow/tfjs");
const { ProximalSGD } = require("regulus/tfjs");
${train}`;

/** The entries that import others' packages, whose declarations need more. */
const withPackages = ENTRIES.filter(({ packages }) => packages !== undefined);

/** The examples of README.md and of docstrings as modules: those of `withPackages` by name, all others under `index`. */
function documented(): Map<string, Record<string, string>> {
  const require = createRequire(join(folder, "package.json"));
  // regulus/worker is a script: it exports nothing, and only a worker can run it.
  const specifiers = ENTRIES.map(specifierOf).filter((specifier) => specifier !== "regulus/worker");
  const entries = new Map(specifiers.map((specifier) => [specifier, Object.keys(require(specifier))]));
  const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));
  const examples: Example[] = [
    ...examplesOfMarkdown("README.md", readFileSync("README.md", "utf8")),
    ...files.sort().flatMap((path) => examplesOfDocstrings(path, readFileSync(join("src", path), "utf8"))),
  ];
  const sources = new Map<string, Record<string, string>>([["index", {}]]);
  for (const { name } of withPackages) sources.set(name, {});
  for (const example of examples) {
    const source = moduleOf(example, entries);
    const { name } = withPackages.find((entry) => source.includes(` from "${specifierOf(entry)}"`)) ?? ENTRIES[0];
    Object.assign(sources.get(name) ?? {}, { [`${example.place.replace(/\W+/g, "-")}.ts`]: source });
  }
  return sources;
}

/** The modules of test/types that are there for what the installed package's types take and refuse. */
const fixture = (name: string): Sources => ({ [`${name}.ts`]: readFileSync(`test/types/${name}.ts`, "utf8") });

try {
  const tarball = pack();
  run("scripts/package/node_modules/.bin/publint", ["run", "--strict", tarball]);
  const wasm = ["kernels.wasm", "vectors.wasm", "fits.wasm"];
  run("scripts/package/node_modules/.bin/attw", [
    "--no-definitely-typed",
    "--exclude-entrypoints",
    ...wasm,
    "--",
    tarball,
  ]);

  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", tarball], folder);
  const installed = filesBelow(join(folder, "node_modules")).reduce((sum, path) => sum + statSync(path).size, 0);
  console.log(`installed with what it depends on: ${installed} bytes`);
  if (installed > MOST_INSTALLED) throw new Error(`more than the ${MOST_INSTALLED} bytes that it may take`);
  const node = (type: "module" | "commonjs", code: string, ...options: string[]) =>
    run("node", [...options, `--input-type=${type}`, "--eval", code], folder);
  // Without require of ES modules, which Node 20 has not had from the first.
  const strict = "--no-experimental-require-module";
  node("module", byImport);
  node("commonjs", byRequire, strict);
  node("commonjs", byBoth, strict);
  node("module", bySingleFile);
  node("commonjs", byStack, "--enable-source-maps");
  node("module", byWorkerd, "--conditions=workerd");
  node("module", withoutPeer);
  writeFileSync(
    join(folder, "people.csv"),
    makeCsv(500, ["id", "age", "region", "bmi", "smoker", "children", "charges"], 1),
  );
  writeFileSync(join(folder, "new.csv"), makeCsv(5, ["children", "smoker", "age", "bmi", "region"], 2));
  for (const line of commandLines()) run("npx", ["--offline", ...line.split(" ")], folder);
  const predicted = readFileSync(join(folder, "predicted.csv"), "utf8").trimEnd().split("\n");
  if (predicted.length !== 6 || !predicted[0].endsWith(",prediction"))
    throw new Error(`predicted.csv holds ${predicted}`);
  // A link in place of an installation, which would need a network.
  for (const name of withPackages.flatMap(({ packages = [] }) => packages)) {
    mkdirSync(dirname(join(folder, "node_modules", name)), { recursive: true });
    symlinkSync(resolve("node_modules", name), join(folder, "node_modules", name));
  }
  node("module", withPeer);
  node("commonjs", withRequiredPeer, strict);

  const examples = documented();
  const count = [...examples.values()].reduce((sum, sources) => sum + Object.keys(sources).length, 0);
  console.log(`\n${count} examples of README.md and docstrings, and test/types/, by compiler and setup:`);
  const general = ["arrays", "labels", "tables", "undefined"].map(fixture);
  let runs = await checkTypes(join(folder, "main"), {
    sources: Object.assign({}, examples.get("index"), ...general),
    withBuffers: fixture("buffers"),
    prelude: readFileSync("test/types/prelude.d.ts", "utf8"),
    lib: ["es2022"],
    isThorough: true,
  });
  for (const { name } of withPackages) {
    runs += await checkTypes(join(folder, name), {
      sources: { ...examples.get(name), ...fixture(name) },
      prelude: readFileSync(`test/types/prelude.${name}.d.ts`, "utf8"),
      lib: ["es2022", "dom"],
      isThorough: false,
    });
  }
  console.log(`\nThe package installs, is imported and required, and type-checks in ${runs} ways.`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
