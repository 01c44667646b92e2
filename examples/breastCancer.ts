/** The breast cancer data for the network: every fourth biopsy is held out, the others are for training. */

import { parse } from "csv-parse/browser/esm/sync";
import { type DenseMatrix, designMatrix } from "regulus";
import type { Samples } from "./network.js";

type Row = Record<string, string | number>;

/**
 * Reads `data/breast-cancer.csv`: measurements minus their mean, over their standard deviation, both of the training rows; malignant
 * is 1, benign −1.
 */
export function breastCancer(csv: string): { names: readonly string[]; training: Samples; heldOut: Samples } {
  const rows = parse<Row>(csv, {
    columns: true,
    cast: (value, { header, column }) => (header || column === "diagnosis" ? value : Number(value)),
  });
  const [training, heldOut] = [rows.filter((_, i) => i % 4 !== 0), rows.filter((_, i) => i % 4 === 0)];
  const { X, names, encoding } = designMatrix(training, { target: "diagnosis", sparse: false });
  const inputs = names.length;
  const columnOf = ({ data, rows: n }: DenseMatrix, j: number) => Array.from(data.subarray(j * n, (j + 1) * n));

  const scales = names.map((_, j) => {
    const column = columnOf(X as DenseMatrix, j);
    const mean = column.reduce((sum, x) => sum + x, 0) / column.length;
    const variance = column.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / column.length;
    return { mean, deviation: Math.sqrt(variance) };
  });
  const samples = (chosen: Row[], matrix: DenseMatrix): Samples => {
    const scaled = new Float32Array(chosen.length * inputs);
    scales.forEach(({ mean, deviation }, j) => {
      columnOf(matrix, j).forEach((x, i) => {
        scaled[i * inputs + j] = (x - mean) / deviation;
      });
    });
    return { inputs, X: scaled, y: Float32Array.from(chosen, ({ diagnosis }) => (diagnosis === "malignant" ? 1 : -1)) };
  };
  return {
    names,
    training: samples(training, X as DenseMatrix),
    heldOut: samples(heldOut, encoding.apply(heldOut) as DenseMatrix),
  };
}
