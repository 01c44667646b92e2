import { afterAll, expect, test } from "vitest";

/** A problem drawn by its number, and its traits by name. */
interface Drawn {
  drawn: Record<string, string>;
}

interface Run<C extends Drawn, M extends { converged: boolean }> {
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

/** Expects no faults of any problem. Prints how often fits with a trait did not converge. */
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

  const starts = Array.from({ length: problems / batch }, (_, k) => k * batch);

  test.each(starts)("fits from number %i on", { timeout }, (start) => {
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
