import { checkInteger, describe, rangeError, reading, typeError } from "../errors.js";
import { MAX_STEPS } from "../optimizers/state.js";
import { CLOCK_LENGTH, type Fault, type UpdateRule } from "./UpdateRule.js";

/** What a model has learnt: weights whose record is not empty, two numbers for each, and what all share. */
export interface OnlineState {
  type: "regulus-online";
  version: 1;
  method: "ftrl" | "sgd";
  columns: number;
  steps: number;
  intercept: ArrayLike<number>;
  clock: ArrayLike<number>;
  indices: ArrayLike<number>;
  records: ArrayLike<number>;
  /** The labels of a classifier. */
  classes?: readonly (number | string)[];
}

/** A state that has been read and checked: copies, which nobody else holds. */
export interface LearntState {
  steps: number;
  /** The intercept, and its z and n. */
  intercept: Float64Array;
  clock: Float64Array;
  indices: Float64Array;
  /** Two numbers for each index. */
  records: Float64Array;
  /** The labels as they were given, unchecked. */
  classes: unknown;
}

/** What a state has to fit. */
interface StateOwner {
  method: "ftrl" | "sgd";
  columns: number;
  hasIntercept: boolean;
  rule: UpdateRule;
}

/**
 * Reads a state, everything in it once, and checks it field against field.
 *
 * @throws TypeError or RangeError, with a code whatever reading it may throw.
 */
export function readOnlineState(state: unknown, owner: StateOwner): LearntState {
  return reading('"state"', () => {
    const learnt = readFields(state, owner);
    check(learnt, owner);
    return learnt;
  });
}

function readFields(state: unknown, { method, columns }: StateOwner): LearntState {
  const fields = Object(state) as Partial<Record<keyof OnlineState, unknown>>;
  const { type, version, method: its, columns: width, steps, intercept, clock, indices, records, classes } = fields;
  if (type !== "regulus-online") {
    throw typeError("ERR_TYPE", `"state" must be what toJSON of an online model gives, got ${describe(state)}`);
  }
  expectValue("version", version, 1);
  expectValue("method", its, method);
  expectValue("columns", width, columns);
  checkInteger("steps", steps, 0, MAX_STEPS);
  const listed = numbers("indices", indices, columns, true);
  return {
    steps,
    intercept: numbers("intercept", intercept, 3),
    clock: numbers("clock", clock, CLOCK_LENGTH),
    indices: listed,
    records: numbers("records", records, 2 * listed.length),
    classes,
  };
}

function expectValue(name: string, value: unknown, expected: number | string): void {
  if (value === expected) return;
  throw rangeError("ERR_VALUE", `"${name}" of the state must be ${expected}, got ${describe(value)}`);
}

/** A copy of `length` finite numbers, or of up to as many. −0, which JSON does not know, becomes 0. */
function numbers(name: string, value: unknown, length: number, upTo = false): Float64Array {
  if (!Array.isArray(value) && !(ArrayBuffer.isView(value) && !(value instanceof DataView))) {
    throw typeError("ERR_TYPE", `"${name}" must be an array of numbers, got ${describe(value)}`);
  }
  const list = value as ArrayLike<unknown>;
  const count = list.length;
  if (upTo ? !(count <= length) : count !== length) {
    throw rangeError("ERR_LENGTH", `"${name}" must have ${upTo ? "at most " : ""}${length} values, got ${count}`);
  }
  const copy = new Float64Array(count);
  for (let i = 0; i < count; ++i) {
    const entry = list[i];
    if (typeof entry !== "number") {
      throw typeError("ERR_TYPE", `"${name}" must hold numbers, got ${describe(entry)} in element ${i}`);
    }
    if (!Number.isFinite(entry)) {
      throw rangeError("ERR_NOT_FINITE", `"${name}" must be finite, got ${entry} in element ${i}`);
    }
    copy[i] = entry + 0;
  }
  return copy;
}

function check({ steps, intercept, clock, indices, records }: LearntState, owner: StateOwner): void {
  const { columns, hasIntercept, rule } = owner;
  for (const [k, j] of indices.entries()) {
    checkInteger("indices", j, 0, columns - 1);
    if (k > 0 && !(indices[k - 1] < j)) {
      throw rangeError("ERR_VALUE", `"indices" must ascend, got ${indices[k - 1]} before ${j}`);
    }
  }
  const fault =
    steps === 0
      ? faultOfStart(intercept, indices)
      : !hasIntercept && intercept.some((part) => part !== 0)
        ? ["intercept", "0 in a model without", Array.from(intercept)]
        : undefined;
  const found = fault ?? rule.faultOf(steps, intercept, clock, records);
  if (found === undefined) return;
  const [name, expected, got] = found;
  throw rangeError("ERR_VALUE", `"${name}" of the state must be ${expected}, got ${got}`);
}

/** Before the first step nothing has been learnt. */
function faultOfStart(intercept: Float64Array, indices: Float64Array): Fault | undefined {
  if (intercept.some((part) => part !== 0)) return ["intercept", "0 before the first step", Array.from(intercept)];
  if (indices.length > 0) return ["indices", "empty before the first step", Array.from(indices.subarray(0, 5))];
  return undefined;
}
