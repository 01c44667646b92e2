import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";

interface Compiler {
  name: string;
  /** Whether its typed arrays are generic. */
  knowsBuffers: boolean;
  /** Whether it still looks for declarations as Node 10 did. */
  knowsNode10: boolean;
}

const COMPILERS: readonly Compiler[] = [
  { name: "typescript-5.0", knowsBuffers: false, knowsNode10: true },
  { name: "typescript-5.4", knowsBuffers: false, knowsNode10: true },
  { name: "typescript", knowsBuffers: true, knowsNode10: true },
  { name: "typescript-newest", knowsBuffers: true, knowsNode10: false },
];

/** How users set a compiler up. */
interface Setup {
  moduleResolution: "nodenext" | "node16" | "bundler" | "node";
  /** Whether the package of the user is CommonJS. */
  isCommonJs: boolean;
  flags: readonly string[];
}

const FLAGS = ["exactOptionalPropertyTypes", "noUncheckedIndexedAccess"];
const SETUPS: readonly Setup[] = [
  { moduleResolution: "nodenext", isCommonJs: false, flags: [] },
  ...FLAGS.map((flag): Setup => ({ moduleResolution: "nodenext", isCommonJs: false, flags: [flag] })),
  { moduleResolution: "nodenext", isCommonJs: false, flags: FLAGS },
  { moduleResolution: "nodenext", isCommonJs: true, flags: FLAGS },
  { moduleResolution: "node16", isCommonJs: true, flags: FLAGS },
  { moduleResolution: "node16", isCommonJs: false, flags: FLAGS },
  { moduleResolution: "bundler", isCommonJs: false, flags: FLAGS },
  { moduleResolution: "node", isCommonJs: false, flags: FLAGS },
];

/** Modules that use the package, by name. */
export type Sources = Readonly<Record<string, string>>;

interface Checked {
  /** What every compiler takes. */
  sources: Sources;
  /** What those take besides whose typed arrays are generic. */
  withBuffers?: Sources;
  /** The declarations of what the sources take as given. */
  prelude: string;
  lib: readonly string[];
  /** Whether all declarations are checked, those of the package included, and every flag is set by itself too. */
  isThorough: boolean;
}

/**
 * Type-checks modules below `folder`, where the package is installed, strictly, with every compiler in every setup, as many at a time as there
 * are cores.
 *
 * @returns How many runs there were.
 */
export async function checkTypes(
  folder: string,
  { sources, withBuffers = {}, prelude, lib, isThorough }: Checked,
): Promise<number> {
  for (const isCommonJs of [true, false]) {
    const place = join(folder, isCommonJs ? "commonjs" : "module");
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, "package.json"), JSON.stringify({ type: isCommonJs ? "commonjs" : "module" }));
    for (const [name, source] of Object.entries({ "prelude.d.ts": prelude, ...sources, ...withBuffers })) {
      writeFileSync(join(place, name), source);
    }
  }
  const setups = SETUPS.filter(({ flags }) => isThorough || flags === FLAGS);
  const runs = COMPILERS.flatMap((compiler) =>
    setups
      .filter(({ moduleResolution }) => moduleResolution !== "node" || compiler.knowsNode10)
      .map((setup, k) => async (): Promise<string> => {
        const { moduleResolution, isCommonJs, flags } = setup;
        const place = join(folder, isCommonJs ? "commonjs" : "module");
        const config = join(place, `tsconfig.${compiler.name}.${k}.json`);
        const options = {
          noEmit: true,
          strict: true,
          target: "es2022",
          lib,
          types: [],
          skipLibCheck: !isThorough,
          module: ["nodenext", "node16"].includes(moduleResolution) ? moduleResolution : "esnext",
          moduleResolution,
          ...Object.fromEntries(flags.map((flag) => [flag, true])),
        };
        const files = ["prelude.d.ts", ...Object.keys({ ...sources, ...(compiler.knowsBuffers && withBuffers) })];
        writeFileSync(config, JSON.stringify({ compilerOptions: options, files }));
        const label = [compiler.name, moduleResolution, isCommonJs ? "CommonJS" : "ESM", ...flags].join(" ");
        const start = performance.now();
        await run("node", [resolve("node_modules", compiler.name, "bin/tsc"), "-p", config], label);
        return `${label}: ${((performance.now() - start) / 1000).toFixed(1)} s`;
      }),
  );
  const left = [...runs];
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) console.log(await next());
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return runs.length;
}

function run(command: string, args: readonly string[], label: string): Promise<void> {
  return new Promise((done, fail) => {
    execFile(command, args, { maxBuffer: 1e8 }, (error, stdout, stderr) => {
      if (error === null) done();
      else fail(new Error(`${label}:\n${stdout}${stderr}`));
    });
  });
}
