/** What every platform does with the package: the same fits, by both backends. In JavaScript, as each of them runs it as it is. */

/** The data, of whole numbers: engines round roots and logarithms differently. */
function problem() {
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 16) / 65536 - 0.5;
  };
  const X = Array.from({ length: 120 }, () => Array.from({ length: 8 }, next));
  return { X, y: X.map((row) => 3 * row[0] - 2 * row[1] + row[2] + next()) };
}

const hexOf = (...numbers) =>
  Array.from(new Uint8Array(Float64Array.from(numbers).buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

const bitsOf = (cv, model, w) => ({
  errors: hexOf(...cv.meanErrors, cv.lambdaMin, cv.lambda1se),
  model: hexOf(...model.coefficients, model.intercept),
  weights: hexOf(...w),
});

function fitted({ adam, crossValidate, lasso, modelFromJSON }) {
  const { X, y } = problem();
  const cv = crossValidate(X, y, { folds: 5, seed: 7 });
  const model = modelFromJSON(JSON.parse(JSON.stringify(lasso(X, y, { lambda: cv.lambda1se }))));
  const w = Float64Array.from(model.predict(X));
  const optimizer = adam([w], { learningRate: 0.1, l1: 0.01 });
  for (let k = 0; k < 3; ++k) optimizer.step([Float64Array.from(y)]);
  return bitsOf(cv, model, w);
}

/** The name of the backend that runs here and why, its bits, and those of the JavaScript twins. */
export function answer(regulus) {
  const byDefault = fitted(regulus);
  const backend = regulus.backend();
  regulus.setBackend("js");
  const twins = fitted(regulus);
  regulus.setBackend("auto");
  return { backend, byDefault, twins };
}

/** The same with the cross-validation on two workers. */
export async function answerOfWorkers({ lasso, ...regulus }, { createExecutor }) {
  const { X, y } = problem();
  const executor = createExecutor({ workers: 2 });
  try {
    const cv = await executor.crossValidate(X, y, { folds: 5, seed: 7 });
    const { repeated } = executor.stats();
    if (repeated > 0) throw new Error(`${repeated} pieces were done again: workers have died`);
    return fitted({ ...regulus, lasso, crossValidate: () => cv });
  } finally {
    await executor.close();
  }
}
