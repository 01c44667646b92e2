import { writeResults } from "../harness.js";
import { readOptions } from "../options.js";
import { measureGrowth } from "./growth.js";
import { measureMemory } from "./memory.js";
import { growthTable, memoryTable } from "./report.js";
import { runTasks } from "./runTasks.js";
import { tasks } from "./tasks.js";

const GROWTH_ROUNDS = 5;

/**
 * Times our paths and cross-validation against the peers that are installed, at equal accuracy, and how time and memory grow with
 * the data; prints the tables and the gates, and writes the JSON when everything has been run.
 *
 * @param words - Names of tasks, "growth" or "memory", to run only those, and the options of every suite.
 */
export async function run(words: readonly string[]): Promise<void> {
  const options = readOptions(words, [...tasks.map(({ name }) => name), "growth", "memory"]);
  const wanted = (name: string) => options.names.length === 0 || options.names.includes(name);
  const measured = tasks.some(({ name }) => wanted(name)) ? await runTasks(options) : {};
  const growth = wanted("growth") ? measureGrowth(options.rounds ?? GROWTH_ROUNDS) : [];
  if (growth.length > 0) console.log(`\n${growthTable(growth)}`);
  const memory = wanted("memory") ? measureMemory() : [];
  if (memory.length > 0) console.log(`\n${memoryTable(memory)}`);
  if (options.whole) writeResults("solvers", { ...measured, growth, memory });
}
