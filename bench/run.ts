/** `npm run bench -- <suite>`: one row per suite, loaded only when asked for. */
const suites: Record<string, () => Promise<{ run(words: readonly string[]): Promise<void> }>> = {
  kernels: () => import("./kernels/index.js"),
  optimizers: () => import("./optimizers/index.js"),
  solvers: () => import("./solvers/index.js"),
  batch: () => import("./batch/index.js"),
  online: () => import("./online/index.js"),
  peers: () => import("./peers/index.js"),
};

const name = process.argv[2] ?? "";

if (Object.hasOwn(suites, name)) {
  const suite = await suites[name]();
  await suite.run(process.argv.slice(3));
} else {
  console.error(`usage: npm run bench -- <suite>, with one of: ${Object.keys(suites).join(", ")}`);
  process.exitCode = 2;
}
