import { tableFromArrays, tableToIPC } from "apache-arrow";
import { expect, test } from "vitest";
import { readArrow, readParquet } from "../../src/readers/index.js";
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

/** A stream of one record batch of two doubles, compressed by LZ4. */
const COMPRESSED =
  "/////3AAAAAQAAAAAAAKAAwABgAFAAgACgAAAAABBAAMAAAACAAIAAAABAAIAAAABAAAAAEAAAAUAAAAEAAUAAgABgAHAAwAAAAQABAAAAAAAAEDEAAAABgAAAAEAAAAAAAAAAEAAABhAAYACAAGAAYAAAAAAAIA/////5gAAAAUAAAAAAAAAAwAGAAGAAUACAAMAAwAAAAAAwQAHAAAADAAAAAAAAAAAAAAAAwAHAAQAAQACAAMAAwAAABIAAAAHAAAABQAAABAAAAAAAAAAAAAAAAEAAQABAAAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAArAAAAAAAAAAAAAAABAAAAQAAAAAAAAAAAAAAAAAAAAAACAAAAAAAABCJNGGBAghQAAAARAAEAIfA/BwAPCAD/3FAAAADwPwAAAAAAAAAAAP////8AAAAA";

test("compressed Arrow is refused with what to do", async () => {
  const bytes = Uint8Array.from(atob(COMPRESSED), (c) => c.charCodeAt(0));
  await expect(gather(readArrow(bytes))).rejects.toThrow("write it uncompressed, or give apache-arrow's");
});

test("Arrow is read in pages too", async () => {
  const { k, x, t } = expected;
  const bytes = tableToIPC(tableFromArrays({ k: Int32Array.from(k), x: Float64Array.from(x), t }), "file");
  for (const source of [bytes, new Blob([bytes as BlobPart]), new Blob([bytes as BlobPart]).stream()]) {
    expect(await gather(readArrow(source))).toEqual(expected);
  }
});
