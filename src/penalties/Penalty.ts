/** What a penalty has to know of the coordinates of a problem, b_j = d_j·w_j. */
export interface Penalised {
  /** The coordinates that may have a coefficient, and how many there are with the others. */
  eligible: Int32Array;
  p: number;
  /** The columns of X, and what is to be known of coordinate j from j % columns, but for intercepts, which are behind all of them. */
  columns: number;
  penaltyFactor: Float64Array;
  lower: Float64Array;
  upper: Float64Array;
  /** The ridge part, which is a part of each penalty: l2_j/2·b_j² as it is at the time. */
  l2: Float64Array;
  /** The curvatures of the loss, where they are the same everywhere. */
  curvatures: Float64Array | undefined;
}

/** Σ_g h_g(b_g) over blocks of coordinates: group lasso; blocks of one coordinate each are separable: MCP, SCAD. */
export interface BlockPenalty {
  readonly kind: "blocks";
  readonly isConvex: boolean;
  /** Block g has the coordinates members[starts[g]] to members[starts[g + 1] − 1]; those without a penalty are blocks of one. */
  readonly starts: Int32Array;
  readonly members: Int32Array;
  /** b_j = 0 is stationary wherever |z_j| <= kinks[j] in all of its block; 0 without a penalty that keeps it there. */
  readonly kinks: Float64Array;
  /** Sets the strength, lambda·l1Ratio, after the ridge part. */
  set(strength: number): void;
  /** h_g(b_g) */
  value(g: number, b: Float64Array): number;
  /** b_g ← argmin_c curvature/2·‖c‖² − u_g·c + h_g(c), the least of all minima. */
  minimum(g: number, u: Float64Array, curvature: number, b: Float64Array): void;
  /** out_g ← ∇h_g(b_g), b_g being other than 0; in its coordinates that are 0, anything. */
  slopes(g: number, b: Float64Array, out: Float64Array): void;
  /** out_g ← ∇²h_g(b_g)·d_g, where d is 0 as b is. */
  bend(g: number, b: Float64Array, d: Float64Array, out: Float64Array): void;
  /** How far z_g is from the subdifferential of h_g at b_g. */
  violation(g: number, b: Float64Array, z: Float64Array): number;
  /** How far scale·z_g is beyond what keeps a block at 0: the least of all minima there, where curvatures are known. */
  excess(g: number, z: Float64Array, scale: number): number;
  /** The smallest strength that keeps a block at 0. */
  strength(g: number, z: Float64Array): number;
  /**
   * Of convex ones, h_g being a norm besides the ridge part: the largest s <= 1 for which s·u_g is in the norm's dual ball. With
   * neither, or with a ridge part alone, it is 1.
   */
  feasibleScale(g: number, u: Float64Array): number;
}

/** A norm of all penalised coordinates at once, by their order: sorted L1. Convex. */
export interface SortedPenalty {
  readonly kind: "sorted";
  readonly isConvex: true;
  set(strength: number): void;
  /** h(b), where b is 0 outside of the list. */
  value(count: number, columns: Int32Array, b: Float64Array): number;
  /** b ← argmin_c curvature/2·‖c‖² − u·c + h(c) over the list, all else being 0, without the ridge part. */
  minimum(count: number, columns: Int32Array, u: Float64Array, curvature: number, b: Float64Array): void;
  /** Lists in `out` which of the coordinates outside of the working set would not stay 0 at z. */
  admit(isWorking: Uint8Array, z: Float64Array, out: Int32Array): number;
  /** The smallest strength that keeps all at 0. */
  strength(z: Float64Array): number;
  feasibleScale(u: Float64Array): number;
  /** Coordinates without a penalty. */
  readonly free: Int32Array;
}

export type Penalty = BlockPenalty | SortedPenalty;

/** The name and the parameters of a penalty, as results hold them. */
export type PenaltyFields =
  | { readonly name: "mcp" | "scad"; readonly gamma: number }
  | {
      readonly name: "groupLasso";
      /** The label of each column's group. */
      readonly groups: readonly (number | string)[];
      readonly l1Share: number;
      /** One for each group, in the order of their first columns. */
      readonly factors: readonly number[];
    }
  | { readonly name: "sortedL1"; readonly weights: readonly number[] }
  | { readonly name: "sortedL1"; readonly q: number };
