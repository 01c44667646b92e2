/** Neumaier's compensated sum. */
export function compensatedSum(values: Float64Array): number {
  let total = 0;
  let error = 0;
  for (let i = 0; i < values.length; ++i) {
    const value = values[i];
    const sum = total + value;
    error += Math.abs(total) >= Math.abs(value) ? total - sum + value : value - sum + total;
    total = sum;
  }
  return Number.isFinite(total) ? total + error : total;
}
