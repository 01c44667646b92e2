import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AnyModel, exportModel } from "../../src/index.js";
import { cases, expectClose, modelOf, ONNX_LEAST, predicted } from "../exports/models.js";
import { attempt, tableCases, toRow } from "../exports/tables.js";

/** As much of onnxruntime-web as is used. */
interface Runtime {
  env: { logLevel: string; wasm: { numThreads: number } };
  Tensor: new (type: "float64", data: Float64Array, dims: number[]) => Tensor;
  InferenceSession: { create(bytes: Uint8Array, options: object): Promise<Session> };
}
interface Tensor {
  type: string;
  dims: readonly number[];
  data: Float64Array;
}
interface Session {
  inputNames: string[];
  outputNames: string[];
  run(inputs: Record<string, Tensor>): Promise<Record<string, Tensor>>;
  release(): Promise<void>;
}

// Not among the packages that the repository installs.
const name = "onnxruntime-web";
const runtime = (await import(/* @vite-ignore */ name)) as Runtime;
runtime.env.wasm.numThreads = 1;

async function run(model: AnyModel, X: number[][]): Promise<Tensor> {
  const session = await runtime.InferenceSession.create(exportModel(model, "onnx"), {
    executionProviders: ["wasm"],
    // What it warns of is a fault of the file.
    logSeverityLevel: 2,
  });
  expect([session.inputNames, session.outputNames]).toEqual([["X"], ["prediction"]]);
  const dims = [X.length, X[0]?.length ?? 0];
  const { prediction } = await session.run({ X: new runtime.Tensor("float64", Float64Array.from(X.flat()), dims) });
  await session.release();
  expect(prediction?.type).toBe("float64");
  return prediction as Tensor;
}

/** Whether what is predicted is η itself. */
const isSum = ({ family }: { family: string }): boolean => family === "gaussian" || family === "huber";

describe("a model in ONNX Runtime", () => {
  test("predicts the same", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ model, X }) => {
        const expected = predicted(model, X);
        const { data, dims } = await run(model, X);
        // Products are added in an order of their own.
        expectClose(data, expected, isSum(model) ? 50 : 0);
        expect(dims).toEqual(model.family === "multinomial" ? [X.length, expected.length / X.length] : [X.length]);
      }),
    );
  });

  test("predicts the same for what the encoding makes of a table", async () => {
    await fc.assert(
      fc.asyncProperty(tableCases, async ({ model, rows }) => {
        const known = rows.filter((row) => attempt(() => predicted(model, [row])) !== undefined);
        if (known.length === 0) return;
        const X = known.map((row) => Array.from(toRow(model.encoding?.apply([row]))));
        expectClose((await run(model, X)).data, predicted(model, known), isSum(model) ? 50 : ONNX_LEAST);
      }),
    );
  });

  test("extremes of η are 0, 1 and Infinity", async () => {
    const X = [[-1e308], [-800], [-700], [-40], [0], [40], [700], [800], [1e308]];
    for (const model of [modelOf("binomial", [1], [0]), modelOf("poisson", [1], [0])]) {
      expectClose((await run(model, X)).data, predicted(model, X));
    }
    const Z = [[-800], [-700], [0], [700], [800]];
    const model = modelOf("multinomial", [1, 0, 1], [0, 0, 0]);
    expectClose((await run(model, Z)).data, predicted(model, Z));
  });

  test.each(["gaussian", "binomial", "poisson", "multinomial"] as const)(
    "has room for 5,000 columns, %s",
    async (family) => {
      const p = 5000;
      const K = family === "multinomial" ? 3 : 1;
      const w = Array.from({ length: K * p }, (_, j) => Math.fround(Math.sin(j)) / 50);
      const model = modelOf(family, w, K === 3 ? [0.1, 0, -0.1] : [0.1]);
      const X = [Array.from({ length: p }, (_, j) => (((j * 7) % 11) - 5) / 4)];
      expectClose((await run(model, X)).data, predicted(model, X), 1);
    },
  );
});
