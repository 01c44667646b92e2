#!/usr/bin/env node
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

const words = process.argv.slice(2);
const isQuestion = words.length === 0 || words.some((word) => /^(-h|--help|-v|--version)$/.test(word));
const begin = (): ChildProcess =>
  fork(fileURLToPath(new URL(/* @vite-ignore */ "./cliChild.js", import.meta.url)), {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    serialization: "advanced",
  });
// Until there is something to be left in order.
process.once("SIGINT", () => process.exit(130));
// The process that will do the work starts while this one reads what that is: most of it is the start of Node, twice at the same time.
let child = isQuestion ? undefined : begin();
const { readCommand } = await import("./readCommand.js");
process.exitCode = await readCommand(() => {
  child ??= begin();
  return child;
});
child?.kill("SIGKILL");
