import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, lstat, open, realpath } from "node:fs/promises";
import { resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, rangeError } from "../errors.js";
import type { Reference } from "./Reference.js";

/** Where a worker may read. */
export interface Sources {
  /** The folder below which files may be, its links followed. */
  dataRoot: string;
  /** Beginnings of URLs. */
  allow: readonly URL[];
}

/** Bytes that are read at once: hashing them takes about a millisecond. */
const CHUNK = 1048576;

const wordsOf = ({ columns, rows: [from, to] }: Reference): [from: number, to: number] => [
  from * columns,
  to * columns,
];

/**
 * Reads files of numbers into memory that threads share. What has been read is what had the hash: a file is hashed and taken in one go, and
 * one whose hash is known is known by its size and times.
 */
export class FileReader {
  readonly #sources: Sources;
  /** The hash of each file that was read, by what would change if it did. */
  readonly #hashes = new Map<string, string>();

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** @throws RangeError for what this worker must not read or is other data, and what the file system answers. */
  async read(reference: Reference, signal: AbortSignal): Promise<Float64Array> {
    const { url } = reference;
    const target = new URL(url, pathToFileURL(this.#sources.dataRoot + sep));
    if (target.protocol !== "file:") return this.#download(target, reference, signal);
    const path = await this.#pathOf(target, url);
    // Links were followed above. What is put in their place since is not.
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const before = await file.stat({ bigint: true });
      const known = [path, before.ino, before.size, before.mtimeNs, before.ctimeNs].join("\n");
      if (this.#hashes.get(known) === reference.sha256) {
        const values = await readRange(file, reference, Number(before.size), signal);
        const after = await file.stat({ bigint: true });
        if (after.mtimeNs === before.mtimeNs && after.ctimeNs === before.ctimeNs) return values;
      }
      const values = await take(chunksOf(file, signal), reference, Number(before.size));
      this.#hashes.set(known, reference.sha256);
      return values;
    } finally {
      await file.close();
    }
  }

  /** The path of a file below the root, without links. */
  async #pathOf(target: URL, url: string): Promise<string> {
    const { dataRoot } = this.#sources;
    const forbid = (why: string): never => {
      throw rangeError("ERR_VALUE", `"url" must ${why}, got ${describe(url)}`);
    };
    if (target.search !== "" || target.hash !== "") forbid("have neither ? nor #");
    let path = "";
    try {
      path = resolve(fileURLToPath(target));
    } catch {
      forbid("be of a file on this machine");
    }
    const isBelow = (one: string): boolean => one.startsWith(dataRoot.endsWith(sep) ? dataRoot : dataRoot + sep);
    // Before anything is looked at, so that nobody learns what there is elsewhere.
    if (!isBelow(path)) forbid("stay below the worker's dataRoot");
    const real = await realpath(path);
    if (!isBelow(real)) forbid("stay below the worker's dataRoot, links followed");
    if (!(await lstat(real)).isFile()) forbid("be of a file");
    return real;
  }

  async #download(target: URL, reference: Reference, signal: AbortSignal): Promise<Float64Array> {
    const isAllowed = this.#sources.allow.some(
      ({ origin, pathname }) =>
        origin === target.origin &&
        (target.pathname === pathname ||
          target.pathname.startsWith(pathname.endsWith("/") ? pathname : `${pathname}/`)),
    );
    if (!isAllowed || target.username !== "" || target.password !== "") {
      throw rangeError("ERR_VALUE", `"url" must begin as one that this worker allows, got ${describe(reference.url)}`);
    }
    const { ok, status, body } = await fetch(target, { redirect: "error", signal });
    if (!ok || body === null) throw new Error(`${describe(reference.url)} was answered with status ${status}`);
    return take(body as unknown as AsyncIterable<Uint8Array>, reference);
  }
}

function room(reference: Reference): { values: Float64Array; bytes: Uint8Array } {
  const [from, to] = wordsOf(reference);
  const memory = new SharedArrayBuffer(8 * (to - from));
  return { values: new Float64Array(memory), bytes: new Uint8Array(memory) };
}

function checkSize({ url, columns, rows }: Reference, size: number): void {
  const row = 8 * columns;
  if (size % row !== 0) {
    throw rangeError("ERR_LENGTH", `${describe(url)} must have whole rows of ${row} bytes, got ${size} bytes`);
  }
  if (rows[1] * row > size) {
    throw rangeError("ERR_LENGTH", `${describe(url)} must have ${rows[1]} rows, got ${size / row}`);
  }
}

/** The numbers that are meant, of bytes all of which have the hash. */
async function take(chunks: AsyncIterable<Uint8Array>, reference: Reference, size?: number): Promise<Float64Array> {
  if (size !== undefined) checkSize(reference, size);
  const { values, bytes } = room(reference);
  const [first, last] = wordsOf(reference).map((word) => 8 * word);
  const hash = createHash("sha256");
  let at = 0;
  for await (const chunk of chunks) {
    hash.update(chunk);
    const [from, to] = [Math.max(first, at), Math.min(last, at + chunk.length)];
    if (from < to) bytes.set(chunk.subarray(from - at, to - at), from - first);
    at += chunk.length;
  }
  checkSize(reference, at);
  if (hash.digest("hex") !== reference.sha256) {
    throw rangeError("ERR_VALUE", `${describe(reference.url)} must have the SHA-256 of its reference, got another`);
  }
  return values;
}

async function* chunksOf(file: FileHandle, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const chunk = new Uint8Array(CHUNK);
  for (let at = 0; ; ) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(chunk, 0, CHUNK, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield chunk.subarray(0, bytesRead);
  }
}

async function readRange(
  file: FileHandle,
  reference: Reference,
  size: number,
  signal: AbortSignal,
): Promise<Float64Array> {
  checkSize(reference, size);
  const { values, bytes } = room(reference);
  const first = 8 * wordsOf(reference)[0];
  for (let at = 0; at < bytes.length; ) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(bytes, at, Math.min(CHUNK, bytes.length - at), first + at);
    if (bytesRead === 0) throw new Error(`${describe(reference.url)} has become shorter`);
    at += bytesRead;
  }
  return values;
}
