import type { compressionRegistry } from "apache-arrow";
import { decodeLz4 } from "./lz4.js";

/** What Arrow calls its compressions. */
const LZ4_FRAME = 0;
const ZSTD = 1;

async function loadCompressors() {
  try {
    return await import("hyparquet-compressors");
  } catch {
    return undefined;
  }
}

/** Gives apache-arrow, which comes with none, what it decompresses with, where nobody has: LZ4, and ZSTD if the package for it is there. */
export async function addCodecs(registry: typeof compressionRegistry): Promise<void> {
  if (registry.get(LZ4_FRAME) === null) registry.set(LZ4_FRAME, { decode: decodeLz4 });
  if (registry.get(ZSTD) !== null) return;
  const compressors = await loadCompressors();
  if (compressors === undefined) return;
  const decode = (bytes: Uint8Array): Uint8Array => {
    const found = compressors.decompressZstd(bytes);
    // Numbers begin where their size divides it.
    return found.byteOffset % 8 === 0 ? found : found.slice();
  };
  registry.set(ZSTD, { decode });
}
