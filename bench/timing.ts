import { median } from "./harness.js";

export async function seconds(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1e3;
}

/** Processor time of this process, its threads included. */
export async function processor(work: () => unknown): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

/** The median over the rounds, of samples after one that warms up. */
export async function often(rounds: number, sample: () => Promise<number>): Promise<number> {
  await sample();
  const all: number[] = [];
  for (let round = 0; round < rounds; ++round) all.push(await sample());
  return median(all);
}
