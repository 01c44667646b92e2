import { ENTRIES, specifierOf as specifierOfEntry } from "../../scripts/entries.ts";

/** The subjects of the reference, in its order: by slug, with a title and a sentence. */
export const SUBJECTS = {
  fits: {
    title: "Fits",
    about: "One call, one model: numbers, classes and counts with an L1, an L2 or both penalties.",
  },
  paths: { title: "Paths and cross-validation", about: "Many lambdas at once, and the choice among them." },
  many: {
    title: "Many models",
    about: "Thousands of models in one call: one for each group, or for each of many targets.",
  },
  results: { title: "Results", about: "What the fits return: coefficients, certificates, predictions, summaries." },
  tables: { title: "Tables", about: "From records, columns or Arrow to a matrix with names, and back by name." },
  data: { title: "Matrices and vectors", about: "What is taken as X and y." },
  penalties: { title: "Other penalties", about: "Penalties beside the elastic net, handed in as `penalty`." },
  metrics: { title: "Metrics", about: "How good predictions are." },
  saving: {
    title: "Saving and exporting",
    about: "Results as JSON, bytes, SQL, JavaScript, ONNX and CSV; all of it is checked as it is read.",
  },
  training: { title: "Optimisers", about: "Training by steps, with PyTorch's options and exact zeros." },
  online: { title: "Online models", about: "Linear models that learn from a stream." },
  kernels: {
    title: "Kernels and memory",
    about: "Fused functions on typed arrays, arenas, and the choice of a backend.",
  },
  sums: {
    title: "Sums of rows",
    about: "More rows than memory, or than one owner: sums that merge, and fits of them.",
  },
  readers: { title: "Readers", about: "Files, streams and queries as chunks of columns." },
  executors: { title: "Executors", about: "The same calls on workers, with progress and cancel." },
  queues: { title: "Queues", about: "The same calls on many machines, through BullMQ on Redis or PostgreSQL." },
  reports: { title: "Reports", about: "A result as one page of HTML, or as plain data." },
  tensorflow: { title: "TensorFlow.js", about: "Optimisers for `model.compile`, with weight decay and exact zeros." },
};

/** The subject of what a file of src/ exports: that of the first row its path begins with. */
const ROWS = [
  ["models/results/modelToJSON", "saving"],
  ["models/results/pathToJSON", "saving"],
  ["models/results/crossValidationToJSON", "saving"],
  ["models/results/numbersJSON", "saving"],
  ["models/results/", "results"],
  ["models/files/", "saving"],
  ["models/exports/", "saving"],
  ["models/many/manyToJSON", "saving"],
  ["models/many/ManyModels", "many"],
  ["models/many/", "many"],
  ["models/penalties/", "penalties"],
  ["models/options/penalty", "penalties"],
  ["penalties/", "penalties"],
  ["models/sums/", "sums"],
  ["models/executors/", "executors"],
  ["models/crossValidate", "paths"],
  ["models/regularizationPath", "paths"],
  ["models/options/pathOptions", "paths"],
  ["models/options/measure", "paths"],
  ["models/folds", "paths"],
  ["models/split", "paths"],
  ["models/dealing/", "paths"],
  ["models/", "fits"],
  ["losses/", "fits"],
  ["solvers/", "fits"],
  ["metrics/", "metrics"],
  ["tables/", "tables"],
  ["data/tables/", "tables"],
  ["data/classWeights", "fits"],
  ["data/", "data"],
  ["elementwise/", "kernels"],
  ["kernels/", "kernels"],
  ["errors", "kernels"],
  ["optimizers/", "training"],
  ["online/", "online"],
  ["readers/", "readers"],
  ["executors/", "executors"],
  ["queue/", "queues"],
  ["report/", "reports"],
  ["adapters/", "tensorflow"],
];

export const subjectOf = (source) => ROWS.find(([start]) => source.startsWith(start))?.[1];

/** What the entry is imported as that a module of the reference is, by its source without its end, or that of its folder. */
export function specifierOf(module) {
  const sources = [`src/${module}.ts`, `src/${module}/index.ts`];
  const found = ENTRIES.find(({ source }) => sources.includes(source));
  if (found === undefined) throw new Error(`${module} is no entry of the package`);
  return specifierOfEntry(found);
}
