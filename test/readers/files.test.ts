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

test("Arrow is read in pages too", async () => {
  const { k, x, t } = expected;
  const bytes = tableToIPC(tableFromArrays({ k: Int32Array.from(k), x: Float64Array.from(x), t }), "file");
  for (const source of [bytes, new Blob([bytes as BlobPart]), new Blob([bytes as BlobPart]).stream()]) {
    expect(await gather(readArrow(source))).toEqual(expected);
  }
});
