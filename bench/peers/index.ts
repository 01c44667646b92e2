import type { Suite } from "../options.js";
import { runTasks } from "../solvers/runTasks.js";
import { contenders, tasks } from "../solvers/tasks.js";

export const suite: Suite = {
  title: "the tasks of the solvers alone, against R, Python and the libraries of bench/peers",
  names: tasks.map(({ name }) => name),
  flags: ["only", "rounds", "cpu"],
  contenders,
  run: runTasks,
};
