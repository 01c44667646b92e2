import { defineConfig, type UserConfig } from "tsdown";
import { ENTRIES } from "./scripts/entries.js";

const bundle: UserConfig = {
  format: "esm",
  platform: "neutral",
  target: "es2022",
  // As numbers: bundlers take reading a property for an effect, and would keep every constant that is made of one.
  define: {
    "Number.EPSILON": String(Number.EPSILON),
    "Number.MAX_SAFE_INTEGER": String(Number.MAX_SAFE_INTEGER),
    "Number.POSITIVE_INFINITY": "Infinity",
    "Number.NEGATIVE_INFINITY": "-Infinity",
  },
  inputOptions: { checks: { pluginTimings: false } },
};

// Each entry by itself, sharing no chunk: index.workerd.js carries the state that its setModule call changes. Its one effect is on itself, so
// that it has no side effects is true of it, and a bundler that keeps any of its exports keeps the call. tfjs registers its classes
// with TensorFlow.js, which package.json says. Node loads the .cjs by whatever name, scripts/writeEntries.ts says how.
export default defineConfig([
  ...ENTRIES.map(
    ({ name, source }, k): UserConfig => ({
      ...bundle,
      entry: { [name]: source },
      format: ["esm", "cjs"],
      // dist/*.wasm are written before, by build:wasm.
      clean: k === 0 ? ["dist/*.{js,cjs,ts,cts,map}"] : false,
      dts: { sourcemap: false },
      sourcemap: true,
    }),
  ),
  { ...bundle, entry: ["src/index.workerd.ts"], clean: false, dts: false, external: ["./kernels.wasm"] },
  { ...bundle, entry: { "regulus.min": "src/index.ts" }, clean: false, dts: false, sourcemap: true, minify: true },
]);
