/**
 * Builds the page of a report, src/report/page/, into one HTML file without a reference to another, and writes it as text to
 * src/report/generated/template.ts. Nothing is done where nothing has changed since the last time.
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { build } from "vite";
import { viteSingleFile } from "vite-plugin-singlefile";
import { filesBelow, fingerprintOf, isStamped, writeStamp } from "./stamp.js";

const SOURCES = ["src/report", "src/printing", "src/arithmetic"];
const OUTPUT = "src/report/generated/template.ts";
const STAMP = "build/report.stamp";
/** What renderReport puts a title and data in the place of. */
const PLACES = ["REGULUS_TITLE", "REGULUS_DATA"];

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

/** Everything that the outcome depends on. */
const sources = SOURCES.flatMap(filesBelow).filter((path) => path !== OUTPUT);
const stamp = fingerprintOf(["package-lock.json", "scripts/buildReport.ts", ...sources]);
if (!existsSync(OUTPUT) || !isStamped(STAMP, stamp)) {
  const html = await htmlOf();
  mkdirSync(dirname(OUTPUT), { recursive: true });
  writeFileSync(
    OUTPUT,
    `// Written by scripts/buildReport.ts from src/report/page/.\nexport const TEMPLATE = ${JSON.stringify(html)};\n`,
  );
  writeStamp(STAMP, stamp);
}
