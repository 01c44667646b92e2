import { describe, expect, test } from "vitest";
import type { GramSystem } from "../../src/solvers/methods/GramSystem.js";
import { joinTwin } from "../../src/solvers/methods/twins.js";

const infinity = Number.POSITIVE_INFINITY;
const LIST = Int32Array.of(0, 1, 2);

interface Pair {
  /** Of the coordinates 0 and 1, whose columns are the same but for this sign. */
  sign?: 1 | -1;
  b: [number, number];
  l1?: [number, number];
  upper?: [number, number];
  /** Added to the second one's diagonal, to its product with the third one, and to its gradient. */
  apart?: number;
  beside?: number;
  pull?: number;
}

/** Two coordinates and a third one beside them. */
function systemOf({ sign = 1, b, l1 = [0.1, 0.1], upper = [infinity, infinity], ...rest }: Pair): GramSystem {
  const { apart = 0, beside = 0, pull = 0 } = rest;
  const stride = 4;
  const G = new Float64Array(3 * stride);
  [
    [1, sign, 0.5],
    [sign, 1 + apart, 0.5 * sign + beside],
    [0.5, 0.5 * sign + beside, 1],
  ].forEach((row, i) => {
    G.set(row, i * stride);
  });
  return {
    G,
    isComplete: true,
    stride,
    q: Float64Array.of(0.25, sign * 0.25 + pull, -0.5),
    b: Float64Array.of(...b, 1),
    l1: Float64Array.of(...l1, 0.1),
    l2: new Float64Array(3),
    lower: new Float64Array(3).fill(-infinity),
    upper: Float64Array.of(...upper, infinity),
  };
}

/** The coefficients of the two after the first one has looked for its twin. */
function join(pair: Pair): { b: number[]; q: number[]; before: number[] } {
  const system = systemOf(pair);
  const before = [...system.q];
  joinTwin(system, 3, 0, 3, LIST);
  expect(system.b[2]).toBe(1);
  return { b: [...system.b.subarray(0, 2)], q: [...system.q], before };
}

describe("columns that are the same", () => {
  test.each<[string, Pair, number[]]>([
    ["the one that looks gives all it has", { b: [0.25, 0.5] }, [0, 0.75]],
    ["less than nothing too", { b: [-0.25, -0.5] }, [0, -0.75]],
    ["the one with the larger penalty gives, whichever looks", { b: [0.25, 0.5], l1: [0.1, 0.2] }, [0.75, 0]],
    ["the other way round", { b: [0.25, 0.5], l1: [0.2, 0.1] }, [0, 0.75]],
    ["of opposite signs, both lose what the smaller one has", { b: [0.25, -1] }, [0, -0.75]],
    ["the smaller one being the other", { b: [1, -0.25] }, [0.75, 0]],
    ["opposite columns of opposite signs", { sign: -1, b: [0.25, -0.5] }, [0, -0.75]],
    ["opposite columns of one sign", { sign: -1, b: [0.25, 0.5] }, [0, 0.25]],
    ["not beyond a bound", { b: [0.5, 0.5], upper: [infinity, 0.75] }, [0.25, 0.75]],
    ["without a penalty", { b: [0.25, 0.5], l1: [0, 0] }, [0, 0.75]],
  ])("%s", (_, pair, expected) => {
    const { b, q, before } = join(pair);
    expect(b).toEqual(expected);
    expect(q).toEqual(before);
  });

  test.each<[string, Pair]>([
    ["0", { b: [0.25, 0] }],
    ["at a bound", { b: [0.25, 0.5], upper: [infinity, 0.5] }],
    ["not the same", { b: [0.25, 0.5], apart: 1e-3 }],
    ["not the same to a third one", { b: [0.25, 0.5], beside: 1e-12 }],
    ["wanted more", { b: [0.25, 0.5], pull: 1e-12 }],
  ])("the other is %s: nothing moves", (_, pair) => {
    expect(join(pair).b).toEqual(pair.b);
  });
});
