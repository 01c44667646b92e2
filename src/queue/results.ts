import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, rangeError, typeError } from "../errors.js";
import { MOST_BYTES } from "./jobs.js";
import { fromText, toText } from "./text.js";

/** What came of a job: a result, or an error that the synchronous call would throw too. */
export type Outcome = { result: unknown } | { error: unknown };

/** As the queue holds it: the text itself, or the name of a file below `resultRoot`, which is the hash of what is in it. */
type Stored = { text: string } | { file: string };

/** How a job says that it failed for want of what came of others. */
const GONE = "gone: ";

/** Something that is gone, and can be made again. */
export class Gone extends Error {
  constructor(what: string, options?: ErrorOptions) {
    super(`${GONE}${what}`, options);
  }
}

export const isGone = (error: unknown): boolean =>
  String((Object(error) as { message?: unknown }).message).startsWith(GONE);

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/** @throws RangeError for a large outcome where there is no `resultRoot`. */
export async function store(outcome: Outcome, resultRoot: string | undefined): Promise<Stored> {
  const { text, bytes } = toText(outcome);
  // Text of results has no arrays.
  if (bytes <= MOST_BYTES && text.length <= 2 * MOST_BYTES) return { text };
  if (resultRoot === undefined) {
    throw rangeError(
      "ERR_VALUE",
      `a result of more than ${MOST_BYTES} bytes needs "resultRoot", a folder that workers and coordinators share, got ${text.length} characters`,
    );
  }
  const file = hashOf(text);
  await mkdir(resultRoot, { recursive: true });
  const draft = join(resultRoot, `${file}.${randomUUID()}`);
  await writeFile(draft, text);
  await rename(draft, join(resultRoot, file));
  return { file };
}

/** @throws Gone if the file is not there as it was written. */
export async function load(stored: unknown, resultRoot: string | undefined): Promise<Outcome> {
  const { text, file } = Object(stored) as { text?: unknown; file?: unknown };
  if (typeof text === "string") return fromText(text) as Outcome;
  if (typeof file !== "string" || !/^[0-9a-f]{64}$/.test(file)) {
    throw typeError("ERR_TYPE", `what came of a job must be text or a file's hash, got ${describe(stored)}`);
  }
  if (resultRoot === undefined) {
    throw rangeError("ERR_VALUE", 'what came of a job lies in a file: "resultRoot" must be the folder of its worker');
  }
  const own = await readFile(join(resultRoot, file), "utf8").catch((error) => {
    throw new Gone(`the result ${file}`, { cause: error });
  });
  if (hashOf(own) !== file) throw new Gone(`the result ${file}, which is damaged`);
  return fromText(own) as Outcome;
}

/** What came of a job is not needed any more. */
export async function discard(stored: unknown, resultRoot: string | undefined): Promise<void> {
  const { file } = Object(stored) as { file?: unknown };
  if (resultRoot === undefined || typeof file !== "string" || !/^[0-9a-f]{64}$/.test(file)) return;
  await rm(join(resultRoot, file), { force: true });
}
