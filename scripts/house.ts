import { dirname, join } from "node:path/posix";

/** Files of src/ by path, and what each imports as it is written there. */
type Imports = ReadonlyMap<string, readonly string[]>;

/** More than these in one folder, and nothing is found by its name any more. */
const MOST_FILES = 13;

/** The rooms from the ground to the roof, each with those right below it. It may import these, and what they may. */
const rooms: Record<string, readonly string[]> = {
  names: [],
  printing: [],
  "host.ts": [],
  "errors.ts": ["names", "printing"],
  data: ["errors.ts"],
  arithmetic: ["data"],
  "kernels/js/vectors": ["arithmetic"],
  "kernels/js/matrices": ["kernels/js/vectors"],
  "kernels/js/fits": ["kernels/js/matrices"],
  "kernels/js/text": ["arithmetic"],
  kernels: ["kernels/js/fits", "kernels/js/text"],
  elementwise: ["kernels"],
  metrics: ["losses"],
  losses: ["kernels"],
  penalties: ["kernels"],
  "solvers/algebra": ["losses", "penalties"],
  "solvers/designs": ["solvers/algebra"],
  "solvers/sums": ["solvers/designs"],
  "solvers/problems": ["solvers/sums"],
  "solvers/methods": ["solvers/problems"],
  "solvers/ridge": ["solvers/problems"],
  "solvers/batch": ["solvers/methods", "solvers/ridge"],
  "solvers/penalised": ["solvers/methods"],
  "solvers/working": ["solvers/methods"],
  solvers: ["solvers/batch", "solvers/penalised", "solvers/working"],
  optimizers: ["solvers"],
  online: ["optimizers", "metrics"],
  tables: ["solvers", "metrics"],
  "models/options": ["tables"],
  "models/results": ["models/options"],
  "models/paths": ["models/results"],
  "models/dealing": ["models/options"],
  "models/penalties": ["models/paths"],
  "models/folds": ["models/paths", "models/dealing"],
  "models/relaxed": ["models/folds"],
  "models/calls": ["models/relaxed"],
  models: ["models/calls"],
  "models/exports": ["models/results"],
  "models/many": ["models"],
  "models/files": ["models/many"],
  "models/sums": ["models/files"],
  "models/executors": ["models/sums", "host.ts"],
  "index.ts": ["elementwise", "models/executors", "models/exports", "models/penalties", "online"],
  "index.workerd.ts": ["index.ts"],
  adapters: ["models/many", "online"],
  readers: ["models/sums", "online", "host.ts"],
  executors: ["index.ts", "host.ts"],
  queue: ["executors", "readers"],
  report: ["index.ts"],
  cli: ["readers", "executors", "queue", "report"],
};

/** Rooms that are entries of their own. All others are in the main entry, which needs nothing from node_modules or Node. */
const withPackages = ["adapters", "readers", "executors", "queue", "report", "cli"];

/**
 * What is wrong with the order of src/: an import up or sideways, a circle of files, a package in the main entry, a folder with too
 * many files, a folder that is no room. Types count as all imports do.
 */
export function faultsOf(imports: Imports): string[] {
  const faults: string[] = [];
  const graph = new Map<string, string[]>();
  for (const [file, specifiers] of imports) {
    const room = roomOf(file);
    if (room === undefined) faults.push(`${file} is in no room: a row in scripts/house.ts says what it may import`);
    const targets: string[] = [];
    for (const specifier of specifiers) {
      if (!specifier.startsWith(".")) {
        if (room !== undefined && !withPackages.includes(room)) faults.push(`${file} imports ${specifier}`);
        continue;
      }
      const target = join(dirname(file), specifier).replace(/\.js$/, ".ts");
      // What is not a module of ours, as kernels.wasm, lies beside.
      if (!target.endsWith(".ts")) continue;
      targets.push(target);
      const other = roomOf(target);
      if (room === undefined || other === undefined || other === room || reach(room).has(other)) continue;
      faults.push(`${file} imports ${target}: ${other} is not below ${room}`);
    }
    graph.set(file, targets);
  }
  faults.push(...circlesOf(graph).map((circle) => `a circle: ${circle.join(" -> ")}`));
  const sizes = new Map<string, number>();
  for (const file of imports.keys()) sizes.set(dirname(file), (sizes.get(dirname(file)) ?? 0) + 1);
  for (const [folder, size] of sizes) {
    if (size > MOST_FILES) faults.push(`${folder} has ${size} files, more than ${MOST_FILES}`);
  }
  return faults;
}

/** Undefined where there is none. A room without rooms of its own holds its folders too, and every room what the build writes for it. */
function roomOf(file: string): string | undefined {
  const path = file.slice("src/".length);
  if (path in rooms) return path;
  const folder = dirname(path).replace(/\/generated$/, "");
  if (folder in rooms) return folder;
  const outer = Object.keys(rooms).find((room) => folder.startsWith(`${room}/`));
  return Object.keys(rooms).some((room) => room.startsWith(`${outer}/`)) ? undefined : outer;
}

/** All that a room may import. */
function reach(room: string): Set<string> {
  const found = new Set(rooms[room]);
  for (const below of found) for (const further of rooms[below]) found.add(further);
  return found;
}

/** One circle of files for each place that closes one. */
function circlesOf(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const circles: string[][] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    const start = path.indexOf(file);
    if (start >= 0) circles.push([...path.slice(start), file]);
    if (start >= 0 || done.has(file)) return;
    path.push(file);
    for (const target of graph.get(file) ?? []) visit(target);
    path.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return circles;
}
