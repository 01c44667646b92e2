import { readFileSync } from "node:fs";
import { Command } from "commander";
import { DATA, ofFolds, ofInput, ofModel, ofOutput, ofPage, ofResult, ofRun, ofTable } from "./commandOptions.js";
import type { Settings } from "./Job.js";
import { list, number, numbers, oneOf, option, whole } from "./options.js";

/** What a command is called with. */
type Perform = (command: Command, inputs: string[], options: Settings) => Promise<void>;

/** Adds a command without options. */
type Add = (name: string, description: string) => Command;

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
  const add: Add = (name, description) => {
    const command = program.command(name).description(description).helpOption("-h, --help", "print this");
    return command.action(() => perform(command, command.args, command.opts<Settings>()));
  };
  for (const addCommand of [addCv, addFit, addPath, addMany, addPredict, addExport, addReport, addBench, addWorker]) {
    addCommand(add);
  }
  return program;
}

function addCv(add: Add): void {
  const command = add("cv", "cross-validate: choose lambda by the error in data not seen");
  ofTable(command, true);
  ofFolds(command);
  command.addOption(
    option(
      "--rule <rule>",
      "the lambda that is shown first: min, of the least error, or 1se, the largest within one standard error of it (default: min)",
      oneOf(["min", "1se"]),
    ),
  );
  command.addOption(option("--lambda-count <count>", "how many lambdas there are (default: 100)", whole(1, 100_000)));
  ofModel(command);
  ofResult(command);
}

function addFit(add: Add): void {
  const command = add("fit", "fit one model");
  ofTable(command, true);
  command.addOption(option("--lambda <lambda>", "strength of the penalty", number(0)));
  ofModel(command, true);
  ofResult(command);
}

function addPath(add: Add): void {
  const command = add("path", "fit a path: how columns come in as lambda falls");
  ofTable(command, true);
  command.addOption(
    option("--lambda <lambdas>", "the lambdas (default: a grid of their own)", numbers(0, Number.MAX_VALUE)),
  );
  command.addOption(option("--lambda-count <count>", "how many lambdas there are (default: 100)", whole(1, 100_000)));
  ofModel(command, true);
  ofResult(command);
}

function addMany(add: Add): void {
  const command = add("many", "fit one model for each group of rows, on all cores");
  ofTable(command, true);
  command.addOption(option("--by <column>", "the column of groups"));
  command.addOption(
    option(
      "--lambda <lambda>",
      "strength of the penalty, or cv: each model's own choice (default: cv)",
      oneOf(["cv"], number(0)),
    ),
  );
  ofFolds(command);
  command.addOption(
    option("--rule <rule>", "the lambda that cv takes: min or 1se (default: min)", oneOf(["min", "1se"])),
  );
  ofModel(command);
  ofRun(command);
  command.addOption(
    option("-o, --output <file>", "write the models: .jsonl, one in a line, .parquet, or .json, all in one"),
  );
}

function addPredict(add: Add): void {
  const command = add("predict", "predict the rows of a table by a saved model: a column more");
  command.argument("<model>", "a file that fit, cv, path or many wrote").argument("[data]", DATA);
  ofInput(command);
  command.addOption(option("--probability", "of a classifier, the probability of its second class, or of each"));
  command.addOption(
    option("--rule <rule>", "of a cross-validation, the model at min or 1se (default: min)", oneOf(["min", "1se"])),
  );
  command.addOption(option("--lambda <lambda>", "of a path, the model at this lambda", number(0)));
  command.addOption(option("--offset <column>", "a column that is added to the prediction"));
  command.addOption(option("--by <column>", "of many models, the column of groups"));
  ofOutput(command);
}

function addExport(add: Add): void {
  const command = add("export", "write a saved model as SQL, JavaScript, ONNX or a table");
  command.argument("<model>", "a file that fit, cv or path wrote");
  command.addOption(option("--to <format>", "sql, js, onnx or csv", oneOf(["sql", "js", "onnx", "csv"])));
  command.addOption(
    option("--rule <rule>", "of a cross-validation, the model at min or 1se (default: min)", oneOf(["min", "1se"])),
  );
  command.addOption(option("--lambda <lambda>", "of a path, the model at this lambda", number(0)));
  ofOutput(command);
}

function addReport(add: Add): void {
  const command = add("report", "write the report of a saved model, path or cross-validation: one page of HTML");
  command.argument("<model>", "a file that fit, cv or path wrote");
  command.addOption(option("--title <title>", "what stands above it"));
  command.addOption(option("-t, --target <column>", "what its words call the column that is explained"));
  ofPage(command);
  ofOutput(command);
}

function addBench(add: Add): void {
  const command = add("bench", "measure this machine: WebAssembly beside its JavaScript twin and plain loops");
  command.argument(
    "[what]",
    "kernels, fits or optimizers (default: all)",
    oneOf(["kernels", "fits", "optimizers"]) as (text: string) => string,
  );
  command.addOption(option("--json", "print the table as one JSON value"));
  command.addOption(option("--quiet", "no progress"));
}

function addWorker(add: Add): void {
  const command = add("worker", "take jobs of a queue of regulus/bullmq, until Ctrl-C");
  command.addOption(option("--redis <url>", "the server, as redis://user:password@host:6379/0"));
  command.addOption(option("--postgres <url>", "or a database, as postgres://user:password@host/name"));
  command.addOption(option("--queue <name>", "the queue"));
  command.addOption(option("--data-root <folder>", "the folder below which the files of references are"));
  command.addOption(option("--result-root <folder>", "a folder shared with coordinators, for large results"));
  command.addOption(
    option("--workers <count>", "jobs at a time, each in a thread of its own (default: 1)", whole(1, 1024)),
  );
  command.addOption(option("--allow <urls>", "beginnings of URLs that references may have", list));
  command.addOption(option("--migrate", "make or update BullMQ's tables in PostgreSQL"));
  command.addOption(option("--quiet", "say nothing"));
}
