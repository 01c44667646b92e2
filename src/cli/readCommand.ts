import type { ChildProcess } from "node:child_process";
import { type Command, CommanderError } from "commander";
import { Failure, STATUS } from "./failures.js";
import { usageMessage } from "./options.js";
import { perform } from "./perform.js";
import { makeProgram } from "./program.js";

/**
 * Reads the command line, and has done what it asks for.
 *
 * @param child - The process that does it.
 * @returns The exit code.
 */
export async function readCommand(child: () => ChildProcess): Promise<number> {
  let status: number = STATUS.done;
  let asked: Command | undefined;
  const program = makeProgram(async (command, inputs, options) => {
    asked = command;
    status = await perform(child(), command.name(), inputs, options);
  });
  for (const command of [program, ...program.commands]) {
    command.exitOverride((error) => {
      asked = command;
      throw error;
    });
    command.configureOutput({ writeErr: () => {}, outputError: () => {} });
    command.showSuggestionAfterError(false);
  }
  if (process.argv.length <= 2) {
    process.stderr.write(program.helpInformation());
    return STATUS.usage;
  }
  try {
    await program.parseAsync();
    return status;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return STATUS.done;
      complain(...usageMessage(error, asked ?? program));
      return STATUS.usage;
    }
    if (!(error instanceof Failure)) throw error;
    complain(error.message, error.fix);
    return error.status;
  }
}

/** What is wrong, and below it how to mend it. */
function complain(message: string, fix = ""): void {
  process.stderr.write(`regulus: ${message}\n${fix === "" ? "" : `         ${fix}\n`}`);
}
