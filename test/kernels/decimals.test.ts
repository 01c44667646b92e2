import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { randomStream } from "../support/arbitraries.js";
import { expectTwins } from "../support/backends.js";
import { drawNumber, ODD_FIELDS, POWERS, putText, readColumn } from "../support/decimals.js";

describe("decimal twins", () => {
  test("20,000 numbers, and what is none", () => {
    for (let seed = 0; seed < 20; ++seed) {
      const next = randomStream(seed);
      const fields = Array.from({ length: 1000 }, (_, i) => ODD_FIELDS[i] ?? drawNumber(next));
      expectTwins((heap, kernels) => readColumn(kernels, heap, fields).returned.reduce((sum, i) => sum * 31 + i, 0));
    }
  });

  test("tables of any shape at any alignment, from any field on", () => {
    const field = fc.oneof(
      fc.nat().map((seed) => drawNumber(randomStream(seed))),
      fc.constantFrom(...ODD_FIELDS, "1,2", "3;4", "\n", "5\n6"),
    );
    const place = fc.constantFrom(0, 1, 2, -1, -2, -2);
    fc.assert(
      fc.property(
        fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { maxLength: 12 }),
        fc.tuple(place, place, place),
        fc.nat(7),
        fc.nat(4),
        fc.nat(5),
        (rows, places, shift, count, skip) => {
          const bytes = new TextEncoder().encode(rows.map((fields) => `${fields.join(";")}\n`).join(""));
          expectTwins((heap, kernels) => {
            const text = putText(heap, bytes, shift);
            const columns = heap.int32(places, shift % 4);
            const out = heap.float64(new Array(30).fill(7), shift % 4);
            const powers = heap.float64(POWERS, shift % 3);
            const [state, offset] = heap.int32([0, 0, 0], shift % 4);
            let sum = 0;
            // Fields that stop it are left out, wherever that leads.
            for (let at = Math.min(skip, bytes.length), k = 0; k < 40 && at < bytes.length; ++k, ++at) {
              at = kernels.readDecimals(
                ...text,
                at,
                bytes.length,
                59,
                3,
                2 + count,
                ...powers,
                ...columns,
                ...out,
                10,
                state,
                offset,
              );
              sum = 3 * sum + at;
            }
            return sum;
          });
        },
      ),
    );
    expect.assertions(0);
  });
});
