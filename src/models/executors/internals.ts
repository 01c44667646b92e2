import { DenseMatrix } from "../../data/DenseMatrix.js";
import { SparseMatrix } from "../../data/SparseMatrix.js";
import { onPulse } from "../../kernels/pulse.js";
import { CrossValidationWorkshop } from "../calls/CrossValidationWorkshop.js";
import { openPath } from "../calls/pathCall.js";
import { openFits } from "../many/manyCall.js";
import { blockOf } from "../many/manyProblems.js";
import { readPenalty } from "../options/penalty.js";
import { openSums } from "../sums/sumsPieces.js";
import { readers } from "./Runner.js";

// A list, as the names of properties would be in every bundle of the main entry.
const parts = [
  CrossValidationWorkshop,
  DenseMatrix,
  SparseMatrix,
  blockOf,
  onPulse,
  openFits,
  openPath,
  openSums,
  readPenalty,
  readers,
] as const;

export type Internals = typeof parts;
export type Readers = typeof readers;

/**
 * What `regulus/worker` works with: it takes it from the main entry, as the package has the solvers once. No part of the interface.
 *
 * @internal
 */
export const internals: readonly unknown[] = parts;
