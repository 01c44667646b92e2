import { describe, expect, test } from "vitest";
import { bounds, simulate } from "../../bench/scale/simulate.js";
import { seededRandom } from "../../src/models/dealing/random.js";

const service = { add: 1e-4, take: 3e-4, server: 2e-4, work: [0.04] };
const run = (given: Partial<typeof service>, workers: number, jobs: number, window = 1000) =>
  simulate({ ...service, ...given }, workers, jobs, window, seededRandom(1));

describe("a simulated queue", () => {
  test("one job after the other takes what all stages take of it", () => {
    const { seconds } = run({}, 1, 20, 1);
    expect(seconds).toBeCloseTo(20 * (1e-4 + 3e-4 + 2e-4 + 0.04), 10);
  });

  test("few workers are busy all of the time, and share the work", () => {
    const { jobsASecond, busy } = run({}, 4, 2000);
    expect(busy.workers).toBeGreaterThan(0.98);
    expect(jobsASecond / bounds(service, 4).workers).toBeGreaterThan(0.98);
    expect(jobsASecond).toBeLessThan(bounds(service, 4).workers);
  });

  test.each([
    ["coordinator", { add: 2e-3, take: 2e-3 }],
    ["server", { server: 5e-3 }],
  ] as const)("of many workers the %s is the limit, if it takes the longest", (stage, given) => {
    const { jobsASecond, busy } = run(given, 1000, 5000);
    expect(busy[stage]).toBeGreaterThan(0.98);
    expect(jobsASecond / bounds({ ...service, ...given }, 1000)[stage]).toBeCloseTo(1, 2);
    expect(busy.workers).toBeLessThan(0.1);
  });

  test("a window of fewer jobs than workers leaves the others idle", () => {
    const { busy } = run({ add: 0, take: 0, server: 0 }, 100, 4000, 25);
    expect(busy.workers).toBeCloseTo(0.25, 2);
  });

  test("jobs of all lengths are drawn: a worker is busy for as long as they take on average", () => {
    const { seconds } = run({ add: 0, take: 0, server: 0, work: [0.01, 0.03] }, 1, 4000);
    expect(seconds / 4000).toBeCloseTo(0.02, 3);
  });
});
