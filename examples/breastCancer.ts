/** The breast cancer data for the network: every fourth biopsy is held out, the others are for training. */

import type { Samples } from "./network.js";

/**
 * Reads `data/breast-cancer.csv`: measurements minus their mean, over their standard deviation, both of the training rows; malignant
 * is 1, benign −1.
 */
export function breastCancer(csv: string): { names: string[]; training: Samples; heldOut: Samples } {
  const [heading, ...lines] = csv.trim().split(/\r?\n/);
  const rows = lines.map((line) => line.split(","));
  const names = heading.split(",").slice(0, -1);
  const inputs = names.length;
  const [training, heldOut] = [rows.filter((_, i) => i % 4 !== 0), rows.filter((_, i) => i % 4 === 0)];

  const scales = names.map((_, j) => {
    const column = training.map((row) => Number(row[j]));
    const mean = column.reduce((sum, x) => sum + x, 0) / column.length;
    const variance = column.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / column.length;
    return { mean, deviation: Math.sqrt(variance) };
  });
  const samples = (chosen: string[][]): Samples => ({
    inputs,
    X: Float32Array.from(
      chosen.flatMap((row) => scales.map(({ mean, deviation }, j) => (Number(row[j]) - mean) / deviation)),
    ),
    y: Float32Array.from(chosen, (row) => (row[inputs] === "malignant" ? 1 : -1)),
  });
  return { names, training: samples(training), heldOut: samples(heldOut) };
}
