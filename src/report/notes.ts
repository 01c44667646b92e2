import { exp, log } from "../arithmetic/transcendental.js";
import type { Matrix } from "../data/Matrix.js";
import type { Label } from "../index.js";
import { softmax } from "../losses/softmax.js";
import { counted, plural, rough } from "../printing/numbers.js";
import { etasOf, type Note } from "./ReportData.js";
import type { Told } from "./sentence.js";
import { spoken } from "./spoken.js";

/** From which correlation on two columns are said to move together, of so many of the largest, on so many rows. */
const TOGETHER = 0.8;
const LARGEST = 40;
const ROWS = 5000;
/** Notes on groups that move together, and on pairs that swap, at the most. */
const GROUPS = 3;
const PAIRS = 3;
/** A column that explains more than this is a suspect. */
const LEAK = 0.99;
/** A class of less than this share of the rows is rare. */
const RARE = 0.1;
/** Sds that differ by more than this are of different units. */
const UNITS = 10;
/** A variable that this share of the folds keeps, and not the others, swaps with one that these keep. */
const OFTEN = 0.2;

/** What else is known of a result than what a report shows. */
export interface Known extends Told {
  isSaturated: boolean;
  isConcave: boolean;
  /** The kept variables of each fold at a place of the path, with `keepFolds`. */
  foldsKept?: readonly (readonly number[])[] | undefined;
  /** Rows of X, and the places of their classes. */
  X?: Matrix | undefined;
  codes?: ArrayLike<number> | undefined;
  /** Whether these are the rows that were fitted, all of weight 1. */
  isOfFitted?: boolean;
}

/** What to be wary of, and what to know, in words. */
export function notesOf(known: Known): Note[] {
  const { data, isSaturated, isConcave } = known;
  const notes = [
    ...effectNotes(known),
    ...edgeNotes(known),
    ...leakNotes(known),
    ...balanceNotes(known),
    ...separableNotes(known),
    ...groupNotes(known),
    ...swapNotes(known),
    ...unitNotes(known),
  ];
  const failed = data.converged.reduce((sum, one) => sum + (one === 1 ? 0 : 1), 0);
  if (failed > 0) {
    const all = data.converged.length;
    notes.push({
      kind: "converged",
      says: all === 1 ? "The fit has not converged" : `${counted(failed)} of ${counted(all)} fits have not converged`,
      more: ": their coefficients may be off. More iterations, a larger tolerance or a penalty on every column helps.",
    });
  }
  if (isSaturated) {
    notes.push({
      kind: "saturated",
      says: "The path ended early",
      more: ": smaller lambdas would change next to nothing.",
    });
  }
  if (isConcave) {
    notes.push({
      kind: "minima",
      says: "There may be other minima",
      more: ": the penalty is not convex, and the fit is one at which no coefficient alone can be better.",
    });
  }
  if (data.hasOffset) {
    notes.push({ kind: "offset", says: "Fitted with an offset", more: ", which predictions need too." });
  }
  return notes;
}

function effectNotes({ data, count }: Known): Note[] {
  const { errors } = data;
  if (errors === undefined) {
    if (Array.from(data.lambdas.keys()).some((k) => count(k, data.start.gamma) > 0)) return [];
    return [
      {
        kind: "allZero",
        says: "All coefficients are exactly zero",
        more: ": the penalty is too strong for any variable. A smaller lambda lets them in.",
      },
    ];
  }
  const [min, oneSe] = (["min", "1se"] as const).map((rule) => errors.rules.find((one) => one.rule === rule)!);
  if (count(min.index, min.gamma) === 0) {
    return [
      {
        kind: "noEffect",
        says: "No variable lowers the error",
        more: " in data not seen: there is no effect, or there are too few rows to see one.",
      },
    ];
  }
  if (count(oneSe.index, oneSe.gamma) === 0) {
    return [
      {
        kind: "weakEffect",
        says: "The effect is weak",
        more: ": without any variable the error is within one standard error of the smallest.",
      },
    ];
  }
  return [];
}

function edgeNotes({ data, kept, isSaturated }: Known): Note[] {
  const { errors, lambdas } = data;
  const last = lambdas.length - 1;
  const min = errors?.rules.find(({ rule }) => rule === "min");
  if (min === undefined || last === 0) return [];
  if (min.index === last && !isSaturated && lambdas[last] > 0) {
    return [
      {
        kind: "edge",
        says: "The smallest error lies at the grid's edge",
        more: `, at the smallest lambda, ${rough(lambdas[last])}: a smaller one may be better. Give lambdas that go further down.`,
      },
    ];
  }
  if (min.index === 0 && kept(0, min.gamma).length > 0) {
    return [
      {
        kind: "edge",
        says: "The smallest error lies at the grid's edge",
        more: `, at the largest lambda, ${rough(lambdas[0])}: a larger one may be better. Give lambdas that go further up.`,
      },
    ];
  }
  if (min.index === 0 || min.index === last) return [];
  return [
    {
      kind: "inside",
      says: "The smallest error lies inside the grid",
      more: `, at ${counted(min.index + 1)} of ${counted(last + 1)} lambdas from the strong end.`,
    },
  ];
}

/** One variable that explains nearly all: of the rows fitted, by the path; of rows given, on its own. */
function leakNotes({ data }: Known): Note[] {
  const { explained, lambdas, coefficients, sds, names } = data;
  const K = etasOf(data);
  const p = sds.length;
  if (explained === undefined || p < 2 || !data.hasScales) return [];
  for (let k = 0; k < lambdas.length; ++k) {
    if (!(explained[k] > LEAK)) continue;
    const shares = new Float64Array(p);
    for (let j = 0; j < K * p; ++j) {
      const scaled = coefficients[k * K * p + j] * sds[j % p];
      shares[j % p] += scaled * scaled;
    }
    const whole = shares.reduce((sum, one) => sum + one, 0);
    const most = shares.indexOf(Math.max(...shares));
    if (!(explained[k] * shares[most] > LEAK * whole)) return [];
    return [
      {
        kind: "leak",
        says: `${spoken(names[most])} alone explains more than 99 %`,
        more: ": it may have been measured after the response, or be made of it. Is it known when you predict?",
      },
    ];
  }
  return [];
}

/** A class that is rare: of the rows given, or by the intercepts of a model without variables. */
function balanceNotes({ data, codes, kept }: Known): Note[] {
  const { classes } = data;
  if (classes === undefined) return [];
  const shares = codes ? sharesOf(codes, classes) : nullShares(data, kept);
  if (shares === undefined) return [];
  const least = shares.reduce((best, share, k) => (share < shares[best] ? k : best), 0);
  if (!(shares[least] < RARE)) return [];
  return [
    {
      kind: "balance",
      says: `Only ${(100 * shares[least]).toFixed(1)} % of the rows are ${spoken(String(classes[least]))}`,
      more: ": a model that never says so is right nearly always. Look at the AUC, the calibration and the class itself, not at accuracy.",
    },
  ];
}

/**
 * Whether some fit of the path puts every row into its class. A row that is put into another, or into none, has a deviance of 2·log 2 at the least: where
 * the sum over all rows is less, there is none.
 */
function separableNotes({ data, codes, isOfFitted = false }: Known): Note[] {
  const { classes, explained } = data;
  if (!isOfFitted || !classes || !codes || !explained || data.hasOffset || !data.hasIntercept) return [];
  const nothing = sharesOf(codes, classes).reduce((sum, share) => sum - (share > 0 ? 2 * share * log(share) : 0), 0);
  const left = codes.length * nothing * (1 - Math.max(...explained));
  if (!(left < 2 * log(2))) return [];
  return [
    {
      kind: "separable",
      says: "The classes can be told apart without an error",
      more: ": with next to no penalty coefficients grow without end, so it is the penalty that says how large they are.",
    },
  ];
}

function sharesOf(codes: ArrayLike<number>, classes: readonly Label[]): Float64Array {
  const shares = new Float64Array(classes.length);
  for (let i = 0; i < codes.length; ++i) shares[codes[i]] += 1 / codes.length;
  return shares;
}

function nullShares(data: Told["data"], kept: Told["kept"]): Float64Array | undefined {
  if (data.hasOffset || !data.hasIntercept || kept(0, 1).length > 0) return undefined;
  const K = etasOf(data);
  const etas = data.intercepts.slice(0, K);
  if (K > 1) {
    softmax(etas);
    return etas;
  }
  const second = 1 / (1 + exp(-etas[0]));
  return Float64Array.of(1 - second, second);
}

/** Groups of the largest columns that move together. */
function groupNotes({ data, X }: Known): Note[] {
  if (X === undefined || X.rows < 3) return [];
  const { coefficients, sds, names } = data;
  const p = sds.length;
  const most = new Float64Array(p);
  coefficients.forEach((value, k) => {
    most[k % p] = Math.max(most[k % p], Math.abs(value) * sds[k % p]);
  });
  const chosen = Array.from(most.keys())
    .filter((j) => most[j] > 0)
    .sort((a, b) => most[b] - most[a])
    .slice(0, LARGEST);
  const columns = chosen.map((j) => standardized(X, j));
  // Columns that are linked by such a correlation, straight or by others.
  const group = chosen.map((_, i) => i);
  const strongest = new Map<number, number>();
  for (const [i, x] of columns.entries()) {
    for (let k = i + 1; k < columns.length; ++k) {
      const r = x.reduce((sum, value, row) => sum + value * columns[k][row], 0);
      if (Math.abs(r) < TOGETHER) continue;
      const [from, to] = [group[k], group[i]];
      const most = [strongest.get(from) ?? 0, strongest.get(to) ?? 0, r].reduce((a, b) =>
        Math.abs(b) > Math.abs(a) ? b : a,
      );
      for (const [at, own] of group.entries()) if (own === from) group[at] = to;
      strongest.set(to, most);
    }
  }
  return [...new Set(group)]
    .map((own) => ({ members: chosen.filter((_, i) => group[i] === own), r: strongest.get(own) ?? 0 }))
    .filter(({ members }) => members.length > 1)
    .slice(0, GROUPS)
    .map(({ members, r }) => {
      const [a, b, ...others] = members.map((j) => spoken(names[j]));
      const size = (Math.abs(r) > 0.995 ? r.toFixed(3) : r.toFixed(2)).replace("-", "−");
      const isPair = others.length === 0;
      return {
        kind: "together",
        says: isPair ? `${a} and ${b} move together` : `${a}, ${b} and ${counted(others.length)} more move together`,
        more: isPair
          ? ` (correlation ${size}): which of the two is kept may change with the data.`
          : ` (correlations up to ${size}): which of them are kept may change with the data.`,
      };
    });
}

/** A column less its mean, of length 1, of evenly taken rows; zeros where it is constant. */
function standardized(X: Matrix, j: number): Float64Array {
  const column = new Float64Array(X.rows);
  X.copyColumns(column, j, j + 1);
  const every = Math.max(1, X.rows / ROWS);
  const taken = Float64Array.from({ length: Math.min(ROWS, X.rows) }, (_, k) => column[Math.floor(k * every)]);
  const mean = taken.reduce((sum, value) => sum + value, 0) / taken.length;
  const centred = taken.map((value) => value - mean);
  const norm = Math.sqrt(centred.reduce((sum, value) => sum + value * value, 0));
  return norm > 0 ? centred.map((value) => value / norm) : centred.fill(0);
}

/** Pairs of which some folds keep the one, the others the other. */
function swapNotes({ data, foldsKept }: Known): Note[] {
  if (foldsKept === undefined || foldsKept.length < 3) return [];
  const K = foldsKept.length;
  const folds = new Map<number, Set<number>>();
  for (const [fold, list] of foldsKept.entries()) {
    for (const j of list) folds.set(j, (folds.get(j) ?? new Set()).add(fold));
  }
  const unsure = [...folds].filter(([, set]) => set.size >= OFTEN * K && set.size < K);
  const notes: Note[] = [];
  for (const [i, [a, ofA]] of unsure.entries()) {
    for (const [b, ofB] of unsure.slice(i + 1)) {
      const both = [...ofA].filter((fold) => ofB.has(fold)).length;
      if (both > 0 || ofA.size + ofB.size < K) continue;
      notes.push({
        kind: "swap",
        says: `${spoken(data.names[a])} and ${spoken(data.names[b])} swap`,
        more: `: ${plural(ofA.size, "fold")} of ${counted(K)} keep the one, the other ${counted(ofB.size)} the other. They say about the same.`,
      });
    }
  }
  return notes.slice(0, PAIRS);
}

function unitNotes({ data, kept }: Known): Note[] {
  if (data.isStandardized || !data.hasScales) return [];
  const last = data.lambdas.length - 1;
  const own = kept(last, data.start.gamma).filter((j) => data.sds[j] > 0);
  if (own.length < 2) return [];
  const sorted = own.sort((a, b) => data.sds[a] - data.sds[b]);
  const [small, large] = [sorted[0], sorted[sorted.length - 1]];
  const ratio = data.sds[large] / data.sds[small];
  if (!(ratio > UNITS)) return [];
  return [
    {
      kind: "unscaled",
      says: "The columns were not scaled",
      more: `: ${spoken(data.names[large])} varies ${rough(ratio)} times as much as ${spoken(data.names[small])}, whose coefficient the penalty hits that much harder. Let standardize be true, or scale them.`,
    },
  ];
}
