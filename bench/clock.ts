/** What counts as time: on a machine that others use too, processor time is the better measure of one thread. */
export type Clock = "wall" | "cpu";

const clocks: Record<Clock, () => number> = {
  wall: () => performance.now() / 1e3,
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  },
};

/** The seconds that `work` takes, and its result. */
export function timed<T>(clock: Clock, work: () => T): { seconds: number; result: T } {
  const now = clocks[clock];
  const start = now();
  const result = work();
  return { seconds: now() - start, result };
}
