import type { ReportData } from "../../ReportData.js";
import { glmnetCode } from "./glmnet.js";
import { sklearnCode } from "./sklearn.js";
import { typescriptCode } from "./typescript.js";

export const LANGUAGES = { typescript: "TypeScript", sklearn: "scikit-learn", glmnet: "R" } as const;
export type Language = keyof typeof LANGUAGES;

const WRITERS: Record<Language, (data: ReportData, lambda: number, gamma: number) => string> = {
  typescript: typescriptCode,
  sklearn: sklearnCode,
  glmnet: glmnetCode,
};

/** The fit of one lambda as code: stored lambdas to the last bit, others to six digits. */
export function codeOf(language: Language, data: ReportData, lambda: number, gamma = 1): string {
  const isStored = data.lambdas.includes(lambda);
  return WRITERS[language](data, isStored ? lambda : Number(lambda.toPrecision(6)), data.relaxed ? gamma : 1);
}
