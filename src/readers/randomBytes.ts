import { asBytes, openFile, openSource, pathOf, type Source } from "./sources.js";

/** Bytes that are read from any place. */
export interface RandomBytes {
  /** What messages call where they come from. */
  readonly name: string;
  readonly byteLength: number;
  slice(start: number, end?: number): Promise<ArrayBuffer>;
  close(): Promise<void>;
}

/** Opens a source to be read in any order. What can only be read from the start is held as a whole. */
export async function openRandomly(source: Source): Promise<RandomBytes> {
  const path = pathOf(source);
  const file = path === undefined ? undefined : await openFile(path);
  if (path !== undefined && file !== undefined) {
    const { size } = await file.stat();
    return {
      name: path,
      byteLength: size,
      async slice(start, end = size) {
        const bytes = new Uint8Array(end - start);
        const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
        return bytesRead === bytes.length ? bytes.buffer : bytes.buffer.slice(0, bytesRead);
      },
      close: () => file.close().catch(() => {}),
    };
  }
  const bytes = asBytes(source);
  if (bytes !== undefined) return ofBytes("bytes", bytes);
  if (typeof (source as Blob | null)?.slice === "function" && typeof (source as Blob).arrayBuffer === "function") {
    const { name = "Blob", size } = source as File;
    return {
      name,
      byteLength: size,
      slice: (start, end) => (source as Blob).slice(start, end).arrayBuffer(),
      close: async () => {},
    };
  }
  return ofBytes(...(await gathered(source)));
}

async function gathered(source: Source): Promise<[name: string, bytes: Uint8Array]> {
  const bytes = await openSource(source);
  try {
    const pieces: Uint8Array[] = [];
    for (let piece = await bytes.next(); piece !== undefined; piece = await bytes.next()) pieces.push(piece.slice());
    const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const piece of pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    return [bytes.name, all];
  } finally {
    await bytes.close();
  }
}

function ofBytes(name: string, bytes: Uint8Array): RandomBytes {
  return {
    name,
    byteLength: bytes.length,
    slice: async (start, end) => bytes.slice(start, end).buffer as ArrayBuffer,
    close: async () => {},
  };
}
