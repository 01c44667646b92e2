/** Labels keep their type through every model of classes. */
import {
  type AnyModel,
  type ClassFamily,
  Classifier,
  type CrossValidation,
  confusionTable,
  crossValidate,
  dense,
  type Family,
  fitMany,
  type Label,
  type LabelsLike,
  logistic,
  type ManyModels,
  Model,
  type Multinomial,
  modelFromJSON,
  multinomial,
  OnlineClassifier,
  Path,
  regularizationPath,
} from "regulus";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const check = <T extends true>(..._: T[]): void => {};

declare const X: number[][];
declare const strings: string[];
declare const numbers: number[];
declare const doubles: Float64Array;
declare const literals: ("ham" | "spam")[];
declare const either: string[] | number[];
declare const vectorOrStrings: Float64Array | string[];
declare const anyLabels: LabelsLike;
declare const family: Family;
declare const classFamily: ClassFamily;
const options = { lambda: 0.1 };

check<Equal<ReturnType<typeof predictions>, string[]>>();
function predictions() {
  return logistic(X, strings, options).predict(X);
}

// Strings, numbers, literal unions
export const a: Classifier<string> = logistic(X, strings, options);
export const b: number[] = logistic(X, numbers, options).predict(X);
export const c: number[] = logistic(X, doubles, options).predict(X);
export const d: ("ham" | "spam")[] = logistic(X, literals, options).predict(X);
export const e: ("no" | "yes")[] = logistic(X, ["no", "yes"], options).predict(X);
export const f: (0 | 1)[] = multinomial(X, [0, 1, 1], options).predict(X);
export const g: readonly ("ham" | "spam")[] = multinomial(X, literals, options).classes;
export const h: Multinomial<string> = multinomial(X, strings as readonly string[], options);
// Unions of forms
export const i: Label[] = logistic(X, either, options).predict(X);
export const j: Label[] = logistic(X, vectorOrStrings, options).predict(X);
export const k: Label[] = multinomial(X, anyLabels, options).predict(X);
// In a function of the user's
export function fit<L extends Label>(labels: readonly L[]): Classifier<L> {
  return logistic(X, labels, options);
}
export function cross<L extends Label>(labels: LabelsLike<L>): CrossValidation<Classifier<L>> {
  return crossValidate(X, labels, { family: "binomial" });
}

// Paths, cross-validation, many models
export const l: string[] = regularizationPath(X, strings, { family: "binomial" }).model(0).predict(X);
export const m: Path<Multinomial<"ham" | "spam">> = regularizationPath(X, literals, { family: "multinomial" });
export const n: readonly ("ham" | "spam")[] | undefined = m.classes;
export const o: number[] = crossValidate(X, numbers, { family: "binomial", folds: 5 }).model("1se").predict(X);
export const p: ("ham" | "spam")[] = crossValidate(X, literals, { family: "multinomial" }).path.at(1).predict(X);
export const q: ManyModels<Classifier<string>> = fitMany({ X: [X], y: [strings], family: "binomial", lambda: 1 });
export const r: ("ham" | "spam")[] = fitMany({ X: [X], y: [literals], family: "multinomial", lambda: "cv" })
  .model(0)
  .predict(X);
export const s: number[] = fitMany({ X: dense(doubles, 4, 1), y: doubles, batch: 2, family: "binomial", lambda: 1 })
  .model(0)
  .predict(X);
export const t: string[] = fitMany({ X: dense(doubles, 4, 1), y: strings, batch: 2, family: "binomial", lambda: 1 })
  .model(0)
  .predict(X);
// Numbers
export const u: Float64Array = crossValidate(X, numbers).model().predict(X);
export const v: Path = regularizationPath(X, doubles, { family: "poisson" });
export const w: ManyModels = fitMany({ X, y: [doubles, numbers], lambda: 1 });
// A family that is known at run time alone
export const x: AnyModel = crossValidate(X, numbers, { family }).model();
export const y: Classifier | Multinomial = regularizationPath(X, strings, { family: classFamily }).model(0);
export const z: AnyModel = fitMany({ X: [X], y: [numbers], family, lambda: 1 }).model(0);

// Online
const online = new OnlineClassifier(3, { classes: ["ham", "spam"] });
online.update([1, 2, 3], "ham").update(X, strings);
export const aa: "ham" | "spam" = online.predict([1, 2, 3]);
export const ab: Label[] = new OnlineClassifier(3).update(X, numbers).predict(X);

// Confusion tables
export const ag: readonly string[] = confusionTable(strings, logistic(X, strings, options).predict(X)).classes;
export const ah: readonly Label[] = confusionTable(anyLabels, strings).classes;

// Saved models: the family says which
const saved = modelFromJSON(JSON.parse("{}"));
check<Equal<(typeof saved)["family"], Family>>();
if (saved.family === "binomial") {
  export_(saved.predictProbability(X), saved.intercept, saved.classes);
} else if (saved.family === "multinomial") {
  export_(saved.predictProbability(X), saved.intercepts, saved.classes);
  // @ts-expect-error: a multinomial model has intercepts
  saved.intercept;
} else {
  const mean: Float64Array = saved.predict(X);
  export_(mean, saved.intercept);
  // @ts-expect-error: no classes
  saved.classes;
}
// @ts-expect-error: not every model has probabilities
saved.predictProbability(X);
export const ac: Classifier = modelFromJSON(logistic(X, strings, options).toJSON());
export const ad: Multinomial = modelFromJSON(multinomial(X, strings, options).toJSON());
export const ae: Model = modelFromJSON<"gaussian">(JSON.parse("{}"));
function export_(..._: unknown[]): void {}

// Classes are values
export const af: boolean =
  a instanceof Classifier && a instanceof Model && !(v instanceof Classifier) && v instanceof Path;
declare const unknownModel: unknown;
if (unknownModel instanceof Model) export_(unknownModel.lambda);

// @ts-expect-error: labels are strings
export const ba: number[] = logistic(X, strings, options).predict(X);
// @ts-expect-error: labels are of the literals
export const bb: "no"[] = logistic(X, ["no", "yes"], options).predict(X);
// @ts-expect-error: labels are numbers or strings
logistic(X, [true, false], options);
// @ts-expect-error: strings are labels, and so for families of classes alone
crossValidate(X, strings);
// @ts-expect-error: the same
crossValidate(X, strings, { family: "gaussian" });
// @ts-expect-error: the same
regularizationPath(X, strings, { family: "poisson" });
// @ts-expect-error: the same
fitMany({ X: [X], y: [strings], lambda: 1 });
// @ts-expect-error: class weights are for classifiers
crossValidate(X, numbers, { classWeight: "balanced" });
// @ts-expect-error: no such family
crossValidate(X, numbers, { family: "gamma" });
// @ts-expect-error: probabilities are of classifiers
regularizationPath(X, numbers).model(0).predictProbability(X);
// @ts-expect-error: a row has one label
online.update([1, 2, 3], 1);
