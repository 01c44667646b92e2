import { compressionRegistry, tableFromArrays, tableToIPC } from "apache-arrow";
import { expect, test } from "vitest";
import { readArrow, readParquet } from "../../src/readers/index.js";
import { decodeLz4 } from "../../src/readers/lz4.js";
import { gather } from "./support.js";

/** As DuckDB writes it, compressed by zstd: k 0 to 2, x = k/4, t "é", nothing, "b". */
const PARQUET =
  "UEFSMRUAFSQVNiwVBhUAFQYVBgAAKLUv/SASkQAAAgAAAAYBAAAAAAEAAAACAAAAFQAVPBVALBUGFQAVBhUGAAAotS/9IB69AACIAgAAAAYBANA/AAAAAAAA4D8BAAcwAhUAFWAVQiwVBhUAFQYVBgAAKLUv/SAwxQAAkCEAAABBBQACAAAAw6kBAAAAYgEAIjACFQIZTDUAGA1kdWNrZGJfc2NoZW1hFQYAFQIlAhgBayUiABUKJQIYAXgAFQwlAhgBdCUAABYGGRwZPCYAHBUCGRUAGRgBaxUMFgYWRhZYJgg8GAQCAAAAGAQAAAAAFgAoBAIAAAAYBAAAAAAREQAAACYAHBUKGRUAGRgBeBUMFgYWXhZiJmA8GAgAAAAAAADgPxgIAAAAAAAAAAAWACgIAAAAAAAA4D8YCAAAAAAAAAAAEREAAAAmABwVDBkVABkYAXQVDBYGFoIBFmQmwgE8GALDqRgBYhYCKALDqRgBYhERAAAAFqYCFgYmCBaeAgAoKER1Y2tEQiB2ZXJzaW9uIHYxLjUuNiAoYnVpbGQgMDY5Y2M5ZjliNSkZPBwAABwAABwAAAAlAQAAUEFSMQ==";
const expected = { k: [0, 1, 2], x: [0, 0.25, 0.5], t: ["é", null, "b"] };

test("Parquet is read in pages too", async () => {
  const bytes = Uint8Array.from(atob(PARQUET), (c) => c.charCodeAt(0));
  for (const source of [bytes, new Blob([bytes]), new Blob([bytes]).stream()]) {
    expect(await gather(readParquet(source))).toEqual(expected);
  }
});

/** As pyarrow writes it: instants in microseconds, nanoseconds and milliseconds, and days, one before 1970, and none. */
const TIMES =
  "UEFSMRUAFSwVLCwVBhUAFQYVBhwAAAACAAAAAwMBYNcdFAAAAP//////////FQAVLBUsLBUGFQAVBhUGHAAAAAIAAAADA9wFT5GUTgAAJPr///////8VABUsFSwsFQYVABUGFQYcAAAAAgAAAAMDAFwmBQAAAAD//////////xUAFRwVHCwVBhUAFQYVBhwAAAACAAAAAwMDAAAA/P///xUEGVw1ABgGc2NoZW1hFQgAFQQlAhgCdXMlFEyMEhwsAAAAAAAVBCUCGAJuc2yMEhw8AAAAAAAVBCUCGAJtcyUSTIwSHBwAAAAAABUCJQIYA2RheSUMTGwAAAAWBhkcGUwmABwVBBklBgAZGAJ1cxUAFgYWUhZSJghJHBUAFQAVAgA8KQYZJgIEAAAAJgAcFQQZJQYAGRgCbnMVABYGFlIWUiZaSRwVABUAFQIAPCkGGSYCBAAAACYAHBUEGSUGABkYAm1zFQAWBhZSFlImrAFJHBUAFQAVAgA8KQYZJgIEAAAAJgAcFQIZJQYAGRgDZGF5FQAWBhZCFkIm/gFJHBUAFQAVAgA8KQYZJgIEAAAAFrgCFgYmCBa4AgAoIHBhcnF1ZXQtY3BwLWFycm93IHZlcnNpb24gMjUuMC4xGUwcAAAcAAAcAAAcAAAATAEAAFBBUjE=";
/** The same, of two columns of one name. */
const TWICE =
  "UEFSMRUAFRwVHCwVAhUAFQYVBhwAAAACAAAAAgEAAAAAAADwPxUAFRwVHCwVAhUAFQYVBhwAAAACAAAAAgEAAAAAAAAIQBUEGTw1ABgGc2NoZW1hFQQAFQolAhgBYQAVCiUCGAFhABYCGRwZLCYAHBUKGSUGABkYAWEVABYCFkIWQiYISRwVABUAFQIAPCkGGSYAAgAAACYAHBUKGSUGABkYAWEVABYCFkIWQiZKSRwVABUAFQIAPCkGGSYAAgAAABaEARYCJggWhAEAKCBwYXJxdWV0LWNwcC1hcnJvdyB2ZXJzaW9uIDI1LjAuMRksHAAAHAAAALEAAABQQVIx";

test("instants of Parquet keep what they have of a millisecond", async () => {
  const bytes = Uint8Array.from(atob(TIMES), (c) => c.charCodeAt(0));
  expect(await gather(readParquet(bytes))).toEqual({
    us: [1 + 1 / 86_400e6, -1 / 86_400e6, Number.NaN],
    ns: [1 + 1.5 / 86_400e6, -1.5 / 86_400e6, Number.NaN],
    ms: [1, -1 / 86_400e3, Number.NaN],
    day: [3, -4, Number.NaN],
  });
});

test("two columns of one name are refused in Parquet", async () => {
  const bytes = Uint8Array.from(atob(TWICE), (c) => c.charCodeAt(0));
  await expect(gather(readParquet(bytes))).rejects.toMatchObject({
    code: "ERR_VALUE",
    message: '"columns" must name each column once, got "a" again',
  });
});

/** As pyarrow writes {@link squares}, which is more than one block of LZ4, as a stream. */
const COMPRESSED = {
  LZ4: "/////6gAAAAQAAAAAAAKAAwABgAFAAgACgAAAAABBAAMAAAACAAIAAAABAAIAAAABAAAAAIAAABMAAAABAAAAMz///8AAAECEAAAABwAAAAEAAAAAAAAAAEAAAB0AAAACAAMAAgABwAIAAAAAAAAAQgAAAAQABQACAAGAAcADAAAABAAEAAAAAAAAQMQAAAAGAAAAAQAAAAAAAAAAQAAAHgABgAIAAYABgAAAAAAAgD/////yAAAABQAAAAAAAAADAAYAAYABQAIAAwADAAAAAADBAAcAAAAMAYAAAAAAAAAAAAADAAcABAABAAIAAwADAAAAGgAAAAcAAAAFAAAACBOAAAAAAAAAAAAAAQABAAEAAAABAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAG0FAAAAAAAAcAUAAAAAAAAvAAAAAAAAAKAFAAAAAAAAjwAAAAAAAAAAAAAAAgAAACBOAAAAAAAAAAAAAAAAAAAgTgAAAAAAAKAPAAAAAAAAAHECAAAAAAAEIk0YQEDAIQMAABkAAQAi0D8PABPwCAAiAkAQABMQCAATGQgAEiIIACKAKAgAIgAwCAAiQDQIACMA6EAAEhgQACKAJwgAIwAyCAAT4CAAEx8QABIvCAAiwDcIACOAIAgAEjEIACIACAgAIoAqCAAjADgIABImCAAiwDYIACOAJQgAA0gAIgApEAAiAAAIABNAqAAiABsQABMAOAAjACsQABIWCAATQBgAIoAuEAAigCEIACIABggAI4A1CAAEUAAECAEDuAAiABIgACIA+OgAE0CQABNAOAAiwDMgABPAEAEbQAgABBgABCgABDgABEgABFgABWgABHgAA4gABJgABKgABbgAA8gABNgABOgABPgABQgBBBgAAygBBTgBA0gBBFgBE4DYAAR4AQSIAQSYAQSoAQW4AQTIAQPYAQToAQT4AQQIAgUYAgQoAgMgAQVIAgNYAgRoAgV4AgT4AAMIAQSoAgW4AgTIAgTYAgToAhLQqAEFAgAEEAAEIAAEMAAEQAAEUAADYAAPCAP/////////////////////////////////////ChPAQBwEOBwT2BAABMAcE+QQAAQYHxPsEAAEYBwT8hAAE/QIABP2CAADQB4jAPoQABP8CAAT/ggABJAdEgFQHgWoHBMDEAATBAgAEwUIAAPAHiMABxAAA5AdIwAJEAATCggAEwsIABMMCAATDQgAEw4IABMPCAADEB0TgAgAIgARGAATgAgABKAeFIAQHxMTIAADCAAiABQQAA9AAf//////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////Q1AAAAAQQAoBAAAPwN//////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////6FAAAAAIQCMBAAARAAEAIQlABwAjAAoIABMLCAATDAgAEw0IABMOCAATDwgAEhAIABOACAAjABEQAAMIACMAEhAAAwgAIwATEAADCAAiABQQADIAwD+AABPQCAAT2AgAE+AIABPkCAAT6AgAE+wIABPwCAAT8ggAE/QIABP2CAAT+AgAE/oIABP8CAAT/ggAEwCAABMBCAATAggAEwMIABMECAATBQgAEwYIABMHCAATCAgAD0AB/////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////xJQAAAAFEAAAAAAAAAAxAkAAAAAAAAEIk0YYECCGAAAAF/ee++99wUA////////////sFDee++99wAAAAAAIE4AAAAAAAAEIk0YYECCeAAAAIAA/v8AAQAD/QcAkAID/QD/AAECAA4AYAACA/3+ABUADyMA////////////////////////////////////////////////////////////////////////////////////////////////////////M1AAAQID/QAAAAAA/////wAAAAA=",
  ZSTD: "/////6gAAAAQAAAAAAAKAAwABgAFAAgACgAAAAABBAAMAAAACAAIAAAABAAIAAAABAAAAAIAAABMAAAABAAAAMz///8AAAECEAAAABwAAAAEAAAAAAAAAAEAAAB0AAAACAAMAAgABwAIAAAAAAAAAQgAAAAQABQACAAGAAcADAAAABAAEAAAAAAAAQMQAAAAGAAAAAQAAAAAAAAAAQAAAHgABgAIAAYABgAAAAAAAgD/////0AAAABQAAAAAAAAADAAYAAYABQAIAAwADAAAAAADBAAcAAAAQAIAAAAAAAAAAAAADAAeABAABAAIAAwADAAAAHAAAAAkAAAAGAAAACBOAAAAAAAAAAAAAAAABgAIAAcABgAAAAAAAAEEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA3QEAAAAAAADgAQAAAAAAAB4AAAAAAAAAAAIAAAAAAAA+AAAAAAAAAAAAAAACAAAAIE4AAAAAAAAAAAAAAAAAACBOAAAAAAAAoA8AAAAAAAAAcQIAAAAAACi1L/2gAHECAPQNAOaXSzRQSZR0Q7+kN8q882jO1MTMzMzMTmZmZmbmqc8cNdY+AZvhf/EMwhP7cXRs0SmnbI1VvcZSOwA8ADkArNXU05eVl9eyvcuzMrEzUdXMKjSDUpeHiVPM8siXo+49MksabaF6vUoucNOGNBHIGZPsqo2ElE/DqPkZSSNLr1d50YYUwcEku2o2EkvP2ICaR82zlMhGVTYmEUPaFleuR9XSSNLMY/ccVyM/S4XLyWFHKaPQVgO1NFrSzI+do83ILBXuyQeXjEJWWTU1jZ0rrby89lq2bO/yrLwSO9PU1awQo5S6PDxxK1h+ZEfde2T4GDCUYeq00IUl6QUKTjCCAwayQDSBoQcs4AA/A7gCBZyAHZSAERDC2IAPRgfjBhugBt8jJRpV2ZhEDmJIw80iK48KgOuoMJIfsJOSpDUSCCGlb2X///+ZA3DfQxs/Ov0USRAWr7b+De0fnLPs4JtGrk8utPaVK8mGUdhkDzjRpCBvc5HTjNS+RYDWmOsqXfnaaPVh/GXkrmCN87UvPkkgEuvmDNf3NbKPiRVQDnKz86KIs4HsDQDMfywyidMgeklpii+SISqmF5N21Q7j6QH9RQAACAABAPzwDoQAAADECQAAAAAAACi1L/1gxAhlAAAo3nvvvfcBALyBX7QAACBOAAAAAAAAKLUv/WAgTWUBADQCAP7/AAEAA/3+/wABAgP9AP8AAQIA/f7/AAACA/3+AAABAgMBANNvzK6eAAD/////AAAAAA==",
};
const squares = {
  x: Array.from({ length: 20_000 }, (_, k) => (k < 1000 ? ((k * k) % 97) / 4 : ((k % 40) + 1) / 8)),
  t: Array.from({ length: 20_000 }, (_, k) => (k % 5 === 0 ? Number.NaN : (k % 7) - 3)),
};

test.each(["LZ4", "ZSTD"] as const)("Arrow is read that is compressed by %s", async (codec) => {
  const bytes = Uint8Array.from(atob(COMPRESSED[codec]), (c) => c.charCodeAt(0));
  expect(await gather(readArrow(bytes))).toEqual(squares);
});

test("LZ4 that is damaged or cut off ends in other bytes or an error, at every byte of it", () => {
  const bytes = Uint8Array.from(atob(COMPRESSED.LZ4), (c) => c.charCodeAt(0));
  // That of x: three blocks, each of which repeats what stands in the one before.
  const frame = bytes.subarray(392, 392 + 1381);
  expect([...new Float64Array(decodeLz4(frame).slice().buffer)]).toEqual(squares.x);
  for (let at = 1; at < frame.length; ++at) {
    expect(() => decodeLz4(frame.subarray(0, at))).toThrow("LZ4 that is damaged or cut off");
    const other = frame.slice();
    other[at] ^= 1 + (at % 255);
    try {
      expect(decodeLz4(other).length).toBeLessThan(1e6);
    } catch (error) {
      expect(error).toMatchObject({ code: "ERR_VALUE" });
    }
  }
});

test("what no codec is there for is refused with what to do", async () => {
  const bytes = Uint8Array.from(atob(COMPRESSED.ZSTD), (c) => c.charCodeAt(0));
  const before = compressionRegistry.get(1);
  // As where hyparquet-compressors is not installed.
  compressionRegistry.set(1, {});
  try {
    await expect(gather(readArrow(bytes))).rejects.toThrow("for ZSTD: npm install hyparquet-compressors");
  } finally {
    compressionRegistry.set(1, before as never);
  }
});

test("Arrow is read in pages too", async () => {
  const { k, x, t } = expected;
  const bytes = tableToIPC(tableFromArrays({ k: Int32Array.from(k), x: Float64Array.from(x), t }), "file");
  for (const source of [bytes, new Blob([bytes as BlobPart]), new Blob([bytes as BlobPart]).stream()]) {
    expect(await gather(readArrow(source))).toEqual(expected);
  }
});
