import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { adam } from "../../src/index.js";

test("states of another realm, and arrays of the live state's memory", () => {
  const optimizer = adam([new Float64Array([1, 2])]);
  optimizer.step([new Float64Array([1, -1])]);
  const foreign = runInNewContext(
    "({ ...state, parameters: [{ mean: Float64Array.of(...state.parameters[0].mean), square: Float64Array.of(...state.parameters[0].square) }] })",
    { state: optimizer.state() },
  );
  const other = adam([new Float64Array([1, 2])]);
  other.load(foreign);
  expect(JSON.stringify(other)).toBe(JSON.stringify(optimizer));
});
