import { fileURLToPath } from "node:url";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { ENTRIES, specifierOf } from "./scripts/entries.js";

const include = ["test/**/*.test.ts"];
const random = "test/**/*.random.test.ts";
const runtimes = "test/**/*.runtime.test.ts";
const inPages = "test/**/*.browser.test.ts";
const ofPages = "test/**/*.page.test.ts";
const smoke = "test/smoke/*.smoke.test.ts";
/** Packages that commands have added below test/ bring tests of their own. */
const installed = "**/node_modules/**";
/** What most mistakes do not get past: the twins of the kernels, numbers of others, bits. */
const quick = [
  "test/kernels/*.test.ts",
  "test/digests/*.test.ts",
  "test/models/references/exact.test.ts",
  "test/optimizers/torch.test.ts",
];

/**
 * Everything but *.browser.test.ts runs in Node, and what is not *.node.test.ts once more in a real Chromium. The long runs over random problems,
 * *.random.test.ts, are a project of their own, and so are what `npm run test:quick` runs, what needs more than `npm ci` installs,
 * *.runtime.test.ts, what clicks through finished pages from outside, *.page.test.ts, and what tries the packed package where it is to run,
 * *.smoke.test.ts.
 */
export default defineConfig({
  resolve: {
    alias: ENTRIES.map((entry) => ({
      find: new RegExp(`^${specifierOf(entry)}$`),
      replacement: fileURLToPath(new URL(entry.source, import.meta.url)),
    })),
  },
  test: {
    // A guard against what hangs, not a measure of speed: machines are shared.
    testTimeout: 60_000,
    expect: { poll: { timeout: 45_000 } },
    projects: [
      {
        extends: true,
        test: { name: "node", include, exclude: [installed, random, runtimes, inPages, ofPages, smoke] },
      },
      { extends: true, test: { name: "random", include: [random] } },
      { extends: true, test: { name: "runtimes", include: [runtimes] } },
      { extends: true, test: { name: "smoke", include: [smoke], globalSetup: "test/smoke/setup.ts" } },
      { extends: true, test: { name: "pages", include: [ofPages], fileParallelism: false } },
      {
        extends: true,
        test: {
          name: "quick",
          include: quick,
          exclude: ["**/*.definitions.test.ts"],
          isolate: false,
          setupFiles: ["test/support/quick.ts"],
        },
      },
      {
        extends: true,
        // Found later, a dependency would reload the page in the middle of a run.
        optimizeDeps: { include: ["fast-check", "apache-arrow", "hyparquet", "hyparquet-compressors"] },
        test: {
          name: "browser",
          include,
          exclude: [installed, "**/*.node.test.ts", random, runtimes, ofPages, smoke],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            instances: [{ browser: "chromium" }],
            provider: playwright({
              launchOptions: {
                executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
                args: [
                  "--no-sandbox",
                  "--disable-gpu",
                  "--disable-quic",
                  "--no-first-run",
                  "--disable-background-networking",
                  "--disable-component-update",
                  "--disable-sync",
                ],
              },
            }),
          },
        },
      },
    ],
  },
});
