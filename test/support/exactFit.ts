/** How far a gaussian fit is from the minimum, in exact arithmetic: every double is taken as the fraction that it is. */

import type { Problem } from "../models/problems.js";
import { absolute, toUnits } from "./exact.js";

/** Binary places of the standard deviations, the only numbers that are no fractions. */
const PLACES = 400n;

/** divisor·F = u'Au − 2·c'u + 2·Σ t_k·|u_k| + constant in whole numbers, over the columns that count; −1 is the intercept. */
interface WholeForm {
  columns: number[];
  A: bigint[][];
  c: bigint[];
  t: bigint[];
  constant: bigint;
  divisor: bigint;
  shift: bigint;
}

/** num/den, den positive. */
interface Ratio {
  num: bigint;
  den: bigint;
}

/**
 * F(w, b) − min F of a problem of few columns without bounds, to all but the last bits of a double. The support and signs of the minimum
 * are searched for, those of w first; undefined where no single point is the minimum.
 */
export function exactExcess(problem: Problem, w: ArrayLike<number>, b: number): number | undefined {
  const form = wholeForm(problem);
  const least = minimum(form, w);
  if (least === undefined) return undefined;
  const given = form.columns.map((j) => toWhole(j < 0 ? b : w[j], form.shift));
  const at = valueAt(form, given, 1n << form.shift);
  const num = at.num * least.den - least.num * at.den;
  return toNumber({ num, den: at.den * least.den * form.divisor });
}

/** x·2^shift, which has to be whole. */
function toWhole(x: number, shift: bigint): bigint {
  const units = toUnits(x);
  const down = 1074n - shift;
  const whole = units >> down;
  if (whole << down !== units) throw new Error(`${x} has more than ${shift} binary places`);
  return whole;
}

/** The double nearest to a ratio, but for the last bit. */
function toNumber({ num, den }: Ratio): number {
  if (num === 0n) return 0;
  const places = BigInt(absolute(den).toString(2).length - absolute(num).toString(2).length + 64);
  const quotient = places >= 0n ? (num << places) / den : num / (den << -places);
  const half = Math.trunc(Number(places) / 2);
  return Number(quotient) * 2 ** -half * 2 ** (half - Number(places));
}

function root(x: bigint): bigint {
  if (x < 2n) return x;
  let guess = 1n << BigInt((x.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (guess + x / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}

function wholeForm(problem: Problem): WholeForm {
  const { X, y, offset, weights, intercept, standardize, lambda, l1Ratio, penaltyFactor } = problem;
  const shift = 1074n;
  const whole = (x: number): bigint => toWhole(x, shift);
  const s = weights.map(whole);
  const W = s.reduce((sum, value) => sum + value, 0n);
  const target = y.map((value, i) => whole(value) - whole(offset[i]));
  const columns: number[] = [];
  const values: bigint[][] = [];
  const l1: bigint[] = [];
  const l2: bigint[] = [];
  const one = 1n << shift;
  X[0].forEach((_, j) => {
    const x = X.map((row) => whole(row[j]));
    const sum = x.reduce((total, value, i) => total + s[i] * value, 0n);
    const squares = x.reduce((total, value, i) => total + s[i] * value * value, 0n);
    // W²·var·2^(2·shift)
    const variance = W * squares - sum * sum;
    if (penaltyFactor[j] === Number.POSITIVE_INFINITY || squares === 0n) return;
    if (variance === 0n && (intercept || standardize)) return;
    columns.push(j);
    values.push(x);
    const factor = whole(lambda) * whole(penaltyFactor[j]);
    // lambda·l1Ratio·f_j·d_j·W and lambda·(1 − l1Ratio)·f_j·d_j²·W in units of 2^-shift, 2^-shift
    const lasso = factor * whole(l1Ratio);
    const ridge = factor * (one - whole(l1Ratio));
    if (standardize) {
      const sd = root(variance << (2n * PLACES));
      l1.push(((lasso * sd) >> PLACES) >> (4n * shift));
      l2.push(((ridge * variance) / W) >> (5n * shift));
    } else {
      l1.push((lasso * W) >> (3n * shift));
      l2.push((ridge * W) >> (3n * shift));
    }
  });
  if (intercept) {
    columns.push(-1);
    values.push(X.map(() => one));
    l1.push(0n);
    l2.push(0n);
  }
  // Everything times 2^(3·shift): s·x·x.
  const A = values.map((x, j) =>
    values.map(
      (other, k) =>
        x.reduce((sum, value, i) => sum + s[i] * value * other[i], 0n) + (j === k ? l2[j] << (2n * shift) : 0n),
    ),
  );
  const c = values.map((x) => x.reduce((sum, value, i) => sum + s[i] * value * target[i], 0n));
  const constant = target.reduce((sum, value, i) => sum + s[i] * value * value, 0n);
  return {
    columns,
    A,
    c,
    t: l1.map((value) => value << (2n * shift)),
    constant,
    divisor: 2n * (W << (2n * shift)),
    shift,
  };
}

/** divisor·F at u = given/unit. */
function valueAt({ A, c, t, constant }: WholeForm, given: readonly bigint[], unit: bigint): Ratio {
  let quadratic = 0n;
  let linear = 0n;
  given.forEach((u, j) => {
    if (u === 0n) return;
    given.forEach((v, k) => {
      quadratic += u * v * A[j][k];
    });
    linear += absolute(u) * t[j] - u * c[j];
  });
  return { num: quadratic + 2n * linear * unit + constant * unit * unit, den: unit * unit };
}

/** The smallest value of the form; undefined where it is not at one point alone. */
function minimum(form: WholeForm, w: ArrayLike<number>): Ratio | undefined {
  const { columns, t } = form;
  const first = columns.map((j, k) => (t[k] === 0n ? 2 : Math.sign(w[j])));
  const tried = attempt(form, first);
  if (tried !== undefined) return tried;
  const kinked = columns.flatMap((_, k) => (t[k] === 0n ? [] : [k]));
  for (let code = 0; code < 3 ** kinked.length; ++code) {
    const signs = first.slice();
    let rest = code;
    for (const k of kinked) {
      signs[k] = (rest % 3) - 1;
      rest = Math.floor(rest / 3);
    }
    const found = attempt(form, signs);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The value at the stationary point with these signs, 2 being either; undefined if it is no minimum. */
function attempt(form: WholeForm, signs: readonly number[]): Ratio | undefined {
  const { A, c, t } = form;
  const support = [...signs.keys()].filter((k) => signs[k] !== 0);
  const right = support.map((k) => c[k] - (signs[k] === 2 ? 0n : BigInt(signs[k]) * t[k]));
  const solution = solve(
    support.map((j) => support.map((k) => A[j][k])),
    right,
  );
  if (solution === undefined) return undefined;
  const { numerators, denominator } = solution;
  const u = signs.map(() => 0n);
  for (let m = 0; m < support.length; ++m) {
    const k = support[m];
    u[k] = numerators[m];
    if (signs[k] !== 2 && numerators[m] * BigInt(signs[k]) < 0n) return undefined;
  }
  for (let k = 0; k < signs.length; ++k) {
    if (signs[k] !== 0) continue;
    const g = c[k] * denominator - u.reduce((sum, value, m) => sum + A[k][m] * value, 0n);
    if (absolute(g) > t[k] * denominator) return undefined;
  }
  return valueAt(form, u, denominator);
}

/** Elimination without fractions (Bareiss, 1968); undefined where the rows are dependent. */
function solve(A: bigint[][], right: bigint[]): { numerators: bigint[]; denominator: bigint } | undefined {
  const size = A.length;
  const rows = A.map((row, k) => [...row, right[k]]);
  let last = 1n;
  for (let k = 0; k < size; ++k) {
    const pivot = rows[k][k];
    if (pivot === 0n) return undefined;
    for (let i = 0; i < size; ++i) {
      if (i === k) continue;
      const factor = rows[i][k];
      rows[i] = rows[i].map((value, j) => (value * pivot - factor * rows[k][j]) / last);
    }
    last = pivot;
  }
  if (last < 0n) return undefined;
  return { numerators: rows.map((row) => row[size]), denominator: last };
}
