import { copyFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build as esbuild } from "esbuild";
import type { Browser } from "playwright";
import { build as vite } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Site, STRICT, serve, WITH_WASM } from "../demo/site.js";
import { launch } from "../demo/visit.js";
import { type Answer, expected, folder, installed, write } from "./user.js";

let node: Answer;
let browser: Browser;
beforeAll(async () => {
  [node, browser] = await Promise.all([expected(), launch()]);
});
afterAll(() => browser.close());

/** As much of webpack as is used: its types are installed with it alone. */
type Webpack = (options: object) => {
  run(done: (error: Error | null, stats?: { toString(preset: string): string }) => void): void;
};

/** A page of one script. */
const html = (script: string): string =>
  `<!doctype html><title>${script}</title><script type="module" src="${script}"></script>`;
/** What a script of a page says by its title. */
const SAY = 'const say = (value) => { document.title = "said"; globalThis.said = value; };\n';
const FITS = `${SAY}import * as regulus from "regulus";
import { answer } from "../answer.js";
say(answer(regulus));
`;
const FITS_BY_WORKERS = `${SAY}import * as regulus from "regulus";
import { createExecutor } from "regulus/workers";
import { answer, answerOfWorkers } from "../answer.js";
const workers = await answerOfWorkers(regulus, { createExecutor });
say({ ...answer(regulus), workers });
`;

/** What the page in a folder of the user's says, opened in Chromium. */
async function saidBy(place: string, policy = WITH_WASM): Promise<unknown> {
  const site: Site = await serve(policy, join(folder, place));
  const page = await browser.newPage();
  const messages: string[] = [];
  page.on("pageerror", (error) => messages.push(error.message));
  page.on("requestfailed", (request) => messages.push(`${request.url()} failed`));
  try {
    await page.goto(site.url);
    await page.waitForFunction(() => document.title === "said", undefined, { timeout: 40_000 });
    return await page.evaluate("said");
  } catch (error) {
    throw new Error(`${error}\n${messages.join("\n")}`);
  } finally {
    await page.close();
    await site.close();
  }
}

/** Writes a module and bundles it by esbuild, which leaves workers to others. */
const bundle = (source: string, text: string, outfile: string) =>
  esbuild({
    entryPoints: [write(source, text)],
    outfile: join(folder, outfile),
    bundle: true,
    minify: true,
    format: "esm",
  });

describe("bundlers, their pages opened in Chromium", () => {
  test("Vite, with workers", async () => {
    write("vite/index.html", html("/page.js"));
    write("vite/page.js", FITS_BY_WORKERS);
    await vite({ root: join(folder, "vite"), configFile: false, logLevel: "error", build: { target: "es2022" } });
    expect(await saidBy("vite/dist")).toEqual({ ...node, workers: node.twins });
  });

  test("webpack, with workers", { timeout: 180_000 }, async () => {
    const webpack: Webpack = createRequire(installed("webpack/package.json"))("webpack");
    const path = join(folder, "webpack/dist");
    const compiler = webpack({
      context: folder,
      mode: "production",
      entry: write("webpack/page.js", FITS_BY_WORKERS),
      experiments: { topLevelAwait: true },
      performance: false,
      output: { path, publicPath: "/" },
    });
    const report = await new Promise<string>((done, fail) => {
      compiler.run((error, stats) => (error === null ? done(stats?.toString("errors-warnings") ?? "") : fail(error)));
    });
    expect(report).toMatch(/compiled successfully$/);
    write("webpack/dist/index.html", html("/main.js"));
    expect(await saidBy("webpack/dist")).toEqual({ ...node, workers: node.twins });
  });

  test("esbuild, and the twins where a policy forbids WebAssembly", async () => {
    await bundle("esbuild/page.js", FITS, "esbuild/dist/page.js");
    write("esbuild/dist/index.html", html("/page.js"));
    expect(await saidBy("esbuild/dist")).toEqual(node);
    const { backend, ...bits } = (await saidBy("esbuild/dist", STRICT)) as Answer;
    expect(backend).toEqual({ name: "js", reason: expect.stringContaining("Content Security Policy") });
    expect(bits).toEqual({ byDefault: node.twins, twins: node.twins });
  });
});

test("esbuild, readers without the packages that they read other files with", async () => {
  const source = `${SAY}import { readArrow, readCsv, readParquet } from "regulus/readers";
let read = [];
for await (const { columns, rows } of readCsv(new Blob(["a,b\\n1,2.5\\n3,4\\n"]))) read.push(rows, ...columns.b);
for (const reader of [readArrow, readParquet]) {
  try {
    for await (const chunk of reader(new Blob(["no table"]))) read.push(chunk);
  } catch ({ code }) {
    read.push(code);
  }
}
say(read);
`;
  await bundle("readers/page.js", source, "readers/dist/page.js");
  write("readers/dist/index.html", html("/page.js"));
  expect(await saidBy("readers/dist")).toEqual([2, 2.5, 4, "ERR_PEER", "ERR_PEER"]);
});

test("a page without a bundler: one file by a script of type module", async () => {
  const place = "plain";
  write(`${place}/page.js`, FITS.replace('"regulus"', '"./index.js"').replace("../answer.js", "./answer.js"));
  copyFileSync(join(folder, "answer.js"), join(folder, place, "answer.js"));
  copyFileSync(join(folder, "node_modules/regulus/dist/index.js"), join(folder, place, "index.js"));
  write(`${place}/index.html`, html("/page.js"));
  expect(await saidBy(place)).toEqual(node);
});

describe("workers of a page", () => {
  test("a Web Worker", async () => {
    await bundle(
      "worker/source.js",
      `import * as regulus from "regulus";
import { answer } from "../answer.js";
postMessage(answer(regulus));
`,
      "worker/dist/worker.js",
    );
    write(
      "worker/dist/page.js",
      `${SAY}new Worker("/worker.js", { type: "module" }).onmessage = ({ data }) => say(data);\n`,
    );
    write("worker/dist/index.html", html("/page.js"));
    expect(await saidBy("worker/dist")).toEqual(node);
  });

  test("a service worker", async () => {
    await bundle(
      "service/source.js",
      `import * as regulus from "regulus";
import { answer } from "../answer.js";
addEventListener("message", ({ source }) => source.postMessage(answer(regulus)));
`,
      "service/dist/service.js",
    );
    write(
      "service/dist/page.js",
      `${SAY}navigator.serviceWorker.onmessage = ({ data }) => say(data);
await navigator.serviceWorker.register("/service.js", { type: "module" });
(await navigator.serviceWorker.ready).active.postMessage("answer");
`,
    );
    write("service/dist/index.html", html("/page.js"));
    expect(await saidBy("service/dist")).toEqual(node);
  });
});
