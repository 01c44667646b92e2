import type { FileHandle } from "node:fs/promises";
import { describe, kindOf, messageOf, rangeError, reading, typeError } from "../errors.js";
import { builtin } from "../host.js";
import type { Bytes } from "./Bytes.js";
import { unpacked } from "./gunzip.js";

/** A stream of bytes of a browser or of Node, by its shape. */
export interface ByteStream {
  getReader(): unknown;
}

/**
 * What tables are read from: a path (in a page, an address that is fetched), a URL, a text (a string with a line break), bytes, a Blob or File, a
 * Response, a ReadableStream, or a Node stream and what else gives bytes or strings one after the other.
 */
export type Source =
  | string
  | { readonly href: string }
  | ArrayBufferLike
  | ArrayBufferView
  | { stream(): ByteStream }
  | { readonly body: ByteStream | null }
  | ByteStream
  | AsyncIterable<unknown>;

/** Bytes of a file that are read at a time. */
const PIECE = 1048576;

const encoder = /* @__PURE__ */ new TextEncoder();

/** Opens a source, and what it holds as gzip. @throws TypeError if it is none, and RangeError if it cannot be opened. */
export async function openSource(source: Source): Promise<Bytes> {
  return unpacked(await bytesIn(source));
}

async function bytesIn(source: Source): Promise<Bytes> {
  const path = pathOf(source);
  if (path !== undefined) return ofPath(path);
  if (typeof source === "string") {
    return /[\n\r]/.test(source) ? bytesOf("text", [encoder.encode(source)]) : fetched(source);
  }
  const buffer = asBytes(source);
  if (buffer !== undefined) return bytesOf("bytes", [buffer]);
  const like = Object(source) as Partial<Record<"href" | "stream" | "getReader" | "name", unknown>> & object;
  if (typeof like.href === "string") return fetched(like.href);
  if (typeof like.stream === "function") {
    const name = typeof like.name === "string" && like.name !== "" ? like.name : "Blob";
    return ofStream(name, (like as Blob).stream());
  }
  if (typeof like.getReader === "function") return ofStream("stream", like as ByteStream);
  if ("body" in like) return ofResponse(like as Response);
  if (Symbol.asyncIterator in like) return ofIterable(like as AsyncIterable<unknown>);
  throw typeError(
    "ERR_TYPE",
    `"source" must be a path, a URL, text with a line break, bytes, a Blob, a Response or a stream, got ${describe(source)}`,
  );
}

/** The path of a file, if a source is one: a string without a line break or a scheme, or an address of one. */
export function pathOf(source: Source): string | undefined {
  const text =
    typeof source === "string" ? source : reading('"source"', () => (Object(source) as { href?: unknown }).href);
  if (typeof text !== "string" || /[\n\r]/.test(text)) return undefined;
  if (/^file:/i.test(text)) return builtin<typeof import("node:url")>("node:url")?.fileURLToPath(text) ?? text;
  return typeof source !== "string" || /^(https?|blob|data):/i.test(text) ? undefined : text;
}

/** The bytes of a buffer or of what views one. */
export function asBytes(value: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return /^(Shared)?ArrayBuffer$/.test(kindOf(value)) ? new Uint8Array(value as ArrayBuffer) : undefined;
}

function bytesOf(name: string, pieces: Uint8Array[]): Bytes {
  return { name, next: async () => pieces.shift(), close: async () => {} };
}

function unreadable(name: string, error: unknown): Error {
  const message = `"${name}" must be there to be read, got ${messageOf(error)}`;
  return Object.assign(rangeError("ERR_VALUE", message), { cause: error });
}

/** A file that is open; undefined where there are none, as in a page. */
export function openFile(path: string): Promise<FileHandle> | undefined {
  return builtin<typeof import("node:fs/promises")>("node:fs/promises")
    ?.open(path)
    .catch((error) => {
      throw unreadable(path, error);
    });
}

async function ofPath(path: string): Promise<Bytes> {
  const file = await openFile(path);
  return file === undefined ? fetched(path) : ofFile(path, file);
}

/** The bytes of an open file, which they close, or those from one place up to another. */
export function ofFile(path: string, file: FileHandle, range?: readonly [from: number, to: number]): Bytes {
  // Of these one is worked on while the other is filled.
  let [piece, other] = [new Uint8Array(PIECE), new Uint8Array(PIECE)];
  let ahead: Promise<Uint8Array | undefined> | undefined;
  let [at, to] = range ?? [0, Number.POSITIVE_INFINITY];
  // Pipes have no places.
  const read = async (): Promise<Uint8Array | undefined> => {
    try {
      [piece, other] = [other, piece];
      const { bytesRead } = await file.read(piece, 0, Math.min(PIECE, to - at), range ? at : null);
      if (bytesRead === 0 && range && at < to) throw new Error("a file that has become shorter");
      at += bytesRead;
      return bytesRead === 0 ? undefined : piece.subarray(0, bytesRead);
    } catch (error) {
      throw unreadable(path, error);
    }
  };
  return {
    name: path,
    async next() {
      const next = await (ahead ?? read());
      ahead = next && read();
      // Where nobody asks for it any more, its failure is nobody's.
      ahead?.catch(() => {});
      return next;
    },
    async close() {
      await ahead?.catch(() => {});
      await file.close().catch(() => {});
    },
  };
}

async function fetched(address: string): Promise<Bytes> {
  const response = await fetch(address).catch((error) => {
    throw unreadable(address, error);
  });
  return ofResponse(response, address);
}

function ofResponse(response: Response, address = response.url || "Response"): Bytes {
  if (response.ok === false) throw unreadable(address, new Error(`${response.status} ${response.statusText}`.trim()));
  return response.body === null ? bytesOf(address, []) : ofStream(address, response.body);
}

function ofStream(name: string, stream: ByteStream): Bytes {
  let reader: ReadableStreamDefaultReader<unknown>;
  try {
    reader = (stream as ReadableStream<unknown>).getReader();
  } catch (error) {
    throw unreadable(name, error);
  }
  const pieceOf = encoderOf();
  let isOpen = true;
  return {
    name,
    async next() {
      const { done, value } = await reader.read();
      if (done) isOpen = false;
      return done ? undefined : pieceOf(value);
    },
    async close() {
      if (isOpen) await reader.cancel().catch(() => {});
      reader.releaseLock();
    },
  };
}

function ofIterable(source: AsyncIterable<unknown>): Bytes {
  const iterator = source[Symbol.asyncIterator]();
  const { path } = source as { path?: unknown };
  const pieceOf = encoderOf();
  return {
    // Node's streams of files have it.
    name: typeof path === "string" ? path : "stream",
    async next() {
      const { done, value } = await iterator.next();
      return done ? undefined : pieceOf(value);
    },
    async close() {
      await iterator.return?.().catch(() => {});
    },
  };
}

/** Makes bytes of what a source gives: strings may be cut between the surrogates of a pair. */
function encoderOf(): (value: unknown) => Uint8Array {
  let half = "";
  return (value) => {
    if (typeof value === "string") {
      const text = half + value;
      half = /[\ud800-\udbff]$/.test(text) ? text.slice(-1) : "";
      return encoder.encode(text.slice(0, text.length - half.length));
    }
    const piece = asBytes(value);
    if (piece !== undefined) return piece;
    throw typeError("ERR_TYPE", `"source" must give bytes or strings, got ${describe(value)}`);
  };
}
