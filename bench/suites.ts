import type { Suite } from "./options.js";

/** One row per suite, loaded only when asked for. */
export const suites: Record<string, () => Promise<{ suite: Suite }>> = {
  kernels: () => import("./kernels/index.js"),
  small: () => import("./small/index.js"),
  optimizers: () => import("./optimizers/index.js"),
  solvers: () => import("./solvers/index.js"),
  batch: () => import("./batch/index.js"),
  manycv: () => import("./manycv/index.js"),
  executors: () => import("./executors/index.js"),
  builds: () => import("./builds/index.js"),
  choice: () => import("./choice/index.js"),
  map: () => import("./map/index.js"),
  online: () => import("./online/index.js"),
  penalties: () => import("./penalties/index.js"),
  tables: () => import("./tables/index.js"),
  accumulate: () => import("./accumulate/index.js"),
  readers: () => import("./readers/index.js"),
  queue: () => import("./queue/index.js"),
  scale: () => import("./scale/index.js"),
  cli: () => import("./cli/index.js"),
  page: () => import("./page/index.js"),
  peers: () => import("./peers/index.js"),
};
