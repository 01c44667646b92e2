import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/** The page: `npm run demo` serves it, `npm run build:demo` builds static files that any server may hold, at any path. */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  worker: { format: "es", rolldownOptions: { checks: { pluginTimings: false } } },
  // The data of the examples are a folder up.
  server: { fs: { allow: [".."] } },
  build: {
    outDir: "dist",
    target: "es2022",
    // The polyfill would be one more script, for browsers that have no WebAssembly SIMD either.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2500,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
});
