import { expect, test } from "vitest";
import { seededRandom } from "../../src/models/dealing/random.js";
import { assertSame, cases as ordinary, shortPieces } from "./calls.js";
import { faultyWorker, plainWorker, poolOf } from "./nodeWorkers.js";

/** `FAULTS=1000 FAULTS_SEED=8 npm run test:random -- faults`. */
const FAULTS = Number(process.env.FAULTS ?? 100);
/** Of what happens when. */
const SEED = Number(process.env.FAULTS_SEED ?? 71);
/** Every fourth call has pieces that wait for others in their worker. */
const cases = [...ordinary, ...Array.from({ length: Math.ceil(ordinary.length / 3) }, () => shortPieces)];
const KINDS = ["exit", "throw", "silent", "killed"] as const;

/**
 * Pools of two workers of which every other one fails at one of its first pieces, or is killed at some moment: whatever the call
 * resolves to is what the synchronous one returns, and what it rejects with is a piece that failed twice, or a crash loop.
 */
test(`${FAULTS} faults`, { timeout: 3_600_000 }, async () => {
  const random = seededRandom(SEED);
  const among = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];
  const expected = cases.map(({ now }) => now());
  const done = Object.fromEntries(KINDS.map((kind) => [kind, 0]));
  let faults = 0;
  let resolved = 0;
  let rejected = 0;
  while (faults < FAULTS) {
    const kind = among(KINDS);
    let starts = 0;
    const { executor, made } = poolOf(
      [
        () => {
          starts += 1;
          if (kind === "killed" || starts % 2 === 0) return plainWorker();
          faults += 1;
          done[kind] += 1;
          return faultyWorker(kind, Math.floor(random() * 3));
        },
      ],
      { pieceTimeout: 3000 },
    );
    const kill = (): void => {
      const victim = among(made);
      // Those that have ended have no thread.
      if (kind !== "killed" || victim === undefined || victim.threadId < 0) return;
      faults += 1;
      done[kind] += 1;
      void victim.terminate();
    };
    const timer = setInterval(kill, 300 + 600 * random());
    const calls = Array.from({ length: 6 }, async () => {
      const at = Math.floor(random() * cases.length);
      try {
        const result = await cases[at].later(executor);
        assertSame(result, expected[at], cases[at].name);
        resolved += 1;
      } catch (error) {
        expect(error, String((error as Error).stack)).toMatchObject({ code: "ERR_WORKER" });
        rejected += 1;
      }
    });
    await Promise.all(calls);
    clearInterval(timer);
    await executor.close();
    expect(made.every(({ threadId }) => threadId === -1)).toBe(true);
  }
  console.log(
    `${faults} faults, ${JSON.stringify(done)}: ${resolved} calls resolved to the same bits, ${rejected} rejected`,
  );
  // A piece rarely fails twice; where most calls are rejected, workers do not run at all.
  expect(rejected).toBeLessThan(resolved / 10);
});
