/** The optimisers for TensorFlow.js, on its CPU and WASM backends. */

import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { beforeAll, describe, expect, test } from "vitest";
import { type AdamOptions, AdamW, ProximalAdam, ProximalSGD, type SGDOptions } from "../../src/adapters/tfjs.js";
import {
  adam,
  adamw,
  dense,
  lasso,
  type Optimizer,
  type AdamOptions as OurAdamOptions,
  type Parameter,
  type SgdOptions,
  sgd,
  unpenalized,
} from "../../src/index.js";
import torch from "../fixtures/golden/torch-optim.json" with { type: "json" };
import { randomArray, randomStream } from "../support/arbitraries.js";
import { upTo } from "../support/matrices.js";

/** Names are unique in all of TensorFlow.js: each test takes new ones. */
let unique = 0;
function variable(values: readonly number[], name = "w"): tf.Variable {
  unique += 1;
  return tf.variable(tf.tensor1d([...values]), true, `test${unique}/${name}`);
}

/** |a − b| within 2e-5 of the size of b, or of 1: float32 after a dozen steps. */
function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 2e-5): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; ++i) {
    expect(Math.abs(actual[i] - expected[i])).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected[i])));
  }
}

function apply(optimizer: tf.Optimizer, w: tf.Variable, gradient: readonly number[]): void {
  tf.tidy(() => optimizer.applyGradients([{ name: w.name, tensor: tf.tensor1d([...gradient]) }]));
}

/** PyTorch's options under our names. */
function fromTorch({ optimizer, options }: (typeof torch.cases)[number]): tf.Optimizer | undefined {
  const { lr, weight_decay, ...rest } = options as { lr: number; weight_decay?: number; amsgrad?: boolean };
  const ours = { learningRate: lr, ...(weight_decay === undefined ? {} : { weightDecay: weight_decay }), ...rest };
  if (rest.amsgrad === true) return undefined;
  if (optimizer === "SGD") return new ProximalSGD(ours as SGDOptions);
  if (optimizer === "Adam") return new ProximalAdam(ours as AdamOptions);
  if (optimizer === "AdamW") return new AdamW(ours as AdamOptions);
  return undefined;
}

const makers: [string, (options?: AdamOptions & SGDOptions) => AdamW | ProximalAdam | ProximalSGD][] = [
  ["AdamW", (options) => new AdamW(options)],
  ["ProximalAdam", (options) => new ProximalAdam(options)],
  ["ProximalSGD", (options) => new ProximalSGD(options)],
  ["ProximalSGD with momentum", (options) => new ProximalSGD({ momentum: 0.9, ...options })],
  ["ProximalSGD with Nesterov's", (options) => new ProximalSGD({ momentum: 0.9, nesterov: true, ...options })],
];

/** 40 samples of 6 variables, of which y needs two. */
function samples() {
  const [n, p] = [40, 6];
  const next = randomStream(11);
  const data = randomArray(n * p, next).map(Math.fround);
  const y = upTo(n).map((i) => Math.fround(1.5 + 2 * data[i * p] - data[i * p + 3] + 0.3 * next()));
  return { n, p, data, y, X: tf.tensor2d(data, [n, p]), target: tf.tensor2d(y, [n, 1]) };
}

function network(inputs: number): tf.Sequential {
  const model = tf.sequential();
  const seeded = (seed: number) => tf.initializers.glorotUniform({ seed });
  model.add(tf.layers.dense({ units: 5, activation: "relu", inputShape: [inputs], kernelInitializer: seeded(1) }));
  model.add(tf.layers.batchNormalization());
  model.add(tf.layers.dense({ units: 1, kernelInitializer: seeded(2), biasInitializer: "ones" }));
  return model;
}

const weightsOf = (model: tf.LayersModel): number[][] =>
  model.trainableWeights.map((weight) => Array.from(weight.read().dataSync()));

async function saved(model: tf.LayersModel): Promise<tf.io.ModelArtifacts> {
  let artifacts: tf.io.ModelArtifacts | undefined;
  const handler = tf.io.withSaveHandler(async (given) => {
    artifacts = given;
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
  });
  await model.save(handler, { includeOptimizer: true });
  // What a file would hold: text and bytes.
  const { weightData, ...rest } = artifacts as tf.io.ModelArtifacts;
  return { ...JSON.parse(JSON.stringify(rest)), weightData };
}

describe.each(["cpu", "wasm"])("on the backend %s", (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
    await tf.ready();
    expect(tf.getBackend()).toBe(backend);
  });

  const cases = torch.cases.filter((given) => fromTorch(given) !== undefined);

  test.each(cases)("follows PyTorch: $optimizer $options", (given) => {
    const w = variable(torch.initial);
    const optimizer = fromTorch(given) as tf.Optimizer;
    torch.gradients.forEach((gradient, k) => {
      apply(optimizer, w, gradient);
      expectClose(w.dataSync(), given.trajectory[k]);
    });
  });

  test.each([{ decoupled: false }, { decoupled: true }])("Adam's steps by hand, $decoupled", ({ decoupled }) => {
    const [learningRate, l1, l2, weightDecay, eps] = [0.02, 0.3, 0.05, 0.1, 1e-8];
    const options = { learningRate, l1, l2, weightDecay, eps, betas: [0.8, 0.95] as const };
    const optimizer = decoupled ? new AdamW(options) : new ProximalAdam(options);
    const initial = [1, -0.5, 0.01, 0, -2];
    const w = variable(initial);
    const expected = [...initial];
    const m = initial.map(() => 0);
    const v = initial.map(() => 0);
    const next = randomStream(3);
    for (let step = 1; step <= 20; ++step) {
      const gradient = randomArray(5, next);
      apply(optimizer, w, gradient);
      for (let i = 0; i < 5; ++i) {
        const g = gradient[i] + 2 * l2 * expected[i] + (decoupled ? 0 : weightDecay * expected[i]);
        if (decoupled) expected[i] *= 1 - learningRate * weightDecay;
        m[i] = 0.8 * m[i] + 0.2 * g;
        v[i] = 0.95 * v[i] + 0.05 * g * g;
        const rate = learningRate / (Math.sqrt(v[i] / (1 - 0.95 ** step)) + eps);
        const moved = expected[i] - (rate * m[i]) / (1 - 0.8 ** step);
        expected[i] = Math.sign(moved) * Math.max(0, Math.abs(moved) - l1 * rate);
      }
      expectClose(w.dataSync(), expected);
    }
    expect(w.dataSync().filter((x) => x === 0).length).toBe(expected.filter((x) => x === 0).length);
  });

  const penalties = { l1: 0.2, l2: 0.05, weightDecay: 0.1 };
  const adamOptions = { ...penalties, learningRate: 0.03, betas: [0.7, 0.9] as const, eps: 1e-6 };
  const sgdOptions = { ...penalties, learningRate: 0.1 };
  const momentum = { ...sgdOptions, momentum: 0.8 };
  test.each<[string, tf.Optimizer, (parameters: Parameter[]) => Optimizer]>([
    ["AdamW", new AdamW(adamOptions), (parameters) => adamw(parameters, adamOptions as OurAdamOptions)],
    ["Adam", new ProximalAdam(adamOptions), (parameters) => adam(parameters, adamOptions as OurAdamOptions)],
    ...[sgdOptions, momentum, { ...momentum, dampening: 0.4 }, { ...momentum, nesterov: true }].map(
      (options): [string, tf.Optimizer, (parameters: Parameter[]) => Optimizer] => [
        `SGD ${JSON.stringify(options)}`,
        new ProximalSGD(options),
        (parameters) => sgd(parameters, options as SgdOptions),
      ],
    ),
  ])("does what our own float32 optimiser does: %s", (_name, optimizer, make) => {
    const next = randomStream(9);
    const initial = [randomArray(30, next), randomArray(30, next)];
    const ours = initial.map((values) => Float32Array.from(values));
    const own = make([ours[0], unpenalized(ours[1])]);
    const theirs = [variable(initial[0], "kernel"), variable(initial[1], "bias")];
    for (let step = 1; step <= 40; ++step) {
      const gradients = [randomArray(30, next, Math.fround), randomArray(30, next, Math.fround)];
      own.step(gradients.map((gradient) => Float32Array.from(gradient)));
      tf.tidy(() => {
        optimizer.applyGradients(theirs.map(({ name }, k) => ({ name, tensor: tf.tensor1d(gradients[k]) })));
      });
      theirs.forEach((w, k) => {
        expectClose(w.dataSync(), ours[k]);
      });
    }
    expect(Array.from(theirs[0].dataSync(), (x) => x === 0)).toEqual(Array.from(ours[0], (x) => x === 0));
    expect(own.zeros()[0]).toBeGreaterThan(0);
  });

  test("zeros are exact and positive, NaN stays NaN", () => {
    for (const optimizer of [new ProximalSGD({ l1: 1, learningRate: 0.1 }), new ProximalAdam({ l1: 1 })]) {
      const values = upTo(40).map((i) => [1e-4, -1e-4, 5, Number.NaN][i % 4]);
      const w = variable(values);
      apply(
        optimizer,
        w,
        values.map(() => 0.01),
      );
      w.dataSync().forEach((x, i) => {
        if (i % 4 < 2) expect(Object.is(x, 0)).toBe(true);
        else if (i % 4 === 2) expect(x).toBeLessThan(5);
        else expect(x).toBeNaN();
      });
    }
  });

  test.each(makers.slice(1))("%s ends at the solution of lasso()", (_name, make) => {
    const { n, p, data, y, X, target } = samples();
    const lambda = 0.2;
    const { coefficients, intercept } = lasso(dense(Float64Array.from(data), n, p), y, { lambda, standardize: false });
    const w = tf.variable(tf.zeros([p, 1]), true, `${variable([]).name}/kernel`);
    const b = tf.variable(tf.zeros([1]), true, `${variable([]).name}/bias`);
    const loss = () => X.matMul(w).add(b).sub(target).square().mean().mul(0.5) as tf.Scalar;
    const optimizer = make({ l1: lambda, learningRate: 0.05 });
    for (let step = 0; step < 1200; ++step) {
      if (step === 800) optimizer.learningRate = 0.005;
      optimizer.minimize(loss, false, [w, b]);
    }
    expectClose(w.dataSync(), coefficients, 1e-4);
    expectClose(b.dataSync(), [intercept], 1e-4);
    expect(Array.from(w.dataSync(), (x) => x === 0)).toEqual(Array.from(coefficients, (x) => x === 0));
  });

  test.each(makers)("%s trains a model, spares its biases and norms, and leaks nothing", async (_name, make) => {
    const { p, X, target } = samples();
    const none = tf.memory().numTensors;
    const model = network(p);
    model.compile({ optimizer: make({ learningRate: 0.01, l1: 1e3 }), loss: "meanSquaredError" });
    const before = weightsOf(model);
    const { history } = await model.fit(X, target, { epochs: 2, batchSize: 10 });
    const tensors = tf.memory().numTensors;
    await model.fit(X, target, { epochs: 3, batchSize: 10 });
    expect(tf.memory().numTensors).toBe(tensors);
    expect(history.loss).toHaveLength(2);
    expect(model.optimizer.iterations).toBe(20);
    const [kernel1, , , beta, kernel2, bias2] = weightsOf(model);
    expect([...kernel1, ...kernel2].every((x) => x === 0)).toBe(true);
    expect(bias2[0]).not.toBe(before[5][0]);
    expect(bias2[0]).toBeGreaterThan(0.5);
    expect(beta.every((x) => x !== 0)).toBe(true);
    model.optimizer.dispose();
    model.dispose();
    expect(tf.memory().numTensors).toBe(none);
  });

  test.each(makers)("%s is saved with its model and goes on from there bit for bit", async (_name, make) => {
    const { p, X, target } = samples();
    const model = network(p);
    const optimizer = make({ learningRate: 0.01, l1: 0.02, l2: 0.01, weightDecay: 0.02 });
    model.compile({ optimizer, loss: "meanSquaredError" });
    for (let step = 0; step < 7; ++step) await model.trainOnBatch(X, target);

    const restored = await tf.loadLayersModel(tf.io.fromMemory(await saved(model)));
    expect(restored.optimizer.constructor).toBe(optimizer.constructor);
    expect(restored.optimizer.getConfig()).toEqual(optimizer.getConfig());
    expect(restored.optimizer.iterations).toBe(7);
    for (let step = 0; step < 5; ++step) {
      expect(await restored.trainOnBatch(X, target)).toEqual(await model.trainOnBatch(X, target));
    }
    expect(weightsOf(restored)).toEqual(weightsOf(model));
    // Once more, from a state that no step has touched.
    const artifacts = await saved(restored);
    const again = await tf.loadLayersModel(
      tf.io.fromMemory(await saved(await tf.loadLayersModel(tf.io.fromMemory(artifacts)))),
    );
    expect(await again.trainOnBatch(X, target)).toEqual(await model.trainOnBatch(X, target));
    expect(weightsOf(again)).toEqual(weightsOf(model));
  });

  test("a state moves from one optimiser to another, and back to itself", async () => {
    const [a, b] = [variable([1, 2]), variable([1, 2])];
    const first = new ProximalAdam({ l1: 0.1 });
    apply(first, a, [0.5, -0.5]);
    apply(first, b, [0.5, -0.5]);
    const second = new ProximalAdam({ l1: 0.1 });
    await second.setWeights(await first.getWeights());
    const state = await first.getWeights();
    const tensors = tf.memory().numTensors;
    await first.setWeights(state);
    expect(tf.memory().numTensors).toBe(tensors);
    const c = variable([...a.dataSync()]);
    apply(second, c, [0.1, 0.2]);
    apply(first, a, [0.1, 0.2]);
    expect(c.dataSync()).toEqual(a.dataSync());
    expect(() => apply(second, variable([1]), [1])).toThrow(RangeError);
    await expect(second.setWeights((await first.getWeights()).slice(0, -1))).rejects.toThrow(RangeError);
  });

  test("variables may take turns", () => {
    const [a, b] = [variable([1]), variable([1])];
    const optimizer = new ProximalSGD({ momentum: 0.9, l1: 0.1, learningRate: 0.1 });
    apply(optimizer, a, [0.5]);
    apply(optimizer, a, [0.5]);
    apply(optimizer, b, [0.5]);
    apply(optimizer, b, [0.5]);
    expect(b.dataSync()).toEqual(a.dataSync());
    expect(optimizer.iterations).toBe(4);
  });

  test("a variable that the loss does not depend on stays", () => {
    const [a, b] = [variable([1]), variable([1])];
    new AdamW({ weightDecay: 0.5 }).minimize(() => a.sum(), false, [a, b]);
    expect(a.dataSync()[0]).toBeLessThan(1);
    expect(b.dataSync()[0]).toBe(1);
  });
});

describe("unpenalized", () => {
  const spared = (unpenalized: AdamOptions["unpenalized"], name: string): boolean => {
    const w = variable([1], name);
    const optimizer = new ProximalSGD({
      l1: 100,
      learningRate: 1,
      ...(unpenalized === undefined ? {} : { unpenalized }),
    });
    apply(optimizer, w, [0]);
    return w.dataSync()[0] === 1;
  };

  test("is told by the end of the name", () => {
    for (const name of ["bias", "dense/bias", "bias_1", "gamma", "norm/beta_12", "hiddenBias"]) {
      expect(spared(undefined, name), name).toBe(true);
    }
    for (const name of ["kernel", "bias/kernel", "embeddings", "betamax"])
      expect(spared(undefined, name), name).toBe(false);
  });

  test("or by a pattern, a list or a function", () => {
    expect(spared(/w_out$/g, "w_out")).toBe(true);
    expect(spared(/^test/, "w")).toBe(true);
    expect(spared(/w_out$/, "bias")).toBe(false);
    expect(spared((name) => name.endsWith("x"), "x")).toBe(true);
    expect(spared([], "bias")).toBe(false);
    unique += 1;
    const w = tf.variable(tf.ones([1]), true, `listed${unique}/w`);
    apply(new ProximalSGD({ l1: 100, learningRate: 1, unpenalized: [w.name] }), w, [0]);
    expect(w.dataSync()[0]).toBe(1);
  });

  test("is saved, but for functions, which are asked for again where they are needed", async () => {
    const { p, X, target } = samples();
    const restore = async (unpenalized: AdamOptions["unpenalized"], steps: number) => {
      const model = network(p);
      model.compile({
        optimizer: new ProximalAdam({ l1: 0.1, ...(unpenalized && { unpenalized }) }),
        loss: "meanSquaredError",
      });
      for (let step = 0; step < steps; ++step) await model.trainOnBatch(X, target);
      const restored = await tf.loadLayersModel(tf.io.fromMemory(await saved(model)));
      return { restored, optimizer: restored.optimizer as ProximalAdam };
    };
    expect((await restore(/^some_name[_x]/i, 0)).optimizer.unpenalized).toEqual(/^some_name[_x]/i);
    expect((await restore(["dense_1/my_bias"], 0)).optimizer.unpenalized).toEqual(["dense_1/my_bias"]);
    const spare = (name: string) => name.includes("bias");
    const { restored } = await restore(spare, 1);
    await restored.trainOnBatch(X, target);
    const { restored: untrained, optimizer } = await restore(spare, 0);
    await expect(untrained.trainOnBatch(X, target)).rejects.toThrow('"unpenalized" was a function');
    optimizer.unpenalized = spare;
    await untrained.trainOnBatch(X, target);
  });
});

describe("refused", () => {
  test.each<[string, () => unknown, string]>([
    [
      "dampening above 1",
      () => new ProximalSGD({ momentum: 0.9, dampening: 2 }),
      '"dampening" must be between 0 and 1',
    ],
    ["an infinite l1", () => new ProximalAdam({ l1: Number.POSITIVE_INFINITY }), '"l1" must be finite'],
    ["an infinite learning rate", () => new AdamW({ learningRate: Number.POSITIVE_INFINITY }), '"learningRate"'],
    ["an unknown option", () => new AdamW({ lerningRate: 1 } as AdamOptions), 'did you mean "learningRate"'],
    ["a negative learning rate", () => new ProximalSGD({ learningRate: -1 }), "at least 0"],
    ["a negative penalty", () => new ProximalAdam({ l1: -1 }), '"l1" must be at least 0'],
    ["NaN", () => new AdamW({ weightDecay: Number.NaN }), '"weightDecay"'],
    ["a beta of 1", () => new AdamW({ betas: [0.9, 1] }), '"betas"'],
    ["one beta", () => new AdamW({ betas: 0.9 as unknown as [number, number] }), '"betas"'],
    ["text for a pattern", () => new AdamW({ unpenalized: "bias" as unknown as RegExp }), '"unpenalized"'],
    ["Nesterov's without momentum", () => new ProximalSGD({ nesterov: true }), '"nesterov"'],
    ["another's option", () => new ProximalSGD({ betas: [0.9, 0.99] } as SGDOptions), "has no option"],
  ])("%s", (_name, make, message) => {
    expect(make).toThrow(message);
  });
});
