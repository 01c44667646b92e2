import { type Command, type CommanderError, InvalidArgumentError, Option } from "commander";
import { modelNames } from "../names/modelNames.js";
import { readerNames } from "../names/readerNames.js";
import { nearest, suggestion } from "../names/suggestion.js";
import { tableNames } from "../names/tableNames.js";
import { quote, word } from "./failures.js";
import { FLAGS, flagOf } from "./flags.js";

const camel = (flag: string): string =>
  flag.replace(/^-+/, "").replace(/-+(.)/g, (_, letter: string) => letter.toUpperCase());

/** What to say of an option that a command does not have: its name here, or the nearest. */
function optionHint(command: Command, flag: string): string {
  const own = command.options.map(({ long }) => camel(long ?? ""));
  const library = Object.entries(FLAGS).flatMap(([name, here]) => (own.includes(here) ? [name] : []));
  const name = camel(flag.replace(/=.*/s, ""));
  const known = [...own, ...library];
  const said = suggestion(command.name(), name, known, { ...readerNames, ...tableNames, ...modelNames });
  if (said === "") {
    const best = nearest(name, own, 3, 1 / 2);
    const asked = command.parent === null ? "regulus --help" : `regulus ${command.name()} --help`;
    return best === "" ? `${asked} lists the options` : `did you mean ${flagOf(best)}?`;
  }
  const parts = said.replace(/^: here it is /, "").split(" or ");
  const hints = parts.map((part) => flagsIn(part.replace(/^: /, "")));
  return `${said.startsWith(": here it is ") ? "here it is " : ""}${[...new Set(hints)].join(" or ")}`;
}

/** What is said of options of the library, said of flags. */
function flagsIn(text: string): string {
  return text.replace(/"(\w+)(?:: (\S+?))?( = [^"]+)?"/g, (_, option: string, value?: string, formula = "") =>
    option === "penaltyFactor" && value === "0"
      ? "--unpenalized"
      : [flagOf(option), value?.replaceAll('"', ""), formula.trim()].filter(Boolean).join(" "),
  );
}

/** What commander refuses, in the words of this command line. */
export function usageMessage(error: CommanderError, command: Command): [message: string, fix: string] {
  const message = error.message.replace(/^error: /, "");
  const help = `regulus ${command.parent === null ? "" : `${command.name()} `}--help says more`;
  if (error.code === "commander.unknownOption") {
    const flag = /'(.*)'/s.exec(message)?.[1] ?? "";
    return [`there is no option ${flag.replace(/=.*/s, "")}`, optionHint(command, flag)];
  }
  if (error.code === "commander.unknownCommand") {
    const name = /'(.*)'/s.exec(message)?.[1] ?? "";
    const names = command.commands.map((one) => one.name());
    if (name === "help")
      return [`there is no command "help"`, "regulus --help says more, regulus <command> --help all of one"];
    if (/\.\w+$/.test(name)) return [`there is no command ${quote(name)}`, `regulus cv ${word(name)} --target …`];
    const best = nearest(name, names, 4, 2 / 3);
    return [`there is no command ${quote(name)}`, best ? `did you mean ${best}?` : `there are ${names.join(", ")}`];
  }
  if (error.code === "commander.missingArgument") {
    const name = /'(.*)'/.exec(message)?.[1];
    return [`${command.name()} needs ${name === "model" ? "a saved model" : name}`, `${usageOf(command)}`];
  }
  if (error.code === "commander.missingMandatoryOptionValue") {
    const flags = /'(.*)' not/.exec(message)?.[1] ?? "";
    return [`${command.name()} needs ${flags.replace(/^-\w, /, "")}`, help];
  }
  if (error.code === "commander.optionMissingArgument") {
    return [`${/'(.*)' argument/.exec(message)?.[1]?.replace(/^-\w, /, "")} needs a value`, help];
  }
  if (error.code === "commander.excessArguments") {
    const count = command.registeredArguments.length;
    const one = command.name() === "bench" ? "one of its words" : "one file";
    const wanted = count === 0 ? "no files" : count === 1 ? one : `${count} files`;
    return [`${command.name()} takes ${wanted}, got ${command.args.map(quote).join(", ")}`, usageOf(command)];
  }
  if (error.code === "commander.invalidArgument" && message.startsWith("command-argument")) {
    const [, got = "", name = "", rest = ""] =
      /value '(.*?)' is invalid for argument '(.*?)'\. ?(.*)$/s.exec(message) ?? [];
    return [`${name} must be ${rest.split("\n")[0]}, got ${quote(got)}`, rest.split("\n")[1] ?? ""];
  }
  if (error.code === "commander.invalidArgument") {
    const [, flags = "", got = "", rest = ""] =
      /option '(.*?)' argument '(.*?)' is invalid\. ?(.*)$/s.exec(message) ?? [];
    return [
      `${flags.replace(/^-\w, /, "").replace(/ <.*/, "")} must be ${rest.split("\n")[0]}, got ${quote(got)}`,
      rest.split("\n")[1] ?? "",
    ];
  }
  return [message, help];
}

const usageOf = (command: Command): string =>
  `regulus ${command.name()} ${command.usage().replace("[options] ", "")} …`;

/** A number of a range; one without an end is only taken where that means something. */
export const number =
  (least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY, isInfinite = false) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() !== "" && value >= least && value <= most && (Number.isFinite(value) || isInfinite)) return value;
    throw new InvalidArgumentError(rangeOf("a number", least, most));
  };

/** A whole number of a range. */
export const whole =
  (least: number, most = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(rangeOf("a whole number", least, most));
  };

function rangeOf(kind: string, least: number, most: number): string {
  const isOpen = most === Number.POSITIVE_INFINITY || most === Number.MAX_SAFE_INTEGER;
  if (least === Number.NEGATIVE_INFINITY) return most === Number.POSITIVE_INFINITY ? kind : `${kind}, at most ${most}`;
  return isOpen ? `${kind}, at least ${least}` : `${kind} from ${least} to ${most}`;
}

/** What values of options are called elsewhere. */
const VALUES: Record<string, string> = {
  logistic: "binomial",
  logit: "binomial",
  binary: "binomial",
  softmax: "multinomial",
  multiclass: "multinomial",
  categorical: "multinomial",
  linear: "gaussian",
  normal: "gaussian",
  regression: "gaussian",
  count: "poisson",
  mse: "meanSquaredError",
  mae: "meanAbsoluteError",
  class: "misclassification",
  accuracy: "misclassification",
  "lambda.min": "min",
  "lambda.1se": "1se",
  javascript: "js",
  postgres: "sql",
};

/** One of a few words, or what `other` reads. */
export const oneOf =
  <T = never>(words: readonly string[], other?: (text: string) => T) =>
  (text: string): string | T => {
    if (words.includes(text)) return text;
    if (other !== undefined && text.trim() !== "" && !Number.isNaN(Number(text))) return other(text);
    const known = Object.hasOwn(VALUES, text) ? VALUES[text] : "";
    const best = nearest(text, words, 4, 1 / 2);
    const hint = words.includes(known) ? `\nhere it is ${known}` : best === "" ? "" : `\ndid you mean ${best}?`;
    const list = words.length > 1 ? `${words.slice(0, -1).join(", ")} or ${words[words.length - 1]}` : words[0];
    const expected = other === undefined ? list : `a number or ${list}`;
    throw new InvalidArgumentError(`${expected}${hint}`);
  };

/** A list with commas between its parts. A part may be quoted as in CSV. Given again, the option adds to it. */
export function list(text: string, before: readonly string[] = []): string[] {
  const parts = [...text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"(?=,|$)|([^,]*))/gs)];
  return [...before, ...parts.map(([, quoted, plain = ""]) => quoted?.replaceAll('""', '"') ?? plain)];
}

/** A list of numbers. */
export const numbers =
  (least: number, most: number) =>
  (text: string): number[] =>
    list(text).map(number(least, most));

/** `none`, `first`, or `column=level` for some columns. */
export function reference(text: string): "none" | "first" | Record<string, string> {
  if (text === "none" || text === "first") return text;
  const pairs = list(text).map((pair) => /^(.+?)=(.*)$/s.exec(pair)?.slice(1) ?? []);
  if (pairs.every(({ length }) => length === 2)) return Object.fromEntries(pairs);
  throw new InvalidArgumentError("none, first, or column=level for some columns");
}

/** What stands before decimals. */
export function decimalSign(text: string): "." | "," {
  if (text === "." || text === ",") return text;
  throw new InvalidArgumentError("a point or a comma");
}

/** What stands between fields. */
export function delimiterSign(text: string): string {
  if (text === "\\t" || text === "tab") return "\t";
  if (/^[^\n\r"0-9.+\-\u0080-\uffff]$/.test(text)) return text;
  throw new InvalidArgumentError("one character, as ; or |, or tab");
}

/** The address of a page. */
export function address(text: string): string {
  if (/^https?:\/\/[^/\s]/i.test(text)) return text;
  throw new InvalidArgumentError("an address that begins with https:// or http://");
}

/** An option with the parts of its help. */
export function option(flags: string, description: string, read?: (text: string, before?: never) => unknown): Option {
  const made = new Option(flags, description);
  return read === undefined ? made : made.argParser(read as (text: string, before: unknown) => unknown);
}
