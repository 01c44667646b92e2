/** What the library says, in words that fit what there is on the page. */

/** Where a message speaks of options, which the page has none of, and what it says in place of that. */
const IN_PLACE: readonly (readonly [RegExp, (...parts: string[]) => string])[] = [
  [/ \("types" makes a column text, "naValues" makes a field a gap\)/, () => ": emptied in the file, it is a gap"],
  [/^"number of rows for folds" must .*/, () => "Cross-validation needs at least two rows"],
  [
    /^"folds" must be (?:a whole number between 2 and )?(\d+), got \d+$/,
    (_, rows) => `There are ${rows} rows, and each fold needs one: at most ${rows} folds`,
  ],
  [/^("[^"]+") must be whole gzip, got (.*)$/, (_, name, got) => `${name} is cut off or damaged: ${got}`],
  [
    /^"table" must be finite, got .* in row (\d+), column (".*")$/,
    (_, row, column) => `${column} is infinite in row ${Number(row) + 1}: a fit needs numbers`,
  ],
  [/^"table" must have a column for X, got none$/, () => "No column is left to predict the target by"],
];

/** A message of the library as a sentence. */
export function sentence({ message }: Error): string {
  let text = message.replace(/\s+/g, " ").trim();
  for (const [said, say] of IN_PLACE) text = text.replace(said, say);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** The column with a number that is infinite, where a message says so. */
export const infiniteIn = (message: string): string | undefined =>
  /^"table" must be finite, got .* in row \d+, column "(.*)"$/.exec(message)?.[1];

/** A note on a table, of which some name an option: what it is about is chosen on the page. */
export const noteOf = (note: string): string => note.replace(/, by "exclude"$/, "");

/** The most folds that there are rows for, where a message says so. */
export function mostFolds(message: string): number | undefined {
  const [, rows] = /^"folds" must be (?:a whole number between 2 and )?(\d+), got/.exec(message) ?? [];
  return rows === undefined ? undefined : Number(rows);
}

/** Why a file is no table that the page reads, by its first bytes; nothing if it may be one. */
export function refusalOf(name: string, head: Uint8Array): string | undefined {
  if (head.length === 0) return `"${name}" is empty.`;
  const text = String.fromCharCode(...head);
  if (text.startsWith("PK"))
    return `"${name}" is a workbook or an archive: save its sheet as CSV, and choose that file.`;
  if (/^\s*(\{\s*["}]|\[\s*[{[])/.test(text)) {
    return `"${name}" is JSON, and this page reads CSV, Arrow and Parquet. The command reads JSON lines: npx regulus cv file.jsonl --target column.`;
  }
  if (/^\s*<(!doctype|html|\?xml)/i.test(text)) return `"${name}" is a page of HTML or XML, and no table.`;
  if (/^(\xff\xfe|\xfe\xff)/.test(text))
    return `"${name}" is UTF-16: save it as UTF-8, which editors and spreadsheets offer.`;
  return undefined;
}
