import { createContext, runInContext } from "node:vm";
import { describe, expect, test } from "vitest";
import {
  type AnyModel,
  crossValidationFromJSON,
  manyFromBytes,
  manyFromJSON,
  modelFromJSON,
  pathFromJSON,
  regularizationPath,
} from "../../src/index.js";
import { wrong } from "../models/refusals.js";
import { assertSameBits } from "../support/bits.js";
import { crossValidations, design, manies, models, paths, wide, X } from "./results.js";

const realm = createContext({});
/** The same in another realm, by what it says of itself in code: typed arrays and errors are of that one's. */
function elsewhere(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) {
    const name = Object.prototype.toString.call(value).slice(8, -1);
    return (runInContext(name, realm) as typeof Float64Array).from(value as Float64Array);
  }
  if (value instanceof Error) {
    const make = runInContext("(name, message) => Object.assign(new globalThis[name](message))", realm);
    return make(value.name, value.message);
  }
  if (Array.isArray(value)) return runInContext("(list) => Array.from(list)", realm)(value.map(elsewhere));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, own]) => [name, elsewhere(own)]);
  return runInContext("(entries) => Object.fromEntries(entries)", realm)(entries);
}

/** Equal, of the same classes, and bit for bit so: -0 is not 0, and no array is another's. */
function expectSame(actual: unknown, expected: unknown, place = "result"): void {
  if (ArrayBuffer.isView(expected)) {
    expect(Object.prototype.toString.call(actual), place).toBe(Object.prototype.toString.call(expected));
    assertSameBits(actual as Float64Array, expected as Float64Array);
    expect(actual === expected).toBe(false);
    return;
  }
  if (expected instanceof Error) {
    const { name, message, code } = expected as Error & { code: string };
    expect(actual, place).toMatchObject({ name, message, code });
    expect(actual).toBeInstanceOf(Error);
    return;
  }
  if (typeof expected !== "object" || expected === null) {
    expect(Object.is(actual, expected), `${place}: ${actual} for ${expected}`).toBe(true);
    return;
  }
  expect(Object.getPrototypeOf(actual), place).toBe(Object.getPrototypeOf(expected));
  expect(Object.keys(actual as object).sort(), place).toEqual(Object.keys(expected).sort());
  for (const [name, value] of Object.entries(expected)) {
    expectSame((actual as Record<string, unknown>)[name], value, `${place}.${name}`);
  }
}

function expectSamePredictions(actual: AnyModel, expected: AnyModel): void {
  const p = expected.means.length;
  const rows =
    p === 2000 ? wide : p === 4 ? X : p === 3 ? X.map((row) => row.slice(1)) : p === 1 ? [[1], [2]] : design.X;
  const options = { offset: 0.25 };
  expect(actual.predict(rows, options)).toEqual(expected.predict(rows, options));
  assertSameBits(actual.decision(rows, options), expected.decision(rows, options));
  expect(actual.table()).toEqual(expected.table());
  expectSame(actual.contributions(rows), expected.contributions(rows));
  expect(String(actual)).toBe(String(expected));
}

/** The ways in which a result may travel. */
const ways = <T extends { toJSON(): object }>(result: T, read: (json: never) => T): [string, () => T][] => [
  ["JSON text", () => read(JSON.parse(JSON.stringify(result)) as never)],
  ["its object", () => read(result.toJSON() as never)],
  ["a clone of its object", () => read(structuredClone(result.toJSON()) as never)],
  ["JSON of another realm", () => read(wrong(runInContext(`(${JSON.stringify(result)})`, realm)))],
  ["its clone", () => read(structuredClone(result) as never)],
  ["itself", () => read(result as never)],
  ["one of another copy, in another realm", () => read(wrong(elsewhere(result)))],
];

describe.each(models)("a model, %s", (_, model) => {
  test.each(ways(model, modelFromJSON as never))("comes back by %s", (_way, again) => {
    const back = again() as AnyModel;
    expectSame(back, model);
    expectSamePredictions(back, model);
    expect(JSON.stringify(back)).toBe(JSON.stringify(model));
  });
});

describe.each(paths)("a path, %s", (_, path) => {
  test.each(ways(path, pathFromJSON as never))("comes back by %s", (_way, again) => {
    const back = again();
    expectSame(back, path);
    const [first, last] = [0, path.lambdas.length - 1];
    expectSamePredictions(back.model(last), path.model(last));
    expectSame(back.at(path.lambdas[first]), path.at(path.lambdas[first]));
    expect(JSON.stringify(back)).toBe(JSON.stringify(path));
    expect(String(back)).toBe(String(path));
  });
});

describe.each(crossValidations)("a cross-validation, %s", (_, cv) => {
  test.each(ways(cv, crossValidationFromJSON as never))("comes back by %s", (_way, again) => {
    const back = again();
    expectSame(back, cv);
    expectSamePredictions(back.model("1se"), cv.model("1se"));
    expect(JSON.stringify(back)).toBe(JSON.stringify(cv));
    expect(back.summary()).toBe(cv.summary());
    expect(back.outOfFold("1se")).toEqual(cv.outOfFold("1se"));
    expect(back.path).toBe(back.byRatio.find(({ l1Ratio }) => l1Ratio === back.l1Ratio)?.path);
    expect(back.lambdas).toBe(back.path.lambdas);
  });
});

test("errors of folds that are NaN are no cross-validation's", () => {
  const [, cv] = crossValidations[0];
  const file = JSON.parse(JSON.stringify(cv));
  file.byRatio[0].foldErrors[0] = "NaN";
  expect(() => crossValidationFromJSON(file)).toThrow('"foldErrors" must hold numbers, got NaN at 0');
});

describe.each(manies)("many models, %s", (_, many) => {
  test.each([
    ...ways(many, manyFromJSON as never),
    ["bytes", () => manyFromBytes(many.toBytes())],
    [
      "bytes that lie anywhere",
      () => {
        const bytes = many.toBytes();
        const room = new Uint8Array(bytes.length + 3);
        room.set(bytes, 3);
        return manyFromBytes(room.subarray(3));
      },
    ],
    ["a buffer", () => manyFromBytes(many.toBytes().buffer as ArrayBuffer)],
    ["bytes of another realm", () => manyFromBytes(elsewhere(many.toBytes()) as Uint8Array)],
  ] as [string, () => typeof many][])("come back by %s", (_way, again) => {
    const back = again();
    expectSame(back, many);
    for (let i = 0; i < many.length; ++i) {
      expectSame(back.model(i), many.model(i));
      if (many.errors[i] === undefined) expectSamePredictions(back.model(i), many.model(i));
    }
    expect(JSON.stringify(back)).toBe(JSON.stringify(many));
    expect(back.toBytes()).toEqual(many.toBytes());
    expect(String(back)).toBe(String(many));
  });
});

describe("files", () => {
  test("say what they are, and of which version", () => {
    const formats = [models[0], paths[0], crossValidations[0], manies[0]].map(([, result]) => result.toJSON());
    expect(formats.map(({ format, version }) => `${format} ${version}`)).toEqual([
      "regulus-model 1",
      "regulus-path 1",
      "regulus-cv 1",
      "regulus-many 1",
    ]);
  });

  test("hold what is not 0, with its mean and sd", () => {
    const model = models.find(([name]) => name === "wide")?.[1] as AnyModel;
    const { coefficients, means, sds } = model.toJSON();
    const kept = Array.from(model.coefficients.keys()).filter((j) => model.coefficients[j] !== 0);
    expect(coefficients).toEqual({ length: 2000, indices: kept, values: kept.map((j) => model.coefficients[j]) });
    expect(means).toEqual(kept.map((j) => model.means[j]));
    expect(sds).toEqual(kept.map((j) => model.sds[j]));
    expect(JSON.stringify(model).length).toBeLessThan(600 + 65 * kept.length);
  });

  test("of very many coefficients store some zeros, so that none of our own is refused", () => {
    const p = 3_000_000;
    const model = Object.assign(Object.create(Object.getPrototypeOf(models[0][1])), models[0][1], {
      coefficients: Float64Array.from({ length: p }, (_, j) => (j === 17 ? 1 : 0)),
      means: new Float64Array(p).fill(Number.NaN),
      sds: new Float64Array(p).fill(Number.NaN),
      nonzeros: 1,
    });
    model.means[17] = model.sds[17] = 1;
    const back = modelFromJSON(JSON.parse(JSON.stringify(model))) as AnyModel;
    assertSameBits(back.coefficients, model.coefficients);
    expect(back.sds[17]).toBe(1);
  });

  test("write -0, NaN and infinities by name", () => {
    const path = regularizationPath(
      X,
      X.map(([a]) => a),
      { lambdas: [0.1], tolerance: Number.POSITIVE_INFINITY },
    );
    Object.assign(path, { intercepts: Float64Array.of(-0) });
    const text = JSON.stringify(path);
    expect(text).toContain('"tolerance":"Infinity"');
    expect(text).toContain('"intercepts":["-0"]');
    expect(text).toContain('"violations":["NaN"]');
    expectSame(pathFromJSON(JSON.parse(text)), path);
  });
});
