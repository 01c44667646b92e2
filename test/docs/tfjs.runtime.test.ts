import { expect, test } from "vitest";
import { randomNumbers } from "../../examples/random.js";
import { train } from "./tfjs.js";

test("the guide's network of one layer keeps the columns that y is made of, and no others", async () => {
  const random = randomNumbers(1);
  const inputs = Array.from({ length: 200 }, () => Array.from({ length: 6 }, () => 2 * random() - 1));
  const model = await train(
    inputs,
    inputs.map(([a, b]) => 3 * a - 2 * b + 1),
  );
  const [kernel, bias] = model.getWeights().map((weights) => Array.from(weights.dataSync()));
  expect(kernel.map((w) => w !== 0)).toEqual([true, true, false, false, false, false]);
  expect(bias[0]).toBeGreaterThan(0.9);
});
