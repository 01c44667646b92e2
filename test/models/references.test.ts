import { describe, expect, test } from "vitest";
import { elasticNet, setBackend } from "../../src/index.js";
import { distance, type GoldenCase, goldenSets } from "../support/golden.js";

/** A reference below this is a zero that its solver had not quite reached. */
const ZERO = 1e-100;

const fitted = (size: number): "gram" | "residual" => (size > 0 ? "gram" : "residual");

const optionsOf = ({ l1, l2, fit_intercept }: GoldenCase) => ({
  lambda: l1 + l2,
  l1Ratio: l1 / (l1 + l2),
  intercept: fit_intercept,
  standardize: false,
});

for (const backend of ["wasm", "js"] as const) {
  for (const strategy of ["auto", "gram", "residual"] as const) {
    describe(`exact solutions, ${backend}, ${strategy}`, () => {
      for (const { name, X, y, data, cases } of goldenSets) {
        test.each(cases)(`${name}, $id`, (reference) => {
          setBackend(backend);
          const { coef_exact, intercept_exact, objective_exact, unique } = reference;
          const t0 = performance.now();
          const model = elasticNet(X, y, { ...optionsOf(reference), ...data, strategy, tolerance: 1e-14 });
          const t = performance.now() - t0;
          const errs: string[] = [];
          if (!model.converged) errs.push(`converged false gap ${model.dualityGap} it ${model.iterations}`);
          const o = Math.abs(model.objective - objective_exact) / objective_exact;
          if (o > 1e-10) errs.push(`obj ${o}`);
          if (unique) {
            const d = distance(model.coefficients, coef_exact);
            if (d > 1e-8) errs.push(`coef ${d}`);
            const zeros = coef_exact.map((w) => Math.abs(w) < ZERO);
            const z = Array.from(model.coefficients, (w) => w === 0);
            if (zeros.some((v, j) => v !== z[j])) errs.push(`zeros`);
            if (Math.abs(model.intercept - intercept_exact) > 1e-8 * Math.max(Math.abs(intercept_exact), 1)) errs.push(`b ${model.intercept - intercept_exact} ${intercept_exact}`);
          }
          if (t > 100) errs.push(`time ${t} it ${model.iterations}`);
          if (errs.length) console.log(name, reference.id, strategy, model.strategy, errs.join("; "));
          expect(errs.filter((e) => !e.startsWith("time"))).toEqual([]);
        });
      }
    });
  }
}
