import { defineConfig, type UserConfig } from "tsdown";
import { ENTRIES } from "./scripts/entries.js";
import { inlinedByCommand } from "./scripts/inlined.js";

/** As numbers: bundlers take reading a property for an effect, and would keep every constant that is made of one. */
const DEFINE = {
  "Number.EPSILON": String(Number.EPSILON),
  "Number.MAX_SAFE_INTEGER": String(Number.MAX_SAFE_INTEGER),
  "Number.POSITIVE_INFINITY": "Infinity",
  "Number.NEGATIVE_INFINITY": "-Infinity",
};

/**
 * Without what only readers of src/ need, but for the names of classes, which hosts print. Spaces go later (scripts/tighten.ts), and lines stay:
 * of an error that nobody caught Node prints the line it came from, and one line of all would bury the message. The comments of modules of ES
 * tell bundlers what may be left out, and what is no module of theirs.
 */
const shrunk = (annotation: boolean): Pick<UserConfig, "minify" | "outputOptions"> => ({
  minify: {
    compress: false,
    mangle: { keepNames: { function: false, class: true } },
    codegen: { removeWhitespace: false },
  },
  outputOptions: { sourcemapExcludeSources: true, comments: { annotation, jsdoc: false, legal: false } },
});

const bundle: UserConfig = {
  format: "esm",
  platform: "neutral",
  target: "es2022",
  define: DEFINE,
  ...shrunk(true),
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
  outputOptions: { ...bundle.outputOptions, chunkFileNames: `${name}-[name].js` },
  plugins: besideEntries,
  deps: { onlyBundle: inlinedByCommand() },
  clean: false,
  dts: false,
}));

/** Leaves the main entry out of that for workerd. */
const aroundIndex: NonNullable<UserConfig["plugins"]> = {
  name: "around-index",
  resolveId: {
    order: "pre",
    handler: (source, importer) =>
      source === "./index.js" && importer?.endsWith("index.workerd.ts") ? { id: source, external: true } : null,
  },
};

const commonJs: UserConfig = { ...bundle, ...shrunk(false), format: "cjs", clean: false, dts: false };

// index.workerd.js changes the state of the main entry, and tfjs registers its classes with TensorFlow.js, which package.json says. Node loads
// the .cjs by whatever name, scripts/writeEntries.ts says how, and makes the declarations of the .cjs.
export default defineConfig([
  ...ENTRIES.flatMap(({ name, source, usesIndex }, index): UserConfig[] => {
    const own = { entry: { [name]: source }, sourcemap: true } as const;
    // dist/*.wasm are written before, by build:wasm.
    const clean = index === 0 ? ["dist/*.{js,cjs,ts,cts,map}"] : false;
    const esm: UserConfig = { ...bundle, ...own, clean, dts: { sourcemap: false } };
    const cjs: UserConfig = { ...commonJs, ...own };
    if (!usesIndex) return [esm, cjs];
    return [
      { ...esm, plugins: besideIndex("js") },
      {
        ...cjs,
        plugins: besideIndex("cjs"),
        define: { ...DEFINE, "import.meta.url": "thisFile" },
        banner: { js: 'const thisFile = require("node:url").pathToFileURL(__filename).href;' },
      },
    ];
  }),
  ...command,
  { ...bundle, entry: ["src/index.workerd.ts"], plugins: aroundIndex, clean: false, dts: false },
]);
