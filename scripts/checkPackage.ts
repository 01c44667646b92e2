/** Packs what dist/ holds, lints the tarball, installs it into a clean folder without a network, and uses it from there. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
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
  const stray = paths.filter((path) => !/^(dist\/[^/]+\.(js|d\.ts|wasm)|package\.json|[A-Z]+(\.md)?)$/.test(path));
  const missing = ["LICENSE", "README.md", "CHANGELOG.md", "dist/kernels.wasm"].filter((path) => !paths.includes(path));
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
const { backend } = await import("regulus");
WebAssembly.Module = class { constructor() { throw new Error("refused"); } };
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
`;

const typedWithPeer = `
import type { Optimizer } from "@tensorflow/tfjs";
import { AdamW } from "regulus/tfjs";
export const optimizer: Optimizer = new AdamW({ learningRate: 1e-3, unpenalized: /bias/ });
// @ts-expect-error: no such option
new AdamW({ rate: 1 });
`;

try {
  const tarball = pack();
  run("publint", ["run", "--strict", tarball]);
  run("attw", ["--profile=esm-only", "--no-definitely-typed", "--exclude-entrypoints=kernels.wasm", "--", tarball]);

  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  run("npm", ["install", "--offline", "--no-audit", "--no-fund", tarball], folder);
  run("node", ["--input-type=module", "--eval", byImport], folder);
  run("node", ["--input-type=commonjs", "--eval", byRequire], folder);
  run("node", ["--conditions=workerd", "--input-type=module", "--eval", byWorkerd], folder);

  const check = (file: string, source: string, ...options: string[]): void => {
    writeFileSync(join(folder, file), source);
    const tsc = ["--noEmit", "--strict", "--target", "es2022", "--lib", "es2022,dom", ...options, file];
    run("tsc", ["--module", "node16", ...tsc], folder);
    run("tsc", ["--module", "esnext", "--moduleResolution", "bundler", ...tsc], folder);
  };
  check("consumer.ts", typed);

  run("node", ["--input-type=module", "--eval", withoutPeer], folder);
  // A link in place of an installation, which would need a network.
  mkdirSync(join(folder, "node_modules/@tensorflow"));
  symlinkSync(resolve("node_modules/@tensorflow/tfjs"), join(folder, "node_modules/@tensorflow/tfjs"));
  run("node", ["--input-type=module", "--eval", withPeer], folder);
  // The declarations of TensorFlow.js need those of others.
  check("consumerOfTfjs.ts", typedWithPeer, "--skipLibCheck");
  console.log("\nThe package installs, imports and type-checks.");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
