import type { ContenderName } from "./tasks.js";

/** How many times as fast as the best of the references a contender has to be, all of them at least as accurate as the target. */
export interface Gate {
  task: string;
  target: number;
  contender: ContenderName;
  references: readonly ContenderName[];
  atLeast: number;
}

const NATIVE = ["glmnet", "scikit-learn"] as const;
const LOGISTIC = ["glmnet", "liblinear", "saga"] as const;

export const gates: readonly Gate[] = [
  { task: "T1", target: 1e-4, contender: "regulus", references: NATIVE, atLeast: 3 },
  { task: "T1", target: 1e-8, contender: "regulus", references: NATIVE, atLeast: 5 },
  { task: "T2", target: 1e-4, contender: "regulus", references: NATIVE, atLeast: 1.4 },
  { task: "T3", target: 2e-5, contender: "regulus", references: NATIVE, atLeast: 5 },
  { task: "T3", target: 1e-10, contender: "regulus", references: NATIVE, atLeast: 2 },
  { task: "T4", target: 1e-7, contender: "regulus", references: ["numpy"], atLeast: 1.2 },
  { task: "T4", target: 1e-7, contender: "regulus", references: ["glmnet"], atLeast: 5 },
  { task: "T5", target: 1e-5, contender: "regulus", references: LOGISTIC, atLeast: 1.8 },
  { task: "T5", target: 1e-8, contender: "regulus", references: LOGISTIC, atLeast: 1.8 },
  { task: "T5-ridge", target: 1e-8, contender: "regulus", references: ["lbfgs"], atLeast: 1 },
  { task: "T5-multinomial", target: 1e-5, contender: "regulus", references: ["glmnet"], atLeast: 2 },
  { task: "T5-multinomial", target: 1e-8, contender: "regulus", references: ["glmnet"], atLeast: 2 },
  { task: "T5-poisson", target: 1e-5, contender: "regulus", references: ["glmnet"], atLeast: 1.5 },
  { task: "T5-poisson", target: 1e-8, contender: "regulus", references: ["glmnet"], atLeast: 1.5 },
  { task: "T6", target: 1e-5, contender: "regulus", references: NATIVE, atLeast: 3 },
  { task: "T6", target: 1e-8, contender: "regulus", references: NATIVE, atLeast: 2.5 },
  { task: "T1", target: 1e-4, contender: "regulus js", references: ["scikit-learn"], atLeast: 1 },
  { task: "T1", target: 1e-8, contender: "regulus js", references: ["scikit-learn"], atLeast: 1 },
  { task: "T6", target: 1e-5, contender: "regulus js", references: ["scikit-learn"], atLeast: 1 },
  { task: "T6", target: 1e-8, contender: "regulus js", references: ["scikit-learn"], atLeast: 1 },
];
