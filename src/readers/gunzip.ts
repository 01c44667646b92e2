import { messageOf, rangeError } from "../errors.js";
import { builtin } from "../host.js";
import type { Bytes } from "./Bytes.js";

/** Bytes of what was compressed that Node gives at a time. */
const PIECE = 262_144;
/** CRC-32 and length, which a member of gzip ends with; and the bytes that all begin with, besides flags below 32. */
const TRAILER = 8;
const MAGIC = [0x1f, 0x8b, 8];
const NONE = new Uint8Array(0);

/** What was compressed, where bytes are gzip by the first two of them; others as they are. */
export async function unpacked(bytes: Bytes): Promise<Bytes> {
  let first: Uint8Array = NONE;
  let isEnd = false;
  try {
    while (first.length < 2 && !isEnd) {
      const piece = await bytes.next();
      if (piece === undefined) isEnd = true;
      // A piece of a byte is good until the next.
      else first = first.length === 0 && piece.length > 1 ? piece : joined(first, piece);
    }
  } catch (error) {
    await bytes.close();
    throw error;
  }
  if (first[0] === MAGIC[0] && first[1] === MAGIC[1]) return inflated(bytes, first);
  const next = async (): Promise<Uint8Array | undefined> => {
    if (first.length === 0) return isEnd ? undefined : bytes.next();
    const piece = first;
    first = NONE;
    return piece;
  };
  return { ...bytes, next };
}

function inflated(bytes: Bytes, first: Uint8Array): Bytes {
  let failure: unknown;
  // Copies: the piece before is still worked on when the next is asked for.
  const pieces = async function* (): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
    yield new Uint8Array(first);
    try {
      for (let piece = await bytes.next(); piece !== undefined; piece = await bytes.next()) yield new Uint8Array(piece);
    } catch (error) {
      failure = error;
      throw error;
    }
  };
  const texts = byNode(pieces()) ?? byStreams(pieces());
  return {
    name: bytes.name,
    isPacked: true,
    async next() {
      try {
        const { done, value } = await texts.next();
        return done ? undefined : value;
      } catch (error) {
        if (failure !== undefined) throw failure;
        const message = `"${bytes.name}" must be whole gzip, got ${messageOf(error)}`;
        throw Object.assign(rangeError("ERR_VALUE", message), { cause: error });
      }
    },
    async close() {
      await texts.return?.().catch(() => {});
      await bytes.close();
    },
  };
}

/** By zlib, which takes one member after the other; undefined where it is not. */
function byNode(pieces: AsyncIterable<Uint8Array>): AsyncIterator<Uint8Array> | undefined {
  const [zlib, stream] = [
    builtin<typeof import("node:zlib")>("node:zlib"),
    builtin<typeof import("node:stream")>("node:stream"),
  ];
  if (zlib === undefined || stream === undefined) return undefined;
  // What fails is heard of by who reads.
  return stream.pipeline(pieces, zlib.createGunzip({ chunkSize: PIECE }), () => {})[Symbol.asyncIterator]();
}

/**
 * By streams of the browser, of which each takes one member and refuses what is behind. A member ends where the next one's first bytes are, if the length
 * in front of these is what has come out by then.
 */
async function* byStreams(pieces: AsyncIterator<Uint8Array<ArrayBuffer>>): AsyncGenerator<Uint8Array, void, undefined> {
  let rest: Uint8Array<ArrayBuffer> = NONE;
  let isEnd = false;
  while (!isEnd) {
    const { readable, writable } = new DecompressionStream("gzip");
    const writer = writable.getWriter();
    const reader = readable.getReader();
    let length = 0;
    const write = async (): Promise<void> => {
      for (;;) {
        const at = memberIn(rest);
        const to = at < 0 ? Math.max(0, rest.length - TRAILER - MAGIC.length) : at;
        if (at >= 0) {
          await writer.write(rest.subarray(0, at - TRAILER));
          // Taken when all that came of those before has been read: the length is known.
          await writer.write(rest.subarray(at - TRAILER, at));
        } else if (to > 0) await writer.write(rest.subarray(0, to));
        const isMember = at >= 0 && new DataView(rest.buffer, rest.byteOffset + at - 4).getUint32(0, true) === length;
        rest = rest.subarray(to);
        if (isMember) break;
        if (at >= 0) continue;
        const { done, value } = await pieces.next();
        if (done) {
          isEnd = true;
          await writer.write(rest);
          break;
        }
        rest = joined(rest, value);
      }
      await writer.close();
    };
    // What fails is heard of by who reads.
    const written = write().catch((error) => writer.abort(error).catch(() => {}));
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        length = (length + value.length) >>> 0;
        yield value;
      }
      await written;
    } finally {
      await reader.cancel().catch(() => {});
    }
  }
}

/** Where what looks like another member begins, behind what may be the end of one; or -1. */
function memberIn(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(MAGIC[0], TRAILER); at >= 0; at = bytes.indexOf(MAGIC[0], at + 1)) {
    if (at + MAGIC.length >= bytes.length) break;
    if (bytes[at + 1] === MAGIC[1] && bytes[at + 2] === MAGIC[2] && bytes[at + 3] < 32) return at;
  }
  return -1;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
