/** Random problems at extreme scales, each against the same problem at an ordinary one. Prints how often which did not converge. */

import {
  type AnyModel,
  dense,
  elasticNet,
  fitMany,
  type LogisticOptions,
  logistic,
  type MatrixLike,
  multinomial,
  poisson,
  type VectorLike,
} from "../../src/index.js";
import { testFits } from "./run.js";
import { type Fit, power, type ScaleCase, scaleCase } from "./scaleCases.js";

const FITS: Record<ScaleCase["family"], (X: MatrixLike, y: VectorLike, options: LogisticOptions) => AnyModel> = {
  gaussian: elasticNet,
  binomial: logistic,
  multinomial,
  poisson,
};

interface Result {
  coefficients: Float64Array;
  intercepts: number[];
  converged: boolean;
  numbers: number[];
}

/** The fit by itself, or as one of many in each layout. */
function fitted(family: ScaleCase["family"], { X, y, options }: Fit, how: string): Result {
  if (how === "alone") {
    const model = FITS[family](X, y, options) as unknown as {
      coefficients: Float64Array;
      intercept?: number;
      intercepts?: Float64Array;
      converged: boolean;
      objective: number;
      dualityGap: number;
      certificate: string;
    };
    const intercepts = [...(model.intercepts ?? [model.intercept as number])];
    const { coefficients, converged, objective } = model;
    const gap = model.certificate === "gap" ? [model.dualityGap] : [];
    return { coefficients, intercepts, converged, numbers: [...coefficients, ...intercepts, objective, ...gap] };
  }
  const { weights, strategy: _, ...rest } = options;
  const own = weights === undefined ? {} : { weights };
  const many =
    how === "shared"
      ? fitMany({
          ...rest,
          ...own,
          family,
          X: X as never,
          y: dense(Float64Array.from([...y, ...y]), y.length, 2, { order: "column" }),
        } as never)
      : fitMany({
          ...rest,
          ...(weights && { weights: [weights, weights] }),
          family,
          X: [X, X] as never,
          y: [y, y] as never,
        } as never);
  const model = many as unknown as {
    coefficients: Float64Array;
    intercepts: Float64Array;
    converged: Uint8Array;
    errors: (Error | undefined)[];
  };
  if (model.errors[1] !== undefined) throw model.errors[1];
  const p = model.coefficients.length / 2;
  const k = model.intercepts.length / 2;
  const coefficients = model.coefficients.slice(p);
  const intercepts = [...model.intercepts.slice(k)];
  return { coefficients, intercepts, converged: model.converged[1] === 1, numbers: [...coefficients, ...intercepts] };
}

const HOWS = ["alone", "alone", "shared", "list"];

function attempt(drawn: ScaleCase): Result | undefined {
  const how = HOWS[Math.abs(drawn.columnScales.length + Math.round(1e6 * drawn.size)) % 4];
  drawn.drawn.how = how;
  try {
    return fitted(drawn.family, drawn.scaled, how);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === undefined) throw error;
    // Squares underflow or overflow.
    const extreme = Math.max(...drawn.columnScales.map(Math.abs), Math.abs(drawn.responseScale));
    if (extreme < 190) throw error;
    return undefined;
  }
}

function faults(
  { family, isKnown, columnScales, responseScale, sizes, size, ordinary, drawn }: ScaleCase,
  result: Result,
): string[] {
  const found: string[] = [];
  if (!result.numbers.every(Number.isFinite)) found.push(`no number among ${result.numbers}`);
  const expected = fitted(family, ordinary, "alone");
  if (!isKnown || !result.converged || !expected.converged) return found.map((f) => f + JSON.stringify(drawn));
  const p = columnScales.length;
  result.coefficients.forEach((value, c) => {
    const j = c % p;
    const back = power(value, columnScales[j] - responseScale);
    if (!(Math.abs(back - expected.coefficients[c]) * sizes[j] <= 1e-4 * size)) {
      found.push(`coefficient ${c} is ${value}, at the ordinary scale ${back} instead of ${expected.coefficients[c]}`);
    }
  });
  result.intercepts.forEach((value, k) => {
    if (family !== "multinomial" && !(Math.abs(power(value, -responseScale) - expected.intercepts[k]) <= 1e-4 * size)) {
      found.push(`intercept ${value} instead of ${power(expected.intercepts[k], responseScale)}`);
    }
  });
  return found.map((f) => `${f} ${JSON.stringify(drawn)} scales ${columnScales}`);
}

testFits({ problems: 4000, batch: 500, timeout: 120_000, draw: scaleCase, attempt, faults });
