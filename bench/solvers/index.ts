import type { Options, Suite } from "../options.js";
import { measureGrowth } from "./growth.js";
import { measureMemory } from "./memory.js";
import { growthTable, memoryTable } from "./report.js";
import { runTasks } from "./runTasks.js";
import { contenders, tasks } from "./tasks.js";

const GROWTH_ROUNDS = 5;

export const suite: Suite = {
  title:
    "paths and cross-validation against the peers that are installed, at equal accuracy; growth of time and memory",
  names: [...tasks.map(({ name }) => name), "growth", "memory"],
  flags: ["peers", "only", "rounds", "cpu"],
  contenders,
  run,
};

async function run(options: Options): Promise<Record<string, unknown>> {
  const wanted = (name: string) => options.names.length === 0 || options.names.includes(name);
  const measured = tasks.some(({ name }) => wanted(name)) ? await runTasks(options) : {};
  const growth = wanted("growth") ? measureGrowth(options.rounds ?? GROWTH_ROUNDS) : [];
  if (growth.length > 0) console.log(`\n${growthTable(growth)}`);
  const memory = wanted("memory") ? measureMemory() : [];
  if (memory.length > 0) console.log(`\n${memoryTable(memory)}`);
  return { ...measured, growth, memory };
}
