import { builtin } from "../host.js";

/** The cores that are there to be used. */
export function availableCores(): number {
  const { navigator } = globalThis as { navigator?: { hardwareConcurrency?: number } };
  const system = builtin<{ availableParallelism?(): number }>("node:os");
  return system?.availableParallelism?.() ?? navigator?.hardwareConcurrency ?? 2;
}
