import { nearest } from "../names/suggestion.js";

/** Exit codes. */
export const STATUS = { done: 0, unusable: 1, usage: 2, notConverged: 3, interrupted: 130 } as const;

/** What a command ends with that cannot do its work: what is wrong, and how to mend it. */
export class Failure extends Error {
  readonly status: number;
  readonly fix: string;

  constructor(message: string, fix = "", status: number = STATUS.unusable) {
    super(message);
    this.status = status;
    this.fix = fix;
  }
}

const UNWRITTEN: Record<string, string> = {
  ENOENT: "its folder takes no files",
  ENOSPC: "there is no room left",
  EACCES: "its folder may not be written to",
  EROFS: "its folder may not be written to",
  EPERM: "its folder may not be written to",
};

/** Why something cannot be written. */
export const whyUnwritten = ({ code = "", message }: NodeJS.ErrnoException): string => UNWRITTEN[code] ?? message;

/** A text in quotes, as it would be in JSON; what is too long is cut. */
export const quote = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

/** What a command line needs in order to be read as one word by a shell. */
export const word = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** Refuses a name that there is not, with the nearest that there is, or all of them if they are few. */
export function refuseName(message: string, name: string, known: readonly string[]): never {
  const best = nearest(name, known, 10, 1 / 2);
  const few =
    known.length <= 12
      ? `there are ${known.map(quote).join(", ")}`
      : `there are ${known.length} others: ${known.slice(0, 8).map(quote).join(", ")}, …`;
  throw new Failure(message, best === "" ? few : `did you mean ${quote(best)}?`);
}
