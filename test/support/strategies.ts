/** Every strategy of the gaussian family, and what it can be forced on. A new strategy is one row here. */

import type { Strategy } from "../../src/index.js";

/** What a strategy may not be able to take. */
interface Traits {
  lambda: number;
  l1Ratio: number;
  bounded?: boolean;
}

const table: Record<Strategy, (traits: Traits) => boolean> = {
  residual: () => true,
  newton: () => true,
  gram: () => true,
  cholesky: ({ l1Ratio, bounded }) => l1Ratio === 0 && !bounded,
  ridge: ({ l1Ratio, bounded }) => l1Ratio === 0 && !bounded,
  qr: ({ lambda, bounded }) => lambda === 0 && !bounded,
  sparse: () => true,
};

export const strategies = Object.keys(table) as Strategy[];

/** The strategies that can solve such a problem. */
export function strategiesFor(traits: Traits): Strategy[] {
  return strategies.filter((strategy) => table[strategy](traits));
}
