import { defineConfig, type UserConfig } from "tsdown";

const bundle: UserConfig = {
  format: "esm",
  platform: "neutral",
  target: "es2022",
  // dist/kernels.wasm is written before, by build:wasm.
  clean: ["dist/*.js", "dist/*.ts"],
  inputOptions: { checks: { pluginTimings: false } },
};

// Two builds that share no chunk: index.workerd.js carries the state that its setModule call changes. Its one effect is on itself, so
// `sideEffects: false` is true of it, and a bundler that keeps any of its exports keeps the call.
export default defineConfig([
  { ...bundle, entry: ["src/index.ts"], dts: true },
  { ...bundle, entry: ["src/index.workerd.ts"], clean: false, dts: false, external: ["./kernels.wasm"] },
]);
