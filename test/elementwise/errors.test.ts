import { describe, expect, test } from "vitest";
import {
  absMax,
  asum,
  axpy,
  createArena,
  decay,
  dot,
  elasticNetProx,
  gradientStep,
  penalty,
  setBackend,
  setModule,
  softThreshold,
  sumSquares,
} from "../../src/index.js";

const x = Object.freeze({ two: new Float64Array([1, -2]), three: new Float64Array(3), narrow: new Float32Array(2) });
const whole = new Float64Array(40);
const arena = createArena(512).float64(40);
/** What a caller without types may pass. */
const wrong = (value: unknown): never => value as never;

type Row = [
  what: string,
  call: () => unknown,
  type: typeof TypeError | typeof RangeError,
  code: string,
  message: string,
];

const rate = { learningRate: 0.1 };

const rows: Row[] = [
  // The wrong kind of array
  ...(
    [
      ["x", "Array(2)", (v) => softThreshold(v, 1), [1, 2]],
      ["x", "Int32Array(2)", (v) => decay(v, 1), new Int32Array(2)],
      ["x", "undefined", (v) => elasticNetProx(v, { stepSize: 1 }), undefined],
      ["x", "null", (v) => dot(v, v), null],
      ["y", "5", (v) => dot(x.two, v), 5],
      ["x", '"abc"', (v) => asum(v), "abc"],
      ["x", "an Object", (v) => sumSquares(v), {}],
      ["x", "a Map", (v) => absMax(v), new Map()],
      ["w", "true", (v) => penalty(v, {}), true],
      ["w", "a function", (v) => gradientStep(v, x.two, rate), () => 0],
      ["gradient", "1n", (v) => gradientStep(x.two, v, rate), 1n],
      ["out", "null", (v) => softThreshold(x.two, 1, v), null],
      ["out", "Array(2)", (v) => decay(x.two, 1, v), [1, 2]],
      ["y", "undefined", (v) => axpy(1, x.two, v), undefined],
    ] as [name: string, came: string, call: (v: never) => unknown, value: unknown][]
  ).map(
    ([name, came, call, value]): Row => [
      `${name} is ${came}`,
      () => call(wrong(value)),
      TypeError,
      "ERR_TYPE",
      `"${name}" must be a Float64Array or a Float32Array, got ${came}`,
    ],
  ),
  // Dtypes and lengths that do not fit together
  ...(
    [
      ["out", "x", (v) => softThreshold(x.two, 1, v)],
      ["out", "x", (v) => decay(x.two, 1, v)],
      ["out", "x", (v) => elasticNetProx(x.two, { stepSize: 1 }, v)],
      ["gradient", "w", (v) => gradientStep(x.two, v, rate)],
      ["y", "x", (v) => dot(x.two, v)],
      ["y", "x", (v) => axpy(1, x.two, v)],
    ] as [name: string, first: string, call: (v: never) => unknown][]
  ).flatMap(([name, first, call]): Row[] => [
    [
      `${name} is float32 and ${first} is not`,
      () => call(wrong(x.narrow)),
      TypeError,
      "ERR_DTYPE",
      `"${name}" must be a Float64Array like "${first}", got Float32Array(2)`,
    ],
    [
      `${name} is too long`,
      () => call(wrong(x.three)),
      RangeError,
      "ERR_LENGTH",
      `"${name}" must have 2 values, got 3`,
    ],
  ]),
  [
    "out is float64 and x is not",
    () => softThreshold(x.narrow, 1, wrong(x.two)),
    TypeError,
    "ERR_DTYPE",
    '"out" must be a Float32Array like "x", got Float64Array(2)',
  ],
  // Numbers
  ...(
    [
      ["threshold", (v) => softThreshold(x.two, v)],
      ["l1", (v) => elasticNetProx(x.two, { l1: v, stepSize: 1 })],
      ["l2", (v) => elasticNetProx(x.two, { l2: v, stepSize: 1 })],
      ["stepSize", (v) => elasticNetProx(x.two, { stepSize: v })],
      ["learningRate", (v) => gradientStep(x.two, x.two, { learningRate: v })],
      ["l1", (v) => gradientStep(x.two, x.two, { ...rate, l1: v })],
      ["l2", (v) => gradientStep(x.two, x.two, { ...rate, l2: v })],
      ["l1", (v) => penalty(x.two, { l1: v })],
      ["l2", (v) => penalty(x.two, { l2: v })],
    ] as [name: string, call: (v: never) => unknown][]
  ).flatMap(([name, call]): Row[] => [
    ...[-1, Number.NaN, Number.NEGATIVE_INFINITY].map(
      (value): Row => [
        `${name} is ${value}`,
        () => call(wrong(value)),
        RangeError,
        "ERR_VALUE",
        `"${name}" must be at least 0, got ${value}`,
      ],
    ),
    [`${name} is a string`, () => call(wrong("1")), TypeError, "ERR_TYPE", `"${name}" must be a number, got "1"`],
    [`${name} is null`, () => call(wrong(null)), TypeError, "ERR_TYPE", `"${name}" must be a number, got null`],
  ]),
  ["factor is NaN", () => decay(x.two, Number.NaN), RangeError, "ERR_VALUE", '"factor" must be a number, got NaN'],
  [
    "factor is missing",
    () => decay(x.two, wrong(undefined)),
    TypeError,
    "ERR_TYPE",
    '"factor" must be a number, got undefined',
  ],
  ["a is an array", () => axpy(wrong([2]), x.two, x.two), TypeError, "ERR_TYPE", '"a" must be a number, got Array(1)'],
  // Options
  [
    "an unknown option of elasticNetProx",
    () => elasticNetProx(x.two, wrong({ stepsize: 1 })),
    TypeError,
    "ERR_OPTION",
    'elasticNetProx has no option "stepsize": did you mean "stepSize"?',
  ],
  [
    "an unknown option of gradientStep",
    () => gradientStep(x.two, x.two, wrong({ learningRate: 1, L1: 1 })),
    TypeError,
    "ERR_OPTION",
    'gradientStep has no option "L1": did you mean "l1"?',
  ],
  [
    "another one",
    () => gradientStep(x.two, x.two, wrong({ learnRate: 1 })),
    TypeError,
    "ERR_OPTION",
    'gradientStep has no option "learnRate": did you mean "learningRate"?',
  ],
  [
    "an unknown option of penalty",
    () => penalty(x.two, wrong({ l3: 1 })),
    TypeError,
    "ERR_OPTION",
    'penalty has no option "l3"',
  ],
  [
    "no options",
    () => elasticNetProx(x.two, wrong(undefined)),
    TypeError,
    "ERR_TYPE",
    "the options of elasticNetProx must be an object, got undefined",
  ],
  [
    "a number for options",
    () => penalty(x.two, wrong(1)),
    TypeError,
    "ERR_TYPE",
    "the options of penalty must be an object, got 1",
  ],
  [
    "a step size is required",
    () => elasticNetProx(x.two, wrong({ l1: 1 })),
    TypeError,
    "ERR_TYPE",
    '"stepSize" must be a number, got undefined',
  ],
  [
    "a learning rate is required",
    () => gradientStep(x.two, x.two, wrong({})),
    TypeError,
    "ERR_TYPE",
    '"learningRate" must be a number, got undefined',
  ],
  [
    "an unknown mode",
    () => gradientStep(x.two, x.two, { ...rate, l1Mode: wrong("prox") }),
    RangeError,
    "ERR_VALUE",
    '"l1Mode" must be "proximal" or "subgradient", got "prox"',
  ],
  [
    "a mode of the wrong kind",
    () => gradientStep(x.two, x.two, { ...rate, l1Mode: wrong(1) }),
    TypeError,
    "ERR_TYPE",
    '"l1Mode" must be "proximal" or "subgradient", got 1',
  ],
  [
    "an unknown backend",
    () => setBackend(wrong("gpu")),
    RangeError,
    "ERR_VALUE",
    '"name" must be "auto" or "wasm" or "js", got "gpu"',
  ],
  [
    "no module",
    () => setModule(wrong({})),
    TypeError,
    "ERR_TYPE",
    '"module" must be a WebAssembly.Module, got an Object',
  ],
  // Overlap
  ...[whole, arena].flatMap((base): Row[] =>
    (
      [
        ["out", "x", () => softThreshold(base.subarray(0, 20), 1, base.subarray(1, 21))],
        ["out", "x", () => decay(base.subarray(1, 21), 1, base.subarray(0, 20))],
        ["out", "x", () => elasticNetProx(base.subarray(0, 20), { stepSize: 1 }, base.subarray(19, 39))],
        ["gradient", "w", () => gradientStep(base.subarray(0, 20), base.subarray(2, 22), rate)],
        ["y", "x", () => axpy(1, base.subarray(0, 20), base.subarray(10, 30))],
      ] as [name: string, first: string, call: () => unknown][]
    ).map(
      ([name, first, call]): Row => [
        `${name} overlaps ${first} in ${base === whole ? "a plain buffer" : "an arena"}`,
        call,
        RangeError,
        "ERR_OVERLAP",
        `"${name}" must be "${first}" itself or not overlap it, got a partial overlap`,
      ],
    ),
  ),
];

describe("every refusal names the argument, what was expected and what came", () => {
  test.each(rows)("%s", (_what, call, type, code, message) => {
    const before = [...x.two, ...whole, ...arena];
    let thrown: unknown;
    try {
      call();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(type);
    expect(thrown).toMatchObject({ code, message });
    expect([...x.two, ...whole, ...arena]).toEqual(before);
  });

  test("a long string is cut short", () => {
    expect(() => asum(wrong("x".repeat(1000)))).toThrow(/^.{20,120}$/);
  });

  test("an inherited unknown option is refused too, an explicit undefined is a default", () => {
    expect(() => penalty(x.two, Object.create({ l9: 1 }))).toThrow('penalty has no option "l9"');
    expect(penalty(x.two, { l1: wrong(undefined), l2: 1 })).toBe(5);
  });
});
