#!/usr/bin/env node
import { type Command, CommanderError } from "commander";
import { Failure, STATUS } from "./failures.js";
import type { Settings } from "./Job.js";
import { usageMessage } from "./options.js";
import { makeProgram } from "./program.js";

/** What is wrong, and below it how to mend it. */
function complain(message: string, fix = ""): void {
  process.stderr.write(`regulus: ${message}\n${fix === "" ? "" : `         ${fix}\n`}`);
}

let asked: Command | undefined;
const program = makeProgram(async (command: Command, inputs: string[], options: Settings) => {
  asked = command;
  // Not before there is something to do.
  const { perform } = await import("./perform.js");
  process.exitCode = await perform(command.name(), inputs, options);
});
for (const command of [program, ...program.commands]) {
  command.exitOverride((error) => {
    asked = command;
    throw error;
  });
  command.configureOutput({ writeErr: () => {}, outputError: () => {} });
  command.showSuggestionAfterError(false);
}
try {
  if (process.argv.length <= 2) {
    process.stderr.write(program.helpInformation());
    process.exitCode = STATUS.usage;
  } else await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    if (error.exitCode !== 0) {
      complain(...usageMessage(error, asked ?? program));
      process.exitCode = STATUS.usage;
    }
  } else if (error instanceof Failure) {
    complain(error.message, error.fix);
    process.exitCode = error.status;
  } else throw error;
}
