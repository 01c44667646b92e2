import { writeResults } from "../harness.js";
import { readOptions } from "../options.js";
import { runTasks } from "../solvers/runTasks.js";
import { tasks } from "../solvers/tasks.js";

/**
 * The tasks of the solvers' suite alone, against all peers that are installed: R glmnet, Python's scikit-learn and numpy, and the
 * libraries of this folder (`npm install` in it).
 *
 * @param words - Names of tasks, to run only those, and the options of every suite.
 */
export async function run(words: readonly string[]): Promise<void> {
  const options = readOptions(
    words,
    tasks.map(({ name }) => name),
  );
  const measured = await runTasks(options);
  if (options.whole) writeResults("peers", measured);
}
