import type { Command } from "commander";
import {
  address,
  decimalSign,
  delimiterSign,
  list,
  number,
  numbers,
  oneOf,
  option,
  reference,
  whole,
} from "./options.js";

const FAMILIES = ["gaussian", "binomial", "multinomial", "poisson", "huber"];
const MEASURES = ["deviance", "meanSquaredError", "meanAbsoluteError", "misclassification", "auc"];
export const DATA = "a table: CSV, TSV, JSON lines (gzip too), Arrow or Parquet; - is standard input";

export function ofTable(command: Command, isTraining: boolean): void {
  command.argument("[data]", DATA);
  command.optionsGroup("Table:");
  if (isTraining) command.addOption(option("-t, --target <column>", "the column to explain"));
  ofInput(command);
  command.addOption(option("--exclude <columns>", "columns to leave out, with commas between them", list));
  command.addOption(option("--categorical <columns>", "columns whose values are names, whatever they look like", list));
  command.addOption(
    option(
      "--missing <how>",
      "gaps: error, mean, indicator or drop (default: error)",
      oneOf(["error", "mean", "indicator", "drop"]),
    ),
  );
  command.addOption(
    option(
      "--reference <level>",
      "the level without a column: none, first, or column=level (default: none)",
      reference,
    ),
  );
  command.addOption(option("--weights <column>", "a column of weights of rows"));
  command.addOption(option("--offset <column>", "a column that is added to the prediction"));
}

export function ofInput(command: Command): void {
  command.addOption(option("--sql <query>", "in place of a file: what DuckDB makes of SELECT …"));
  command.addOption(option("--delimiter <character>", "between the fields of CSV (default: found)", delimiterSign));
  command.addOption(option("--decimal <character>", "before the decimals of CSV: . or , (default: .)", decimalSign));
  command.addOption(option("--na-values <texts>", "texts that are gaps (default: empty, NA, NaN and null)", list));
}

export function ofModel(command: Command, isOne = false): void {
  command.optionsGroup("Model:");
  command.addOption(option("--family <family>", `${FAMILIES.join(", ")} (default: gaussian)`, oneOf(FAMILIES)));
  command.addOption(
    isOne
      ? option("--l1-ratio <ratio>", "share of L1 in the penalty: 1 lasso, 0 ridge (default: 1)", (text) => [
          number(0, 1)(text),
        ])
      : option(
          "--l1-ratio <ratios>",
          "share of L1 in the penalty: 1 lasso, 0 ridge, or several to choose from (default: 1)",
          numbers(0, 1),
        ),
  );
  command.addOption(option("--unpenalized <columns>", "columns without a penalty", list));
  command.addOption(
    option("--lower <bound>", "no coefficient below this, at most 0", number(Number.NEGATIVE_INFINITY, 0, true)),
  );
  command.addOption(
    option("--upper <bound>", "no coefficient above this, at least 0", number(0, Number.POSITIVE_INFINITY, true)),
  );
  command.addOption(option("--standardize", "penalise coefficients per standard deviation (default)"));
  command.addOption(option("--no-standardize", "penalise coefficients as they are"));
  command.addOption(option("--no-intercept", "fit through the origin"));
  command.addOption(
    option("--tolerance <share>", "converged at this share of the null loss (default: 1e-7)", number(0)),
  );
  command.addOption(option("--max-iterations <count>", "passes at the most (default: 10000)", whole(1)));
}

export function ofFolds(command: Command): void {
  command.optionsGroup("Cross-validation:");
  command.addOption(option("--folds <k>", "how many folds, or loo (default: 10)", oneOf<number>(["loo"], whole(2))));
  command.addOption(option("--seed <number>", "of the deal of rows to folds (default: 0)", whole(0)));
  command.addOption(option("--stratify", "each fold its share of each class"));
  if (command.name() !== "cv") return;
  command.addOption(option("--groups <column>", "a column of groups, whose rows stay in one fold"));
  command.addOption(option("--measure <error>", `${MEASURES.join(", ")} (default: deviance)`, oneOf(MEASURES)));
}

export function ofResult(command: Command): void {
  ofRun(command);
  command.addOption(option("-o, --output <file>", "save the result as JSON"));
  command.addOption(option("--report <file>", "write a report as one page of HTML"));
  ofPage(command);
}

/** An address as browsers open them: of a report, which others may open. */
export function ofPage(command: Command): void {
  command.addOption(
    option("--page <url>", 'of the report: where "open in the page" leads (default: no such link)', address),
  );
}

export function ofRun(command: Command): void {
  command.optionsGroup("Run:");
  command.addOption(option("--workers <count>", "threads (default: all cores)", whole(1, 1024)));
  command.addOption(option("--json", "print the result as one JSON value"));
  command.addOption(option("--quiet", "no progress"));
}

export function ofOutput(command: Command): void {
  command.addOption(option("-o, --output <file>", "write here in place of standard output"));
  command.addOption(option("--quiet", "no progress"));
}
