/** An entry of the package: a bundle that shares no chunk with others, unless it imports the main entry. */
export interface Entry {
  /** Of its files in dist/; `index` is the package itself, `x` is `regulus/x`. */
  name: string;
  source: string;
  /** Whether it takes what it needs of the main entry from there, as both must have one memory and one class of model. */
  usesIndex?: boolean;
  /** Whether importing it does something, so that bundlers keep it where nothing of it is used. */
  hasEffects?: boolean;
  /** Packages of others that it imports and does not bring: its examples are compiled apart, with test/types/<name>.ts and prelude.<name>.d.ts. */
  packages?: readonly string[];
}

/**
 * The entries. tsdown.config.ts, vitest.config.ts, scripts/writeEntries.ts and scripts/checkPackage.ts go by this table; package.json,
 * docs/typedoc.json and .size-limit.json are held to it by test/scripts/entries.node.test.ts.
 */
export const ENTRIES: readonly Entry[] = [
  { name: "index", source: "src/index.ts" },
  { name: "workers", source: "src/executors/createExecutor.ts", usesIndex: true },
  { name: "worker", source: "src/executors/worker.ts", usesIndex: true, hasEffects: true },
  { name: "tfjs", source: "src/adapters/tfjs.ts", hasEffects: true, packages: ["@tensorflow/tfjs"] },
  { name: "readers", source: "src/readers/index.ts" },
  { name: "bullmq", source: "src/queue/createQueueExecutor.ts", usesIndex: true },
  { name: "report", source: "src/report/index.ts", usesIndex: true },
];

/** What it is imported as. */
export const specifierOf = ({ name }: Entry): string => (name === "index" ? "regulus" : `regulus/${name}`);

/** Its part of `exports` in package.json, but for the main entry's own condition of workerd. */
export function exportsOf({ name }: Entry): object {
  const types = (extension: string) => ({
    "types@<5.7": `./dist/ts5.6/${name}.d.${extension}`,
    types: `./dist/${name}.d.${extension}`,
  });
  return {
    import: {
      ...types("ts"),
      module: `./dist/${name}.js`,
      node: `./dist/${name}.node.js`,
      default: `./dist/${name}.js`,
    },
    require: { ...types("cts"), module: `./dist/${name}.js`, default: `./dist/${name}.cjs` },
  };
}

/** `typesVersions` of package.json, for compilers that know no `exports`. */
export function typesVersionsOf(entries: readonly Entry[]): object {
  const others = entries.filter(({ name }) => name !== "index");
  const pathsOf = (folder: string) =>
    Object.fromEntries(others.map(({ name }) => [name, [`./${folder}/${name}.d.cts`]]));
  return {
    "<5.7": { "dist/index.d.cts": ["./dist/ts5.6/index.d.cts"], ...pathsOf("dist/ts5.6") },
    "*": pathsOf("dist"),
  };
}

/** `sideEffects` of package.json: the main entry for workerd changes that for all. */
export const sideEffectsOf = (entries: readonly Entry[]): string[] => [
  "./dist/index.workerd.js",
  ...entries
    .filter(({ hasEffects }) => hasEffects)
    .flatMap(({ name }) => ["js", "cjs", "node.js"].map((extension) => `./dist/${name}.${extension}`)),
];
