import fc from "fast-check";

/** η of some rows for K classes each, the classes that they have, and their weights. */
export interface SoftmaxCase {
  K: number;
  eta: number[][];
  codes: number[];
  v: number[];
}

export const cases = (value: fc.Arbitrary<number>): fc.Arbitrary<SoftmaxCase> =>
  fc.tuple(fc.integer({ min: 2, max: 5 }), fc.integer({ min: 1, max: 9 })).chain(([K, n]) =>
    fc.record({
      K: fc.constant(K),
      eta: fc.array(fc.array(value, { minLength: K, maxLength: K }), { minLength: n, maxLength: n }),
      codes: fc.array(fc.integer({ min: 0, max: K - 1 }), { minLength: n, maxLength: n }),
      v: fc.array(fc.constantFrom(0, 0.25, 1), { minLength: n, maxLength: n }),
    }),
  );
