import { describe, expect, test } from "vitest";
import { randomStream } from "../support/arbitraries.js";
import { backends, runOn } from "../support/backends.js";
import { drawNumber, ODD_FIELDS, POWERS, putText, readColumn } from "../support/decimals.js";

/** What the kernel answers for: plain decimals of at most 19 digits that count, at most 22 behind the point. */
function isPlain(field: string): boolean {
  if (!/^-?\d+(\.\d*)?$/.test(field)) return false;
  const [, behind = ""] = field.split(".");
  return field.replace(/^-?[0.]*|\./g, "").length <= 19 && behind.length <= 22;
}

describe.each(backends)("$name", (backend) => {
  const read = (fields: readonly string[]) => runOn(backend, (heap, kernels) => readColumn(kernels, heap, fields));

  /** A table of two columns of numbers, and where the kernel stopped. */
  const readTable = (source: string, places: number[], rows = 9) =>
    runOn(backend, (heap, kernels) => {
      const bytes = new TextEncoder().encode(source);
      const text = putText(heap, bytes, 3);
      const [out, outOffset] = heap.float64(new Array(20).fill(7));
      const [state, stateOffset] = heap.int32([0, 0, 0]);
      const [powers, columns] = [heap.float64(POWERS), heap.int32(places)];
      const n = places.length;
      const at = kernels.readDecimals(
        ...text,
        0,
        bytes.length,
        59,
        n,
        rows,
        ...powers,
        ...columns,
        out,
        outOffset,
        10,
        state,
        stateOffset,
      );
      return {
        at,
        state: [...state.subarray(stateOffset, stateOffset + 3)],
        out: out.slice(outOffset, outOffset + 20),
      };
    });

  test("numbers have the bits of Number, and few plain decimals are given back", () => {
    const next = randomStream(1);
    let plain = 0;
    let refused = 0;
    for (let run = 0; run < 50; ++run) {
      const fields = Array.from({ length: 1000 }, () => drawNumber(next));
      const { values, returned } = read(fields);
      const back = new Set(returned);
      fields.forEach((field, i) => {
        if (isPlain(field)) plain += 1;
        if (back.has(i)) refused += isPlain(field) ? 1 : 0;
        else if (!Object.is(values[i], Number(field))) throw new Error(`${field} is read as ${values[i]}`);
      });
    }
    expect(plain).toBeGreaterThan(25_000);
    // Ties, which are drawn on purpose, among them
    expect(refused / plain).toBeLessThan(0.1);
  });

  test("of ordinary decimals none is given back", () => {
    const next = randomStream(2);
    const fields = Array.from({ length: 5000 }, (_, i) =>
      i % 2 === 0 ? next().toFixed(4) : (9 * next()).toPrecision(17),
    );
    const { values, returned } = read(fields.filter((field) => !field.includes("e")));
    expect(returned).toEqual([]);
    expect([...values]).toEqual(fields.filter((field) => !field.includes("e")).map(Number));
  });

  test("all other fields are given back, but for nothing, which is NaN", () => {
    const { values, returned } = read(ODD_FIELDS);
    const expected = [...ODD_FIELDS.keys()].filter(
      (i) => !["", "\r", "1\r"].includes(ODD_FIELDS[i]) && !isPlain(ODD_FIELDS[i]),
    );
    expect(returned).toEqual(expected);
    const taken = [...ODD_FIELDS.keys()].filter((i) => !expected.includes(i));
    for (const i of taken) {
      const field = ODD_FIELDS[i].replace("\r", "");
      expect(values[i]).toBe(field === "" ? Number.NaN : Number(field));
    }
  });

  test("fields go to the places of their columns, behind delimiters and line ends of both kinds", () => {
    const { at, state, out } = readTable("1;2\r\n3;4\n;-5\n", [1, 0]);
    expect([at, ...state]).toEqual([13, 3, 0, 13]);
    expect([...out.subarray(0, 4)]).toEqual([2, 4, -5, 7]);
    expect([...out.subarray(10, 14)]).toEqual([1, 3, Number.NaN, 7]);
  });

  test("columns are passed over, or given back", () => {
    expect(readTable("abc;2\nd e;4\n", [-2, 0])).toMatchObject({ at: 12, state: [2, 0, 12] });
    expect(readTable('abc;2\n"d";4\n', [-2, 0])).toMatchObject({ at: 6, state: [1, 0, 6] });
    expect(readTable("1;2\n3;4\n", [0, -1])).toMatchObject({ at: 2, state: [0, 1, 0] });
  });

  test("it stops in front of rows that are not asked for, and at fields that end a row too early or too late", () => {
    expect(readTable("1;2\n3;4\n", [0, 1], 1)).toMatchObject({ at: 4, state: [1, 0, 4] });
    expect(readTable("1;2\n3\n", [0, 1])).toMatchObject({ at: 4, state: [1, 0, 4] });
    expect(readTable("1;2\n3;4;5\n", [0, 1])).toMatchObject({ at: 6, state: [1, 1, 4] });
    expect(readTable("1;2\n\n3;4\n", [0, 1])).toMatchObject({ at: 4, state: [1, 0, 4] });
    expect(readTable("1;2\n3\r;4\n", [0, 1])).toMatchObject({ at: 4, state: [1, 0, 4] });
  });
});
