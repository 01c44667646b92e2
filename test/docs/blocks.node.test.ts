import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENTRIES, specifierOf } from "../../scripts/entries.js";
import { blocksOf, hasRegion, moduleOfPage, PAGES, snippetsOf, textOf } from "./pages.js";
import { writeTables } from "./tables.js";

const { scripts, peerDependencies, devDependencies } = JSON.parse(readFileSync("package.json", "utf8"));
const packages = ["regulus", ...Object.keys({ ...peerDependencies, ...devDependencies })];
const withCode = PAGES.filter((page) => blocksOf(page).some(({ language }) => language === "ts"));
/** Of what needs a server: test/docs/queue.runtime.test.ts runs it. */
const needsQueue = (page: string): boolean => blocksOf(page).some(({ code }) => code.includes('"regulus/bullmq"'));
const nameOf = (page: string): string => page.replace(/\.md$/, "").replaceAll("/", "-");

/** Inside of the package, where its own name is that of dist/, as users have it. */
const folder = "build/blocks";

beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const specifiers = ENTRIES.map(specifierOf).filter(
    (name) => !["regulus/worker", "regulus/bullmq", "regulus/tfjs"].includes(name),
  );
  const script = `
    const known = {};
    for (const name of ${JSON.stringify(["../../test/docs/given.ts", ...specifiers])}) known[name] = Object.keys(await import(name));
    console.log(JSON.stringify(known));`;
  writeFileSync(join(folder, "known.ts"), script);
  const known = JSON.parse(execFileSync("node", ["--import", "tsx", join(folder, "known.ts")], { encoding: "utf8" }));
  for (const page of withCode)
    writeFileSync(join(folder, `${nameOf(page)}.ts`), moduleOfPage(page, new Map(Object.entries(known))));
});

describe("TypeScript", () => {
  test("type-checks as strictly as compilers can, all pages in one program", { timeout: 180_000 }, () => {
    const compilerOptions = {
      ...{
        target: "es2022",
        lib: ["es2022", "esnext.disposable", "dom"],
        module: "nodenext",
        moduleResolution: "nodenext",
      },
      ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
      ...{ noEmit: true, skipLibCheck: true, allowImportingTsExtensions: true, types: ["node"] },
    };
    const files = withCode.map((page) => `${nameOf(page)}.ts`);
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    let faults = "";
    try {
      execFileSync("node", ["node_modules/typescript-newest/bin/tsc", "-p", folder], { encoding: "utf8" });
    } catch (error) {
      faults = `${(error as { stdout: string }).stdout}`;
    }
    expect(faults).toBe("");
  });

  describe("runs", () => {
    const pages = withCode.filter((page) => !needsQueue(page));
    const moduleOf = (page: string): string => resolve(folder, `${nameOf(page)}.ts`);
    let faults: Record<string, string>;
    // One process for all: most of the time is its start.
    beforeAll(() => {
      // By its path: threads that pages start import it too, from other folders.
      const run = ["--import", resolve("node_modules/tsx/dist/loader.mjs"), "test/docs/run.ts", ...pages.map(moduleOf)];
      faults = JSON.parse(execFileSync("node", run, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
    }, 300_000);

    test.for(pages)("%s", (page) => {
      expect(faults[moduleOf(page)]).toBeUndefined();
    });
  });
});

describe("the command line", () => {
  const withLines = PAGES.filter((page) => blocksOf(page).some(({ language }) => language === "sh"));

  // One folder for all: pages begin with the same lines, which then need not run again.
  const place = mkdtempSync(join(tmpdir(), "regulus-docs-"));
  const done = new Set<string>();
  beforeAll(() => writeTables(place));
  afterAll(() => rmSync(place, { recursive: true }));

  test.for(withLines)("the lines of %s run", { timeout: 180_000 }, (page) => {
    for (const { code, place: where } of blocksOf(page).filter(({ language }) => language === "sh")) {
      for (const line of code.replace(/\\\n\s*/g, "").split("\n")) {
        const words = line.replace(/\s+#.*/, "").trim();
        if (words !== "" && !done.has(words)) runLine(words, place, where);
        done.add(words);
      }
    }
  });
});

/** Runs what is the package's own; of what installs packages or starts servers it sees that it is there. */
function runLine(line: string, place: string, where: string): void {
  const [program, command, ...rest] = line.split(" ");
  const isRegulus = program === "npx" && command === "regulus";
  if (isRegulus && rest[0] !== "worker") {
    const own = line.replace(/\bnpx regulus\b/g, `node ${resolve("dist/cli.js")}`);
    execFileSync("bash", ["-o", "pipefail", "-c", own], {
      cwd: place,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  } else if (isRegulus) {
    execFileSync("node", ["dist/cli.js", "worker", "--help"], { stdio: "ignore" });
  } else if (program === "npm" && command === "install") {
    for (const name of rest.filter((word) => !word.startsWith("-"))) expect(packages, where).toContain(name);
  } else if (program === "npm" && line.includes("&&")) {
    for (const part of line.split(" && ")) runLine(part, place, where);
  } else if (program === "npm" && command === "run") {
    expect(Object.keys(scripts), where).toContain(rest[0]);
  } else if (program === "npm") {
    expect(["ci", "start", "test"], where).toContain(command);
  } else if (program === "node") {
    expect(existsSync(command.replace(/^node_modules\/regulus\//, "")), `${where}: ${command}`).toBe(true);
  } else {
    throw new Error(`${where}: nothing runs ${line}`);
  }
}

describe("all else", () => {
  // The theme shows the one that suits the page: docs/.vitepress/config.ts.
  test("pictures of screens are there in light and dark, on pages that show them", () => {
    const shown = PAGES.flatMap((page) =>
      [...textOf(page).matchAll(/(?:\]\(|src=")([^)"]*\/?images\/[\w-]+\.png)/g)].map(([, path]) =>
        join(dirname(page), path),
      ),
    );
    expect(new Set(shown)).toEqual(new Set(["docs/images/report.png", "docs/images/page.png"]));
    for (const path of shown) expect(existsSync(path.replace(".png", "-dark.png")), path).toBe(true);
  });

  test.for(PAGES)("the files that %s takes in are there, with their regions", (page) => {
    for (const { path, region } of snippetsOf(page)) {
      expect(existsSync(path), path).toBe(true);
      if (region !== undefined) expect(hasRegion(path, region), `${path}#${region}`).toBe(true);
    }
  });

  test.for(PAGES)("%s has code of other languages in files that were run, and taken in", (page) => {
    const languages = blocksOf(page).map(({ language }) => language);
    expect(languages.filter((language) => !["ts", "sh", "text", "json", "csv", "sql"].includes(language))).toEqual([]);
  });
});
