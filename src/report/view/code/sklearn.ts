import type { ReportData } from "../../ReportData.js";
import { describeData } from "./describe.js";

/** The same fit by scikit-learn, whose alpha is lambda, or lambda times the rows, or whose C is 1/(lambda·rows). */
export function sklearnCode(data: ReportData, lambda: number, gamma: number): string {
  const about = describeData(data, "#");
  const lacks = lackOf(data, gamma);
  if (lacks !== undefined) return [...about, `# scikit-learn has no ${lacks}.`, ""].join("\n");
  const [estimator, options] = estimatorOf(data, lambda);
  const all = [...options, ...(data.hasIntercept ? [] : ["fit_intercept=False"])].join(", ");
  const scaler = `StandardScaler(${data.hasIntercept ? "" : "with_mean=False"})`;
  return [
    `from sklearn.linear_model import ${estimator}`,
    ...(data.isStandardized
      ? ["from sklearn.pipeline import make_pipeline", "from sklearn.preprocessing import StandardScaler"]
      : []),
    "",
    ...about,
    data.isStandardized ? `model = make_pipeline(${scaler}, ${estimator}(${all}))` : `model = ${estimator}(${all})`,
    "model.fit(X, y)",
    data.isStandardized
      ? "print(model[-1].coef_, model[-1].intercept_)  # per standard deviation of each column"
      : "print(model.coef_, model.intercept_)",
    "",
  ].join("\n");
}

function lackOf({ family, penalty, l1Ratio }: ReportData, gamma: number): string | undefined {
  if (penalty)
    return `${penalty.name === "mcp" || penalty.name === "scad" ? penalty.name.toUpperCase() : penalty.name} penalty`;
  if (gamma !== 1) return "relaxed fits";
  if (family === "huber") return "Huber loss with a fixed delta";
  if (family === "poisson" && l1Ratio > 0) return "Poisson regression with an L1 penalty";
  return undefined;
}

function estimatorOf({ family, l1Ratio }: ReportData, lambda: number): [name: string, options: string[]] {
  const precise = ["tol=1e-10", "max_iter=100_000"];
  if (family === "gaussian") {
    if (lambda === 0) return ["LinearRegression", []];
    if (l1Ratio === 1) return ["Lasso", [`alpha=${lambda}`, ...precise]];
    if (l1Ratio === 0) return ["Ridge", [`alpha=${lambda} * len(y)`]];
    return ["ElasticNet", [`alpha=${lambda}`, `l1_ratio=${l1Ratio}`, ...precise]];
  }
  if (family === "poisson") return ["PoissonRegressor", [`alpha=${lambda}`, ...precise]];
  const strength = lambda === 0 ? 'C=float("inf")' : `C=1 / (${lambda} * len(y))`;
  if (l1Ratio === 0 || lambda === 0) return ["LogisticRegression", [strength, ...precise]];
  return ["LogisticRegression", [strength, 'penalty="elasticnet"', `l1_ratio=${l1Ratio}`, 'solver="saga"', ...precise]];
}
