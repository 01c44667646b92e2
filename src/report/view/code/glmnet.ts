import type { ReportData } from "../../ReportData.js";
import { describeData } from "./describe.js";

/** The same fit by R's glmnet, which divides the L2 part of gaussian fits by sd(y); of MCP and SCAD by ncvreg. */
export function glmnetCode(data: ReportData, lambda: number, gamma: number): string {
  const { family, l1Ratio, penalty, isStandardized, hasIntercept } = data;
  const about = describeData(data, "#");
  const isConcave = penalty?.name === "mcp" || penalty?.name === "scad";
  const own =
    isConcave && isStandardized && hasIntercept && family !== "multinomial" && family !== "huber"
      ? ncvreg(data, lambda)
      : undefined;
  if (own !== undefined)
    return ["library(ncvreg)", "", ...about, ...labelsOf(data), own, "print(coef(model))", ""].join("\n");
  if (penalty !== undefined) return [...about, `# glmnet has no ${penalty.name} penalty.`, ""].join("\n");
  if (family === "huber") return [...about, "# glmnet has no Huber loss.", ""].join("\n");
  const splits = family === "gaussian" && l1Ratio < 1;
  const options = [
    ...(family === "gaussian" ? [] : [`family = "${family}"`]),
    ...(splits
      ? ["alpha = l1 / (l1 + l2)", gamma === 1 ? "lambda = l1 + l2" : "lambda = c(2, 1) * (l1 + l2)"]
      : [`alpha = ${l1Ratio}`, `lambda = ${gamma === 1 ? lambda : `c(${2 * lambda}, ${lambda})`}`]),
    ...(isStandardized ? [] : ["standardize = FALSE"]),
    ...(hasIntercept ? [] : ["intercept = FALSE"]),
    ...(gamma === 1 ? [] : ["relax = TRUE"]),
    "thresh = 1e-14",
    "maxit = 1e6",
  ];
  const share = Number((1 - l1Ratio).toPrecision(15));
  return [
    "library(glmnet)",
    "",
    ...about,
    ...labelsOf(data),
    ...(gamma === 1 ? [] : ["# Of one lambda alone, glmnet relaxes nothing."]),
    ...(splits
      ? [
          "# glmnet divides its L2 part by the standard deviation of y.",
          hasIntercept ? "sd_y <- sqrt(mean((y - mean(y))^2))" : "sd_y <- sqrt(mean(y^2))",
          `l1 <- ${lambda} * ${l1Ratio}`,
          `l2 <- ${lambda} * ${share} * sd_y`,
        ]
      : []),
    `model <- glmnet(as.matrix(X), y, ${options.join(", ")})`,
    gamma === 1 ? "print(coef(model))" : `print(coef(model, s = ${splits ? "l1 + l2" : lambda}, gamma = ${gamma}))`,
    "",
  ].join("\n");
}

const labelsOf = ({ classes }: ReportData): string[] =>
  classes ? [`y <- factor(y, levels = c(${classes.map((label) => JSON.stringify(label)).join(", ")}))`] : [];

function ncvreg({ family, l1Ratio, penalty }: ReportData, lambda: number): string {
  const { name, gamma } = penalty as { name: "mcp" | "scad"; gamma: number };
  const options = [
    ...(family === "gaussian" ? [] : [`family = "${family}"`]),
    `penalty = "${name.toUpperCase()}"`,
    `gamma = ${gamma}`,
    ...(l1Ratio === 1 ? [] : [`alpha = ${l1Ratio}`]),
    `lambda = ${lambda}`,
    "eps = 1e-10",
    "max.iter = 1e6",
  ];
  return `model <- ncvreg(as.matrix(X), y, ${options.join(", ")})`;
}
