/** `npm run bench -- <suite>`. */
import { writeResults } from "./harness.js";
import { help, readOptions, UsageError } from "./options.js";
import { suites } from "./suites.js";

/** The exit status of a command line that cannot be understood. */
const WRONG_USAGE = 2;
const names = Object.keys(suites);

async function bench([name, ...words]: readonly string[]): Promise<void> {
  const isHelp = (word: string | undefined) => word === "--help" || word === "-h";
  if (isHelp(name)) {
    for (const name of names) console.log(`${help(name, (await suites[name]()).suite)}\n`);
    return;
  }
  if (name === undefined || !names.includes(name)) {
    const problem = name === undefined ? "which suite?" : `"${name}" is no suite:`;
    throw new UsageError(`${problem} npm run bench -- <suite>, with one of ${names.join(", ")}; or --help`);
  }
  const { suite } = await suites[name]();
  if (words.some(isHelp)) {
    console.log(help(name, suite));
    return;
  }
  const options = readOptions(words, suite);
  const results = await suite.run(options);
  if (options.save) console.log(`\nwritten to ${writeResults(name, results)}`);
}

try {
  await bench(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = WRONG_USAGE;
}
