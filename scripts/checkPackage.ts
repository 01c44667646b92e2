/** Packs what dist/ holds, lints the tarball, installs it into a clean folder without a network, and uses it from there. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

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
  const stray = paths.filter(
    (path) => !/^(dist\/[^/]+\.(js|d\.ts|wasm)|dist\/ts5\.6\/[^/]+\.d\.ts|package\.json|[A-Z]+(\.md)?)$/.test(path),
  );
  const missing = [
    "LICENSE",
    "README.md",
    "CHANGELOG.md",
    "dist/kernels.wasm",
    "dist/vectors.wasm",
    "dist/fits.wasm",
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

// Only regulus/tfjs needs TensorFlow.js, and says so where it is missing.
const withoutPeer = `
import assert from "node:assert/strict";
await assert.rejects(import("regulus/tfjs"), /Cannot find package '@tensorflow/);
`;

const withPeer = `
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { ProximalSGD } from "regulus/tfjs";
const [w, bias] = [tf.variable(tf.tensor1d([3, -0.05]), true, "w"), tf.variable(tf.scalar(1), true, "bias")];
new ProximalSGD({ learningRate: 1, l1: 1 }).minimize(() => w.sum().add(bias).mul(0), false, [w, bias]);
assert.deepEqual([...w.dataSync(), ...bias.dataSync()], [2, 0, 1]);
`;

const typed = `
import { backend, createArena, softThreshold } from "regulus";
export const name: "wasm" | "js" = backend().name;
export const x: Float64Array = softThreshold(createArena(64).float64(8), 1);
// @ts-expect-error: an array of numbers is no typed array
softThreshold([3, -0.5, -2], 1);
// @ts-expect-error: an array of an arena is no number, and not any either
export const n: number = createArena(64).float64(8);
`;

// From TypeScript 5.7 on, the arrays of an arena say what they are views of.
const typedByBuffer = `
export const view: Float64Array<ArrayBuffer> = createArena(64).float64(8);
`;

const typedWithPeer = `
import type { Optimizer } from "@tensorflow/tfjs";
import { AdamW } from "regulus/tfjs";
export const optimizer: Optimizer = new AdamW({ learningRate: 1e-3, unpenalized: /bias/ });
// @ts-expect-error: no such option
new AdamW({ rate: 1 });
`;

interface Compiler {
  name: string;
  /** Whether its typed arrays are generic. */
  knowsBuffers: boolean;
  /** How it may look for the declarations. */
  resolutions: readonly string[];
}

const modern = ["node16", "nodenext", "bundler"];
const compilers: readonly Compiler[] = [
  { name: "typescript-5.0", knowsBuffers: false, resolutions: ["node", ...modern] },
  { name: "typescript-5.4", knowsBuffers: false, resolutions: ["node", ...modern] },
  { name: "typescript", knowsBuffers: true, resolutions: ["node", ...modern] },
  { name: "typescript-newest", knowsBuffers: true, resolutions: modern },
];

/** Type-checks a module that uses the installed package, with all compilers. */
function checkTypes(source: (compiler: Compiler) => string, options: readonly string[]): void {
  for (const compiler of compilers) {
    writeFileSync(join(folder, "consumer.ts"), source(compiler));
    const tsc = resolve("node_modules", compiler.name, "bin/tsc");
    for (const resolution of compiler.resolutions) {
      const module = ["node16", "nodenext"].includes(resolution) ? resolution : "esnext";
      const how = ["--module", module, "--moduleResolution", resolution, ...options];
      console.log(`\n$ ${compiler.name} ${how.join(" ")}`);
      execFileSync("node", [tsc, "--noEmit", "--strict", "--target", "es2022", ...how, "consumer.ts"], {
        cwd: folder,
        stdio: ["ignore", "inherit", "inherit"],
      });
    }
  }
}

/** Every entry with declarations has them for older compilers too, and for those that know no exports. */
function checkEntries(): void {
  const { exports, types, typesVersions } = JSON.parse(readFileSync("package.json", "utf8"));
  for (const [entry, conditions] of Object.entries<Record<string, string>>(exports)) {
    if (conditions.types === undefined) continue;
    const older = conditions.types.replace("./dist/", "./dist/ts5.6/");
    assert.equal(Object.keys(conditions)[0], "types@<5.7", `${entry}: the branch for older compilers comes first`);
    assert.equal(conditions["types@<5.7"], older, entry);
    if (entry === ".") assert.equal(types, conditions.types);
    const path = entry === "." ? types.slice(2) : entry.slice(2);
    assert.deepEqual(typesVersions["<5.7"][path], [older], `typesVersions, ${path}`);
    if (entry !== ".") assert.deepEqual(typesVersions["*"][path], [conditions.types], `typesVersions, ${path}`);
  }
}

try {
  checkEntries();
  const tarball = pack();
  run("publint", ["run", "--strict", tarball]);
  run("attw", [
    "--no-definitely-typed",
    "--ignore-rules=cjs-resolves-to-esm",
    "--exclude-entrypoints",
    "kernels.wasm",
    "vectors.wasm",
    "fits.wasm",
    "--",
    tarball,
  ]);

  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  run("npm", ["install", "--offline", "--no-audit", "--no-fund", tarball], folder);
  run("node", ["--input-type=module", "--eval", byImport], folder);
  run("node", ["--input-type=commonjs", "--eval", byRequire], folder);
  run("node", ["--conditions=workerd", "--input-type=module", "--eval", byWorkerd], folder);

  const typedFor = ({ knowsBuffers }: Compiler) => (knowsBuffers ? typed + typedByBuffer : typed);
  checkTypes(typedFor, ["--lib", "es2022", "--skipLibCheck", "false"]);

  run("node", ["--input-type=module", "--eval", withoutPeer], folder);
  // A link in place of an installation, which would need a network.
  mkdirSync(join(folder, "node_modules/@tensorflow"));
  symlinkSync(resolve("node_modules/@tensorflow/tfjs"), join(folder, "node_modules/@tensorflow/tfjs"));
  run("node", ["--input-type=module", "--eval", withPeer], folder);
  // The declarations of TensorFlow.js need those of others.
  checkTypes(() => typedWithPeer, ["--lib", "es2022,dom", "--skipLibCheck"]);
  console.log("\nThe package installs, imports and type-checks.");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
