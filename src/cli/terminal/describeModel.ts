import type { AnyModel } from "../../index.js";
import { rough } from "../../printing/numbers.js";
import type { Training } from "../table/designOf.js";
import { coefficientTable } from "./coefficients.js";
import type { Desk } from "./Desk.js";
import { headed, noted, styleOf } from "./style.js";
import { keptOf, kindOf, readOf } from "./words.js";

/** What a fit has found: a sentence, coefficients, notes. */
export function describeModel(model: AnyModel, training: Training, desk: Desk): string {
  const style = styleOf(desk.isColoured);
  const width = Math.min(desk.width, 100);
  const p = training.names.length;
  const { coefficients, lambda, l1Ratio } = model;
  const kept = new Set(
    Array.from(coefficients.keys())
      .filter((k) => coefficients[k] !== 0)
      .map((k) => k % p),
  ).size;
  const text = keptOf(kept, p);
  const ratio = l1Ratio > 0 && l1Ratio < 1 ? `, l1-ratio ${l1Ratio}` : "";
  const sentence = `${text.charAt(0).toUpperCase()}${text.slice(1)} at lambda ${rough(lambda)}${ratio}.`;
  return [
    headed(sentence, `${kindOf(model)}; ${readOf(training)}`, width, style),
    coefficientTable([model], ["coefficient"], width, style),
    noted([...training.notes, ...certificateOf(model, kept)], width, style),
  ].join("\n\n");
}

const OBSTACLES: Record<string, string> = {
  maxIterations: "It ended at its --max-iterations: allow more, or a larger --tolerance.",
  unbounded:
    "The minimum is at infinite coefficients, as where columns tell the classes apart: give every column a penalty.",
  precision: "Double precision shows no further progress: columns all but depend on each other, or lie far from 0.",
};

/** What is known of how good the coefficients are. */
function certificateOf(model: AnyModel, kept: number): string[] {
  const { converged, dualityGap, objective, stopReason, family, classes, hasOffset } = model as AnyModel & {
    classes?: readonly unknown[];
  };
  return [
    ...(kept === 0 ? ["It predicts the same for every row: a smaller --lambda lets columns in."] : []),
    ...(family === "binomial" && classes
      ? [`A coefficient above 0 speaks for ${JSON.stringify(classes[1])}, below 0 for ${JSON.stringify(classes[0])}.`]
      : []),
    ...(hasOffset ? ["Fitted with an offset, which predictions need too."] : []),
    converged
      ? dualityGap >= 0
        ? `Converged: the objective, ${rough(objective)}, is within ${rough(dualityGap)} of its minimum (duality gap).`
        : "Converged."
      : `Not converged${dualityGap >= 0 ? `: the objective, ${rough(objective)}, may be up to ${rough(dualityGap)} above its minimum` : ""}.`,
    ...(stopReason ? [OBSTACLES[stopReason] ?? stopReason] : []),
  ];
}
