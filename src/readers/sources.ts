import { describe, messageOf, rangeError, typeError } from "../errors.js";

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

/** Bytes one piece after the other. */
export interface Bytes {
  /** What messages call where they come from. */
  readonly name: string;
  /** The next piece, or undefined at the end. It is good until the next call. */
  next(): Promise<Uint8Array | undefined>;
  /** Lets go of the source. Never fails. */
  close(): Promise<void>;
}

/** Bytes of a file that are read at a time. */
const PIECE = 1048576;

const encoder = /* @__PURE__ */ new TextEncoder();

/** Opens a source. @throws TypeError if it is none, and RangeError if it cannot be opened. */
export async function openSource(source: Source): Promise<Bytes> {
  if (typeof source === "string") {
    if (/[\n\r]/.test(source)) return bytesOf("text", [encoder.encode(source)]);
    if (/^file:/i.test(source)) return ofPath(fileOf(source));
    return /^(https?|blob|data):/i.test(source) ? fetched(source) : ofPath(source);
  }
  const buffer = asBytes(source);
  if (buffer !== undefined) return bytesOf("bytes", [buffer]);
  const like = Object(source) as Partial<
    { href: unknown; stream: unknown; getReader: unknown; name: unknown } & { body: unknown; url: unknown }
  > &
    Partial<AsyncIterable<unknown>>;
  if (typeof like.href === "string") {
    return /^file:/i.test(like.href) ? ofPath(fileOf(like.href)) : fetched(like.href);
  }
  if (typeof like.stream === "function") {
    const name = typeof like.name === "string" && like.name !== "" ? like.name : "Blob";
    return ofStream(name, (like as { stream(): ByteStream }).stream());
  }
  if (typeof like.getReader === "function") return ofStream("stream", like as ByteStream);
  if ("body" in like) return ofResponse(like as Response);
  if (typeof like[Symbol.asyncIterator] === "function") return ofIterable(like as AsyncIterable<unknown>);
  throw typeError(
    "ERR_TYPE",
    `"source" must be a path, a URL, text with a line break, bytes, a Blob, a Response or a stream, got ${describe(source)}`,
  );
}

/** The bytes of a buffer or of what views one. */
function asBytes(value: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  const kind = Object.prototype.toString.call(value);
  return kind === "[object ArrayBuffer]" || kind === "[object SharedArrayBuffer]"
    ? new Uint8Array(value as ArrayBuffer)
    : undefined;
}

function bytesOf(name: string, pieces: Uint8Array[]): Bytes {
  return { name, next: async () => pieces.shift(), close: async () => {} };
}

function unreadable(name: string, error: unknown): Error {
  const message = `"${name}" must be there to be read, got ${messageOf(error)}`;
  return Object.assign(rangeError("ERR_VALUE", message), { cause: error });
}

function fileOf(href: string): string {
  const { fileURLToPath } = builtin("node:url") ?? {};
  return fileURLToPath === undefined ? href : fileURLToPath(href);
}

/** A module of Node's own, or undefined elsewhere: not imported, as bundlers for pages would look for it. */
function builtin<Name extends keyof Builtins>(name: Name): Builtins[Name] | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  return process?.getBuiltinModule?.(name) as Builtins[Name] | undefined;
}

interface Builtins {
  "node:url": typeof import("node:url");
  "node:fs/promises": typeof import("node:fs/promises");
}

async function ofPath(path: string): Promise<Bytes> {
  const files = builtin("node:fs/promises");
  if (files === undefined) return fetched(path);
  const file = await files.open(path).catch((error) => {
    throw unreadable(path, error);
  });
  // Of these one is worked on while the other is filled.
  let [piece, other] = [new Uint8Array(PIECE), new Uint8Array(PIECE)];
  let ahead: Promise<Uint8Array | undefined> | undefined;
  const read = async (): Promise<Uint8Array | undefined> => {
    try {
      [piece, other] = [other, piece];
      const { bytesRead } = await file.read(piece, 0, PIECE);
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

function pieceOf(value: unknown): Uint8Array {
  const piece = typeof value === "string" ? encoder.encode(value) : asBytes(value);
  if (piece !== undefined) return piece;
  throw typeError("ERR_TYPE", `"source" must give bytes or strings, got ${describe(value)}`);
}
