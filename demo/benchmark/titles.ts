/** The tasks, in their order: apart from them, so that the page need not load what they measure. */
export const TITLES = [
  "soft threshold, 1,000,000 numbers",
  "elastic net prox, 1,000,000 numbers",
  "proximal gradient step, 1,000,000 weights",
  "step of Adam, 100,000 weights of float32",
  "lasso path, 100 lambdas, 442×64",
  "10-fold cross-validation, 442×10",
] as const;
