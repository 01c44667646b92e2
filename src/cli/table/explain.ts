import { Failure, quote, STATUS, word } from "../failures.js";
import { flagOf } from "../flags.js";
import type { Settings } from "../Job.js";
import { WITH_COMMA } from "./almostNumbers.js";
import { type Table, wordsOf } from "./openTable.js";

/** What is known of where an error of the library comes from. */
interface Place {
  table: Table | undefined;
  options: Settings;
  /** The rows of the table that are in X, where some are left out. */
  rows?: Int32Array | undefined;
  /** The columns of X. */
  names?: readonly string[];
  /** The rows of the table before those that the error is of. */
  before?: number;
  /** The file of the model that is to predict. */
  model?: string;
}

/** What arguments of the library are on the command line: the table itself, or a column of it. */
const TABLES = ["table", "chunks", "X", "X.data"];
const ROLES: Record<string, keyof Settings> = { y: "target", weights: "weights", offset: "offset", groups: "groups" };

/** An error of the library in the words of the command line: file, line, column, value, and how to mend it. Faults are thrown as they are. */
export async function explain(
  error: unknown,
  { table, options, rows, names, before = 0, model }: Place,
): Promise<Failure> {
  if (error instanceof Failure) return error;
  const { code, message, cause } = error as Error & { code?: string; cause?: unknown };
  if (typeof code !== "string" || !code.startsWith("ERR_")) throw error;
  const name = table?.name ?? "the table";
  const unread = unreadable(code, message, cause, name, model);
  if (unread !== undefined) return unread;
  const parts = /^(?:(.*?): )?"([^"]+)" must (.*?), got (.*)$/s.exec(message);
  if (parts === null) return new Failure(flagged(message));
  const [, part, argument, expected, given] = parts;
  // The library counts columns of an X; those of a table have names.
  const rest = given.replace(/\b(in|for) column (\d+)/, (all, word, j) =>
    names?.[j] === undefined ? all : `${word} column ${quote(names[j])}`,
  );
  const unfit = unfitting(argument, expected, rest, name, options);
  if (unfit !== undefined) return unfit;
  const role = Object.hasOwn(ROLES, argument) ? options[ROLES[argument]] : undefined;
  const isTable = TABLES.includes(argument) || !/^\w+$/.test(argument) || argument === name;
  if (!isTable && role === undefined)
    return new Failure(`${flagOf(argument)} must ${flagged(expected)}, got ${flagged(rest)}`);
  const { line, row, column = typeof role === "string" ? role : undefined, got } = placeIn(rest);
  const inTable =
    row === undefined || table === undefined
      ? undefined
      : await table.placeOf(before + (rows?.[Number(row)] ?? Number(row)));
  const place = [
    name,
    line === undefined ? inTable : `line ${line}`,
    column === undefined ? undefined : `column ${quote(column)}`,
  ];
  const words = `must ${flagged(expected)}, got ${flagged(got)}`;
  return new Failure(
    `${place.filter((one) => one !== undefined).join(", ")}: ${part === undefined ? "" : `${part}: `}${words}`,
    fixOf(message, column, got, options, model),
  );
}

/** Of a table, or of columns of it, that cannot be had. */
function unreadable(
  code: string,
  message: string,
  cause: unknown,
  name: string,
  model: string | undefined,
): Failure | undefined {
  if (code === "ERR_PEER") {
    const [, what = ""] = /: npm install (.*)$/.exec(message) ?? [];
    return new Failure(`${name} needs a package that is not installed`, `npm install ${what}`);
  }
  if (/ must be there to be read, got /.test(message)) return new Failure(`${name} cannot be read: ${wordsOf(cause)}`);
  const missing = /^"(?:columns|types)" must name columns of .*?, got ("(?:[^"\\]|\\.)*")(?:: (.*))?$/s.exec(message);
  if (missing)
    return new Failure(
      `${name} has no column ${missing[1]}${model === undefined ? "" : `, which ${model} needs`}`,
      missing[2],
    );
  const query = /^"sql" must .*?, got (.*)$/s.exec(message);
  return query === null
    ? undefined
    : new Failure(`DuckDB refuses the query: ${query[1].trim().replace(/\s*\n\s*\n\s*/g, "\n         ")}`);
}

/** Of a table that was read, but that what is asked for does not go with. */
function unfitting(
  argument: string,
  expected: string,
  rest: string,
  name: string,
  options: Settings,
): Failure | undefined {
  if (argument === "number of rows for folds") {
    return options.by === undefined
      ? new Failure(`${name} must have at least two rows, got ${rest}`)
      : new Failure(`no group of ${name} has the two rows that folds need`, `--lambda 0.1 fits each at one lambda`);
  }
  const [, most] = /^be (?:a whole number between 2 and )?(\d+)$/.exec(expected) ?? [];
  if (argument === "folds" && options.by !== undefined && most !== undefined) {
    return new Failure(
      `no group of ${name} has the ${rest} rows that as many folds need: the largest has ${most}`,
      `--folds ${most} deals these, --lambda 0.1 fits each group at one lambda`,
    );
  }
  if (argument === "folds" && most !== undefined)
    return new Failure(
      `${name} has rows for ${most} folds at the most, got ${rest}`,
      `--folds ${most}, or --folds loo`,
    );
  if (/^number of .*\bclasses\b/.test(argument)) {
    const [few, fix] = options.family === "binomial" ? ["two", "--family multinomial takes more"] : ["two or more", ""];
    const message = `${name}, column ${quote(options.target ?? "")}: must have ${few} classes, got ${rest}`;
    return new Failure(message, Number(rest) > 2 ? fix : "");
  }
  if (argument.startsWith("number of ")) return new Failure(`${name}: the ${argument} must ${expected}, got ${rest}`);
  if (argument === "measure") {
    const words = flagged(expected)
      .replace(/"/g, "")
      .replace(/ or (?=.* or )/g, ", ");
    return new Failure(`--measure must ${words} of this family, got ${rest}`, "", STATUS.usage);
  }
  const [, referred] = /^reference of (.*)$/s.exec(argument) ?? [];
  return referred === undefined
    ? undefined
    : new Failure(`${name}, column ${quote(referred)}: --reference must ${expected}, got ${rest}`);
}

/** Where a value is, as far as what was got says, and the value itself. */
function placeIn(rest: string) {
  const [, line] = / in line (\d+)/.exec(rest) ?? [];
  const [, row] = / (?:first )?in row (\d+)/.exec(rest) ?? [];
  const [, quoted] = /,? (?:in |for )?column ("(?:[^"\\]|\\.)*")/.exec(rest) ?? [];
  const got = rest
    .replace(/ \(?(?:first )?in (?:line|row) \d+\)?/, "")
    .replace(/,? (?:in |for )?column "(?:[^"\\]|\\.)*"/, "")
    .replace(/ \("types" makes .*\)$/, "");
  return { line, row, column: quoted === undefined ? undefined : (JSON.parse(quoted) as string), got };
}

/** Options of the library as they are on the command line. */
const flagged = (text: string): string =>
  text
    .replace("no gaps in what is not in X", "no gaps, as only columns to explain by are filled")
    .replace(
      /"(missing|types|naValues|decimal|numeric|categorical|exclude|penaltyFactor|lambda|folds|l1Ratio)"/g,
      (_, name) => (name === "types" || name === "numeric" ? "--categorical" : flagOf(name)),
    );

function fixOf(
  message: string,
  column: string | undefined,
  got: string,
  { decimal }: Settings,
  model: string | undefined,
): string {
  const [, value] = /^("(?:[^"\\]|\\.)*")/.exec(got) ?? [];
  const label = column === undefined ? "" : word(column);
  if (/must hold numbers in a column of numbers/.test(message)) {
    if (decimal !== "," && WITH_COMMA.test(JSON.parse(value ?? '""'))) return "--decimal , reads decimal commas";
    return `--categorical ${label} makes the column a category, --na-values ${word(JSON.parse(value ?? '""'))} the value a gap`;
  }
  if (/strings that read as numbers/.test(message)) return `--categorical ${label} makes the column a category`;
  if (/hold levels of training/.test(message)) return "the model has not seen this level: fit it on data that have it";
  if (/must have a value in column/.test(message)) return `--exclude ${label} leaves the column out`;
  if (/must have 1 values in each row/.test(message))
    return "its first line is one field, and the names of columns are to be there: leave out what is above them";
  if (/values in each row/.test(message))
    return "each row needs as many fields as the header; texts with delimiters stand in quotes";
  if (/must name each column once/.test(message)) return "give each column a name of its own";
  if (/must have no gaps in what is not in X/.test(message)) return "--missing drop leaves their rows out";
  if (/must have no gaps/.test(message) && model !== undefined) {
    return "leave the row out, or fit the model with --missing mean, which fills gaps";
  }
  if (/must be finite/.test(message)) return "mend or leave out the value; --na-values makes it a gap";
  if (/at most 2 classes|two classes|2 classes/.test(message))
    return "--family multinomial takes more than two classes";
  if (/squares that (over|under)flow/.test(message)) return "measure it in another unit: these numbers have no squares";
  if (/got UTF-16/.test(message)) return "save the file as UTF-8, or iconv -f UTF-16 -t UTF-8 file | regulus … -";
  if (/must be UTF-8/.test(message)) return "save the file as UTF-8, which editors and spreadsheets offer";
  if (/must close each quote/.test(message)) return 'a quote within a quoted field is written twice: ""';
  if (/must have lines that end/.test(message)) return "save it with the line ends of Unix or of Windows";
  if (/must begin with a header/.test(message)) return "the first line names the columns";
  return "";
}
