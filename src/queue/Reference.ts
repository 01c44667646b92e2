import { checkInteger, checkOptions, describe, isArray, rangeError, typeError } from "../errors.js";

/** What a {@link Reference} says. */
export interface ReferenceParts {
  /** Of the file: relative to the worker's `dataRoot`, a `file:` URL below it, or an `http:` or `https:` URL that the worker allows. */
  url: string;
  /** How many numbers a row has: 1 for y, weights and offsets. */
  columns: number;
  /** The rows that are meant, from the first up to but without the second. */
  rows: readonly [from: number, to: number];
  /** Of the whole file, 64 hexadecimal digits. */
  sha256: string;
}

/** Numbers in a file that workers can read. Made by {@link reference}. */
export class Reference implements ReferenceParts {
  readonly url: string;
  readonly columns: number;
  readonly rows: readonly [from: number, to: number];
  readonly sha256: string;

  /** @internal Use {@link reference}. */
  constructor(parts: ReferenceParts) {
    checkOptions("reference", parts, ["url", "columns", "rows", "sha256"]);
    const { url, columns, rows, sha256 } = parts;
    if (typeof url !== "string") throw typeError("ERR_TYPE", `"url" must be a string, got ${describe(url)}`);
    checkUrl(url);
    checkInteger("columns", columns, 1);
    if (!isArray(rows) || rows.length !== 2) {
      throw typeError("ERR_TYPE", `"rows" must be [from, to], got ${describe(rows)}`);
    }
    const [from, to] = rows;
    checkInteger("rows[0]", from, 0);
    checkInteger("rows[1]", to, from + 1);
    if (typeof sha256 !== "string" || !/^[0-9a-f]{64}$/i.test(sha256)) {
      throw rangeError("ERR_VALUE", `"sha256" must be 64 hexadecimal digits, got ${describe(sha256)}`);
    }
    this.url = url;
    this.columns = columns;
    this.rows = [from, to];
    this.sha256 = sha256.toLowerCase();
  }
}

/** Refuses what no worker reads. Where the path leads to is for the worker to see. */
function checkUrl(url: string): void {
  const refuse = (why: string): never => {
    throw rangeError("ERR_VALUE", `"url" must ${why}, got ${describe(url)}`);
  };
  if (url === "") refuse("name a file");
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1].toLowerCase();
  if (scheme !== undefined && !["file", "http", "https"].includes(scheme)) {
    refuse("be a path, or a URL of file:, http: or https:");
  }
  if (!URL.canParse(url, "file:///")) refuse("be a URL or a path");
  if (scheme !== undefined) return;
  if (/^[\\/]/.test(url)) refuse("be relative to the worker's dataRoot, or a file: URL");
  const parts = url.split(/[\\/]/).map((part) => part.replace(/%2e/gi, "."));
  if (parts.includes("..")) refuse("stay below the worker's dataRoot");
}

/**
 * Numbers for a queue's workers to read themselves, in place of X, y, weights or an offset in any call of its executor: raw little-endian
 * float64, row after row. A file is read only if all of it has this SHA-256.
 *
 * @param parts - `url` of the file, `columns` (1 for y), `rows` as [from, to], and `sha256` of the whole file.
 * @throws RangeError and TypeError for what is no file of numbers below a worker's `dataRoot`, and no URL.
 * @example
 * import { createQueueExecutor, reference } from "regulus/bullmq";
 * const executor = createQueueExecutor({ connection: { host: "127.0.0.1", port: 6379 }, queue: "fits" });
 * const sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
 * const cv = await executor.crossValidate(
 *   reference({ url: "X.f64", columns: 50, rows: [0, 100_000], sha256 }),
 *   reference({ url: "y.f64", columns: 1, rows: [0, 100_000], sha256 }),
 *   { folds: 10 },
 * );
 * await executor.close();
 */
export const reference = (parts: ReferenceParts): Reference => new Reference(parts);
