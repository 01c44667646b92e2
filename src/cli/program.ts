import { readFileSync } from "node:fs";
import { Command } from "commander";
import type { Settings } from "./Job.js";
import { address, list, number, numbers, oneOf, option, reference, whole } from "./options.js";

/** What a command is called with. */
export type Perform = (command: Command, inputs: string[], options: Settings) => Promise<void>;

const FAMILIES = ["gaussian", "binomial", "multinomial", "poisson", "huber"];
const MEASURES = ["deviance", "meanSquaredError", "meanAbsoluteError", "misclassification", "auc"];
const DATA = "a table: CSV, TSV, JSON lines, Arrow or Parquet; - is standard input";

/** The commands and their options. Nothing is loaded for them until one is performed. */
export function makeProgram(perform: Perform): Command {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const program = new Command("regulus")
    .description("Regularised fits of tables: lasso, ridge and elastic net, cross-validated, certified, exact zeros.")
    .version(version, "-v, --version", "print the version")
    .helpOption("-h, --help", "print this")
    .helpCommand(false)
    .addHelpText(
      "after",
      "\nregulus <command> --help lists the options of a command.\n\n  regulus cv people.csv --target charges --exclude id --output model.json\n  regulus predict model.json new.csv --output predicted.csv",
    );
  const add = (name: string, description: string): Command => {
    const command = program.command(name).description(description).helpOption("-h, --help", "print this");
    return command.action(() => perform(command, command.args, command.opts<Settings>()));
  };

  const cv = add("cv", "cross-validate: choose lambda by the error in data not seen");
  ofTable(cv, true);
  ofFolds(cv);
  cv.addOption(
    option(
      "--rule <rule>",
      "the lambda that is shown first: min, of the least error, or 1se, the largest within one standard error of it (default: min)",
      oneOf(["min", "1se"]),
    ),
  );
  cv.addOption(option("--lambda-count <count>", "how many lambdas there are (default: 100)", whole(1, 100_000)));
  ofModel(cv);
  ofResult(cv);

  const fit = add("fit", "fit one model");
  ofTable(fit, true);
  fit.addOption(option("--lambda <lambda>", "strength of the penalty", number(0)));
  ofModel(fit, true);
  ofResult(fit);

  const path = add("path", "fit a path: how columns come in as lambda falls");
  ofTable(path, true);
  path.addOption(
    option("--lambda <lambdas>", "the lambdas (default: a grid of their own)", numbers(0, Number.MAX_VALUE)),
  );
  path.addOption(option("--lambda-count <count>", "how many lambdas there are (default: 100)", whole(1, 100_000)));
  ofModel(path, true);
  ofResult(path);

  const many = add("many", "fit one model for each group of rows, on all cores");
  ofTable(many, true);
  many.addOption(option("--by <column>", "the column of groups"));
  many.addOption(
    option(
      "--lambda <lambda>",
      "strength of the penalty, or cv: each model's own choice (default: cv)",
      oneOf(["cv"], number(0)),
    ),
  );
  ofFolds(many);
  many.addOption(option("--rule <rule>", "the lambda that cv takes: min or 1se (default: min)", oneOf(["min", "1se"])));
  ofModel(many);
  ofRun(many);
  many.addOption(
    option("-o, --output <file>", "write the models: .jsonl, one in a line, .parquet, or .json, all in one"),
  );

  const predict = add("predict", "predict the rows of a table by a saved model: a column more");
  predict.argument("<model>", "a file that fit, cv, path or many wrote").argument("[data]", DATA);
  ofInput(predict);
  predict.addOption(option("--probability", "of a classifier, the probability of its second class, or of each"));
  predict.addOption(
    option("--rule <rule>", "of a cross-validation, the model at min or 1se (default: min)", oneOf(["min", "1se"])),
  );
  predict.addOption(option("--lambda <lambda>", "of a path, the model at this lambda", number(0)));
  predict.addOption(option("--offset <column>", "a column that is added to the prediction"));
  predict.addOption(option("--by <column>", "of many models, the column of groups"));
  ofOutput(predict);

  const exported = add("export", "write a saved model as SQL, JavaScript, ONNX or a table");
  exported.argument("<model>", "a file that fit, cv or path wrote");
  exported.addOption(option("--to <format>", "sql, js, onnx or csv", oneOf(["sql", "js", "onnx", "csv"])));
  exported.addOption(
    option("--rule <rule>", "of a cross-validation, the model at min or 1se (default: min)", oneOf(["min", "1se"])),
  );
  exported.addOption(option("--lambda <lambda>", "of a path, the model at this lambda", number(0)));
  ofOutput(exported);

  const report = add("report", "write the report of a saved model, path or cross-validation: one page of HTML");
  report.argument("<model>", "a file that fit, cv or path wrote");
  report.addOption(option("--title <title>", "what stands above it"));
  ofPage(report);
  ofOutput(report);

  const bench = add("bench", "measure this machine: WebAssembly beside its JavaScript twin and plain loops");
  bench.argument(
    "[what]",
    "kernels, fits or optimizers (default: all)",
    oneOf(["kernels", "fits", "optimizers"]) as (text: string) => string,
  );
  bench.addOption(option("--json", "print the table as one JSON value"));
  bench.addOption(option("--quiet", "no progress"));
  const worker = add("worker", "take jobs of a queue of regulus/bullmq, until Ctrl-C");
  worker.addOption(option("--redis <url>", "the server, as redis://user:password@host:6379/0"));
  worker.addOption(option("--postgres <url>", "or a database, as postgres://user:password@host/name"));
  worker.addOption(option("--queue <name>", "the queue"));
  worker.addOption(option("--data-root <folder>", "the folder below which the files of references are"));
  worker.addOption(option("--result-root <folder>", "a folder shared with coordinators, for large results"));
  worker.addOption(
    option("--workers <count>", "jobs at a time, each in a thread of its own (default: 1)", whole(1, 1024)),
  );
  worker.addOption(option("--allow <urls>", "beginnings of URLs that references may have", list));
  worker.addOption(option("--migrate", "make or update BullMQ's tables in PostgreSQL"));
  worker.addOption(option("--quiet", "say nothing"));
  return program;
}

function ofTable(command: Command, isTraining: boolean): void {
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

function ofInput(command: Command): void {
  command.addOption(option("--sql <query>", "in place of a file: what DuckDB makes of SELECT …"));
  command.addOption(option("--delimiter <character>", "between the fields of CSV (default: found)"));
  command.addOption(option("--na-values <texts>", "texts that are gaps (default: empty, NA, NaN and null)", list));
}

function ofModel(command: Command, isOne = false): void {
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

function ofFolds(command: Command): void {
  command.optionsGroup("Cross-validation:");
  command.addOption(option("--folds <k>", "how many folds, or loo (default: 10)", oneOf<number>(["loo"], whole(2))));
  command.addOption(option("--seed <number>", "of the deal of rows to folds (default: 0)", whole(0)));
  command.addOption(option("--stratify", "each fold its share of each class"));
  if (command.name() !== "cv") return;
  command.addOption(option("--groups <column>", "a column of groups, whose rows stay in one fold"));
  command.addOption(option("--measure <error>", `${MEASURES.join(", ")} (default: deviance)`, oneOf(MEASURES)));
}

function ofResult(command: Command): void {
  ofRun(command);
  command.addOption(option("-o, --output <file>", "save the result as JSON"));
  command.addOption(option("--report <file>", "write a report as one page of HTML"));
  ofPage(command);
}

/** An address as browsers open them: of a report, which others may open. */
function ofPage(command: Command): void {
  command.addOption(
    option("--page <url>", 'of the report: where "open in the page" leads (default: no such link)', address),
  );
}

function ofRun(command: Command): void {
  command.optionsGroup("Run:");
  command.addOption(option("--workers <count>", "threads (default: all cores)", whole(1, 1024)));
  command.addOption(option("--json", "print the result as one JSON value"));
  command.addOption(option("--quiet", "no progress"));
}

function ofOutput(command: Command): void {
  command.addOption(option("-o, --output <file>", "write here in place of standard output"));
  command.addOption(option("--quiet", "no progress"));
}
