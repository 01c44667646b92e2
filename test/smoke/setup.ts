import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** A user's folder, where the packed package is installed and nothing else. */
    folder: string;
  }
}

/** Packs what dist/ holds and installs the tarball into an empty folder, beside what every platform does with it. */
export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), "regulus-smoke-"));
  const pack = ["pack", "--ignore-scripts", "--json", "--silent", "--pack-destination", folder];
  const [{ filename }] = JSON.parse(execFileSync("npm", pack, { encoding: "utf8" }));
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  execFileSync("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", join(folder, filename)], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
  cpSync("test/smoke/answer.js", join(folder, "answer.js"));
  const source = readFileSync("test/smoke/answer.js", "utf8");
  const names = [...source.matchAll(/^export (?:async )?function (\w+)/gm)].map(([, name]) => name);
  const required = `${source.replaceAll(/^export /gm, "")}\nmodule.exports = { ${names.join(", ")} };\n`;
  writeFileSync(join(folder, "answer.cjs"), required);
  project.provide("folder", folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
