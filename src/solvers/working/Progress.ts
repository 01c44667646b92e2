import { NOISE } from "../methods/Method.js";
import { type Certificate, type Goal, isConverged } from "../problems/certificate.js";
import type { Problem } from "../problems/Problem.js";

/** Rounds without progress that double precision can show, after which there is none to come. */
const PATIENCE = 8;
/** The same, of the last resort. */
const LAST_PATIENCE = 2;
/** The iterations, or half of all, after which there is no waiting for that. */
const LATE = 500;
/** Epochs after which residual and gradients are recomputed, so that rounding errors do not grow without end. */
export const DRIFT = 200;
/** The accuracy of a first attempt, relative to the tolerance. */
export const ACCURACY = 0.01;
/** The share of the scale by which an objective has to fall to be progress. */
const WORTH = 1e-9;
/** A point that is worse than b = 0 by more than this share of the null loss is an accident. */
const RISE = 1e-3;

/**
 * Whether a point is closer to the optimum than another: where F is lower by more than rounding errors, or else by what is known of it.
 * A bound may be far from what it bounds, and violations bound nothing.
 */
function isCloser(point: Certificate, other: Certificate | undefined, scale: number): boolean {
  if (other === undefined) return point.gap < Number.POSITIVE_INFINITY || point.violation < Number.POSITIVE_INFINITY;
  const difference = point.objective - other.objective;
  if (Math.abs(difference) > NOISE * (Math.abs(other.objective) + scale)) return difference < 0;
  if (point.kind !== other.kind) return point.kind === "gap";
  return point.kind === "gap" ? point.gap < other.gap : point.violation < other.violation;
}

/** How near a point is by each kind of certificate, before there is one. */
const farAway = (): Record<Certificate["kind"], number> => {
  const far = Number.POSITIVE_INFINITY;
  return { gap: far, kkt: far, stationary: far };
};

const distanceOf = ({ kind, gap, violation }: Certificate): number => (kind === "gap" ? gap : violation);

/** How far a solver has come with one penalty, and whether there is more to expect. */
export class Progress {
  /** What the next attempt aims at. */
  accuracy: number;
  iterations = 0;
  /** Whether rounding errors have led Newton's method astray. */
  isPlain = false;
  /** Whether the last resort has not been turned to yet. */
  isOpen: boolean;
  readonly #problem: Problem;
  readonly #goal: Goal;
  #best: Certificate | undefined;
  #nearest = farAway();
  #patience = PATIENCE;

  constructor(problem: Problem, goal: Goal, isOpen: boolean) {
    this.#problem = problem;
    this.#goal = goal;
    this.isOpen = isOpen;
    this.accuracy = ACCURACY * goal.tolerance * problem.convergenceScale;
  }

  /** The epochs of the next attempt. */
  get budget(): number {
    return Math.min(DRIFT, this.#goal.maxIterations - this.iterations);
  }

  get isLast(): boolean {
    return this.iterations >= this.#goal.maxIterations;
  }

  get isOver(): boolean {
    return this.isLast || this.#patience <= 0;
  }

  /** Whether the last resort had better be turned to, whatever may still be expected. */
  get isLate(): boolean {
    return this.isOpen && this.iterations > Math.max(LATE, this.#goal.maxIterations / 2);
  }

  isConverged(certificate: Certificate): boolean {
    return isConverged(certificate, this.#goal.tolerance, this.#problem.convergenceScale);
  }

  /** Whether the last resort has something to win. */
  wantsMore(certificate: Certificate): boolean {
    const { tolerance, worth = 0 } = this.#goal;
    const scale = this.#problem.convergenceScale;
    return this.isOpen && !this.isLast && !isConverged(certificate, Math.max(tolerance, worth), scale);
  }

  /** No start is worse than 0, and what is worse than that is not kept. */
  isSound(objective: number): boolean {
    const { nullLoss, convergenceScale } = this.#problem;
    return objective <= nullLoss + RISE * convergenceScale;
  }

  /** Has patience with a point that is better than those before, and less with any other. */
  weigh(point: Certificate): void {
    const { convergenceScale: scale, saturatedLoss } = this.#problem;
    const distance = distanceOf(point);
    const isNearer = distance < 0.999 * this.#nearest[point.kind];
    const isGain = (this.#best?.objective ?? Number.POSITIVE_INFINITY) - point.objective > WORTH * scale;
    const isGap = point.kind === "gap";
    // An infinite optimum is never reached: what is left to gain there, or of the slopes, are rounding errors in the end.
    const isFar = isGap || point.objective - saturatedLoss > NOISE * scale;
    const isBetter = isGain || (isNearer && (isGap || distance > NOISE * this.#goal.lambdaMax));
    if (isFar) this.#patience = isBetter ? PATIENCE : this.#patience - 1;
    else this.#patience = 0;
  }

  /** Returns whether a point is the best so far. */
  take(point: Certificate): boolean {
    const isBest = isCloser(point, this.#best, this.#problem.convergenceScale);
    if (isBest) this.#best = point;
    this.#nearest[point.kind] = Math.min(this.#nearest[point.kind], distanceOf(point));
    return isBest;
  }

  /** Begins anew, as the working set has become another. */
  forget(): void {
    this.#best = undefined;
    this.#nearest = farAway();
    this.#patience = PATIENCE;
  }

  /** The last resort goes on. */
  rescue(): void {
    this.#patience = LAST_PATIENCE;
  }
}
