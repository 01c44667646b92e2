import { defineConfig, type UserConfig } from "tsdown";

const bundle: UserConfig = {
  format: "esm",
  platform: "neutral",
  target: "es2022",
  outExtensions: () => ({ js: ".js", dts: ".d.ts" }),
  // dist/kernels.wasm is written before, by build:wasm.
  clean: ["dist/*.js", "dist/*.ts"],
};

// Two builds, so that they share no chunk: index.workerd.js sets the module of the state that it carries itself. Its one effect is on
// itself, hence package.json's `sideEffects: false` holds, and a bundler that keeps any of its exports keeps the call too.
export default defineConfig([
  { ...bundle, entry: ["src/index.ts"], dts: true },
  { ...bundle, entry: ["src/index.workerd.ts"], clean: false, dts: false, external: ["./kernels.wasm"] },
]);
