import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { numbers, randomArray, randomStream, SHIFTS, shifts, specialValues } from "../support/arbitraries.js";
import { backends, dtypes, expectTwins, type Kernels, runOn } from "../support/backends.js";
import type { Heap } from "../support/heap.js";
import { randomList, upTo } from "../support/matrices.js";

const [float64] = dtypes;
const infinity = Number.POSITIVE_INFINITY;

/** b, z, l1, l2, lower and upper of a coordinate, in this order. */
type Coordinate = [b: number, z: number, l1: number, l2: number, lower: number, upper: number];

interface Case {
  coordinates: Coordinate[];
  list: number[];
  shift: number;
}

const operandsOf = (heap: Heap, { coordinates, list, shift }: Case) => {
  const [b, z, l1, l2, lower, upper] = upTo(6).map((part) =>
    heap.float64(
      coordinates.map((coordinate) => coordinate[part]),
      (shift + part) % 4,
    ),
  );
  return { count: list.length, list: heap.int32(list, shift), b, z, l1, l2, lower, upper };
};

const runs: Record<string, (kernels: Kernels, heap: Heap, data: Case) => unknown> = {
  optimality: (kernels, heap, data) => {
    const { count, list, b, z, l1, l2, lower, upper } = operandsOf(heap, data);
    const out = heap.float64([7, 7, 7, 7, 7], 1);
    kernels.optimality(count, ...list, ...b, ...z, ...l1, ...l2, ...lower, ...upper, ...out);
  },
  fenchelGaps: (kernels, heap, data) => {
    const { count, list, b, z, l1, l2, lower, upper } = operandsOf(heap, data);
    return kernels.fenchelGaps(count, ...list, 0.9, ...b, ...z, ...l1, ...l2, ...lower, ...upper);
  },
  gramFit: (kernels, heap, data) => {
    const { count, list, b, z, l1, l2, lower, upper } = operandsOf(heap, data);
    kernels.gramFit(count, ...list, ...b, ...lower, ...z, ...upper, ...l1, ...l2, ...heap.float64([7, 7, 7], 1));
  },
};

const ORDINARY: Coordinate = [0.5, -0.25, 0.75, 0.125, -2, 1.5];
const KINDS: Coordinate[] = [
  ORDINARY,
  [0, 2, 1, 0.5, -infinity, infinity],
  [0, 2, 1, 0, -infinity, infinity],
  [0, 0.5, 1, 0, -1, 1],
  [1, 1, 1, 0, -infinity, infinity],
  [-1, -3, 1, 2, -1, infinity],
  [1, 3, 0, 0, 0, 1],
  [0.25, 1, 0, 0, -infinity, infinity],
];

describe.each(Object.entries(runs))("%s twins", (_, run) => {
  const twins = (data: Case): void => expectTwins((heap, kernels) => run(kernels, heap, data));

  test("every kind of coordinate, alone and together, at every alignment", () => {
    for (const shift of SHIFTS) {
      KINDS.forEach((kind) => {
        twins({ coordinates: [kind], list: [0], shift });
      });
      for (let count = 0; count <= KINDS.length; ++count) {
        twins({ coordinates: KINDS, list: randomList(count, KINDS.length, randomStream(count)), shift });
      }
    }
  });

  test("a special value in every place of a coordinate", () => {
    for (const kind of KINDS) {
      for (let part = 0; part < 6; ++part) {
        for (const value of specialValues(float64)) {
          const coordinate = kind.map((kept, k) => (k === part ? value : kept)) as Coordinate;
          twins({ coordinates: [ORDINARY, coordinate, ORDINARY], list: [1, 0], shift: part % 4 });
        }
      }
    }
  });

  test("any data", () => {
    const any = numbers(float64);
    fc.assert(
      fc.property(fc.array(fc.tuple(any, any, any, any, any, any), { maxLength: 9 }), shifts, (coordinates, shift) =>
        twins({ coordinates, list: upTo(coordinates.length), shift }),
      ),
    );
  });
});

describe.each(backends)("gramFit on $name", (backend) => {
  test("sums what its definition says over the listed coordinates alone", () => {
    const next = randomStream(17);
    for (let p = 1; p <= 20; ++p) {
      const list = upTo(p).filter(() => next() > -0.5);
      const b = randomArray(p, next).map((value) => (value < -0.5 ? 0 : value));
      const [c, z, norms] = [randomArray(p, next), randomArray(p, next), randomArray(p, next).map(Math.abs)];
      const [l1, l2] = [randomArray(p, next).map(Math.abs), randomArray(p, next).map(Math.abs)];
      const out = runOn(backend, (heap, kernels) => {
        const vectors = [b, c, z, norms, l1, l2].map((values) => heap.float64(values));
        const [result, offset] = heap.float64([7, 7, 7], 1);
        const [first, ...others] = vectors;
        const [second, third, fourth, fifth, sixth] = others;
        const operands = [...first, ...second, ...third, ...fourth, ...fifth, ...sixth] as const;
        kernels.gramFit(list.length, ...heap.int32(list), ...operands, result, offset);
        return [...result.slice(offset)];
      });
      const sum = (term: (j: number) => number): number => list.reduce((total, j) => total + term(j), 0);
      expect(out[0]).toBeCloseTo(
        sum((j) => b[j] * (c[j] + z[j])),
        13,
      );
      expect(out[1]).toBeCloseTo(
        sum((j) => Math.abs(b[j]) * norms[j]),
        13,
      );
      expect(out[2]).toBeCloseTo(
        sum((j) => l1[j] * Math.abs(b[j]) + (l2[j] / 2) * b[j] ** 2),
        13,
      );
    }
  });
});
