/**
 * Builds the page of a report, src/report/page/, into one HTML file without a reference to another, and writes it as text to
 * src/report/generated/template.ts. Nothing is done where nothing has changed since the last time.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";
import { viteSingleFile } from "vite-plugin-singlefile";

const SOURCES = ["src/report", "src/printing", "src/arithmetic"];
const OUTPUT = "src/report/generated/template.ts";
const STAMP = "build/report.stamp";
/** What renderReport puts a title and data in the place of. */
const PLACES = ["REGULUS_TITLE", "REGULUS_DATA"];

/** Everything that the outcome depends on. */
function fingerprint(): string {
  const files = SOURCES.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => join(folder, path)),
  );
  const hash = createHash("sha256");
  for (const path of ["package-lock.json", "scripts/buildReport.ts", ...files.sort()]) {
    if (path !== OUTPUT && statSync(path).isFile()) hash.update(path).update(readFileSync(path));
  }
  return hash.digest("hex");
}

async function htmlOf(): Promise<string> {
  const result = await build({
    root: "src/report/page",
    configFile: false,
    logLevel: "warn",
    plugins: [viteSingleFile()],
    build: { write: false, target: "es2022" },
  });
  const { output } = [result].flat()[0] as { output: { fileName: string; source?: string | Uint8Array }[] };
  const html = String(output.find(({ fileName }) => fileName === "index.html")?.source);
  for (const place of PLACES) {
    if (html.split(place).length !== 2) throw new Error(`${place} must be in the page of the report once`);
  }
  return html;
}

const stamp = fingerprint();
const isFresh = existsSync(OUTPUT) && existsSync(STAMP) && readFileSync(STAMP, "utf8") === stamp;
if (!isFresh) {
  const html = await htmlOf();
  for (const folder of ["build", "src/report/generated"]) mkdirSync(folder, { recursive: true });
  writeFileSync(
    OUTPUT,
    `// Written by scripts/buildReport.ts from src/report/page/.\nexport const TEMPLATE = ${JSON.stringify(html)};\n`,
  );
  writeFileSync(STAMP, stamp);
}
