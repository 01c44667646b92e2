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
  // Modules of Node are of entries that are for it alone.
  inputOptions: { checks: { pluginTimings: false }, external: [/^node:/, "./kernels.wasm"] },
};

/** Leaves src/index.ts out of an entry's bundle, which imports that of the main entry in its place. */
const besideIndex = (extension: string): NonNullable<UserConfig["plugins"]> => ({
  name: "beside-index",
  resolveId: {
    order: "pre",
    handler: (source) => (/^(\.\.\/)+index\.js$/.test(source) ? { id: `./index.${extension}`, external: true } : null),
  },
});

/** Entries that the command takes as they are installed, in place of a copy of its own. */
const INSTALLED: [RegExp, string][] = [
  [/^(\.\.\/)+index\.js$/, "index"],
  [/^(\.\.\/)+readers\/index\.js$/, "readers"],
  [/^(\.\.\/)+report\/index\.js$/, "report"],
  [/^(\.\.\/)+queue\/createQueueExecutor\.js$/, "bullmq"],
  [/^(\.\.\/)+executors\/createExecutor\.js$/, "workers"],
];

const besideEntries: NonNullable<UserConfig["plugins"]> = {
  name: "beside-entries",
  resolveId: {
    order: "pre",
    handler(source) {
      const entry = INSTALLED.find(([pattern]) => pattern.test(source))?.[1];
      return entry === undefined ? null : { id: `./${entry}.js`, external: true };
    },
  },
};

/** The command, and the process that it works in. */
const command: UserConfig[] = ["cli", "cliChild"].map((name) => ({
  ...bundle,
  platform: "node",
  fixedExtension: false,
  entry: { [name]: `src/cli/${name}.ts` },
  outputOptions: { chunkFileNames: `${name}-[name].js` },
  plugins: besideEntries,
  // How wide text is on a terminal.
  inlineOnly: ["string-width", "strip-ansi", "ansi-regex", "is-fullwidth-code-point", "emoji-regex"],
  clean: false,
  dts: false,
}));

// Each entry by itself, sharing no chunk: index.workerd.js carries the state that its setModule call changes. Its one effect is on itself, so
// that it has no side effects is true of it, and a bundler that keeps any of its exports keeps the call. tfjs registers its classes
// with TensorFlow.js, which package.json says. Node loads the .cjs by whatever name, scripts/writeEntries.ts says how.
export default defineConfig([
  ...ENTRIES.flatMap(({ name, source, usesIndex }, k): UserConfig[] => {
    const own = {
      ...bundle,
      entry: { [name]: source },
      // dist/*.wasm are written before, by build:wasm.
      clean: k === 0 ? ["dist/*.{js,cjs,ts,cts,map}"] : false,
      dts: { sourcemap: false },
      sourcemap: true,
    } as const;
    if (!usesIndex) return [{ ...own, format: ["esm", "cjs"] }];
    return [
      { ...own, format: "esm", plugins: besideIndex("js") },
      {
        ...own,
        // The declarations are those of the other, by scripts/writeEntries.ts.
        dts: false,
        format: "cjs",
        plugins: besideIndex("cjs"),
        define: { ...own.define, "import.meta.url": "thisFile" },
        banner: { js: 'const thisFile = require("node:url").pathToFileURL(__filename).href;' },
      },
    ];
  }),
  ...command,
  { ...bundle, entry: ["src/index.workerd.ts"], clean: false, dts: false },
  { ...bundle, entry: { "regulus.min": "src/index.ts" }, clean: false, dts: false, sourcemap: true, minify: true },
]);
