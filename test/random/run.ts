import { afterAll, expect, test } from "vitest";

/** A problem drawn by its number, and its traits by name. */
interface Drawn {
  drawn: Record<string, string>;
}

interface Run<C extends Drawn, M extends { converged: boolean }> {
  /** How many there are, unless RANDOM_PROBLEMS says it; from number 0 on, or RANDOM_FROM. */
  problems: number;
  /** Problems in a test, and its time in ms. */
  batch: number;
  timeout: number;
  draw: (number: number) => C;
  /** The fit; undefined where it is rightly refused. */
  attempt: (drawn: C) => M | undefined;
  /** What is wrong with a fit, in words. */
  faults: (drawn: C, model: M) => string[];
}

/** What RANDOM_SECONDS cuts short has tried so many problems. */
const AT_LEAST = 1000;

/** A whole number from the environment. */
function setting(name: string): number | undefined {
  const text = process.env[name];
  if (text === undefined || text === "") return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new RangeError(`${name} must be a whole number, got "${text}"`);
  return Number(text);
}

/**
 * Expects no faults of any problem. Prints how often fits with a trait did not converge. After RANDOM_SECONDS, the rest is
 * skipped.
 */
export function testFits<C extends Drawn, M extends { converged: boolean }>(run: Run<C, M>): void {
  const { problems, batch, timeout, draw, attempt, faults } = run;
  /** How often fits with a trait came, and how often they did not converge. */
  const tally = new Map<string, { fits: number; open: number }>();

  const count = (drawn: Record<string, string>, converged: boolean): void => {
    for (const trait of ["all", ...Object.entries(drawn).map((pair) => pair.join(" "))]) {
      const row = tally.get(trait) ?? { fits: 0, open: 0 };
      tally.set(trait, { fits: row.fits + 1, open: row.open + (converged ? 0 : 1) });
    }
  };

  const from = setting("RANDOM_FROM") ?? 0;
  const batches = Math.ceil((setting("RANDOM_PROBLEMS") ?? problems) / batch);
  const starts = Array.from({ length: batches }, (_, k) => from + k * batch);
  const deadline = performance.now() + 1000 * (setting("RANDOM_SECONDS") ?? Number.POSITIVE_INFINITY);

  test.for(starts)("fits from number %i on", { timeout }, (start, { skip }) => {
    skip(start - from >= AT_LEAST && performance.now() > deadline, "RANDOM_SECONDS are over");
    const found: string[] = [];
    for (let number = start; number < start + batch; ++number) {
      const drawn = draw(number);
      const model = attempt(drawn);
      if (model === undefined) continue;
      count(drawn.drawn, model.converged);
      found.push(...faults(drawn, model).map((fault) => `${number}: ${fault}`));
    }
    expect(found).toEqual([]);
  });

  afterAll(() => {
    const rows = [...tally].map(([trait, { fits, open }]) => ({ trait, fits, open, percent: (100 * open) / fits }));
    const [all, ...traits] = rows;
    const lines = [all, ...traits.sort((a, b) => a.trait.localeCompare(b.trait))].map(
      ({ trait, fits, open, percent }) => `${percent.toFixed(2).padStart(7)} %  ${open} of ${fits}  ${trait}`,
    );
    console.log(`converged: false, by option\n${lines.join("\n")}`);
  });
}
