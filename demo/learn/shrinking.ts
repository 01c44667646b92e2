/** Steps of the optimisers on weights that no loss pulls at: what the penalty alone does. */

import { gradientStep } from "regulus";

/** Where the weights start: what each step takes off divides two of them, but not the third. */
export const START = [0.55, -0.26, 0.12] as const;
export const STEP = { learningRate: 0.1, strength: 1 } as const;

/** The weights after 0, 1, 2 … steps, by the proximal step and by the subgradient. */
export function shrink(steps: number): Record<"proximal" | "subgradient" | "l2", Float64Array[]> {
  const follow = (penalty: { l1?: number; l2?: number; l1Mode?: "proximal" | "subgradient" }): Float64Array[] => {
    const w = Float64Array.from(START);
    const none = new Float64Array(w.length);
    const places = [w.slice()];
    for (let step = 0; step < steps; ++step) {
      gradientStep(w, none, { learningRate: STEP.learningRate, ...penalty });
      places.push(w.slice());
    }
    return places;
  };
  return {
    proximal: follow({ l1: STEP.strength }),
    subgradient: follow({ l1: STEP.strength, l1Mode: "subgradient" }),
    l2: follow({ l2: STEP.strength }),
  };
}
