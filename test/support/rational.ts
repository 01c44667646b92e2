/** Exact arithmetic on fractions by BigInt, and least squares in it. */

/** numerator/denominator, the denominator positive; not reduced. */
export interface Fraction {
  numerator: bigint;
  denominator: bigint;
}

/** A decimal as it is written, "-0.358191792925910E-01" for one. */
export function decimal(text: string): Fraction {
  const [mantissa, exponent = "0"] = text.toLowerCase().split("e");
  const [whole, places = ""] = mantissa.split(".");
  const power = Number(exponent) - places.length;
  const digits = BigInt(`${whole}${places}`.replace(/^(-?)$/, "$10"));
  return power >= 0
    ? { numerator: digits * 10n ** BigInt(power), denominator: 1n }
    : { numerator: digits, denominator: 10n ** BigInt(-power) };
}

/** A double, exactly. */
export function double(x: number): Fraction {
  let denominator = 1n;
  let scaled = x;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    denominator *= 2n;
  }
  return { numerator: BigInt(scaled), denominator };
}

export function power({ numerator, denominator }: Fraction, exponent: number): Fraction {
  return { numerator: numerator ** BigInt(exponent), denominator: denominator ** BigInt(exponent) };
}

/** The double nearest to a fraction. */
export function nearest({ numerator, denominator }: Fraction): number {
  if (numerator < 0n) return -nearest({ numerator: -numerator, denominator });
  if (numerator === 0n) return 0;
  // 64 bits or more of the quotient, and whether anything is left: enough to round once.
  const shift = BigInt(Math.max(0, denominator.toString(2).length - numerator.toString(2).length + 65));
  const scaled = numerator << shift;
  const quotient = (scaled / denominator) | (scaled % denominator === 0n ? 0n : 1n);
  return Number(quotient) / 2 ** Number(shift);
}

/** -log10(|value − exact|/|exact|): how many digits are right. 17 where nothing differs. */
export function correctDigits(value: number, exact: Fraction): number {
  const { numerator, denominator } = double(value);
  const difference = numerator * exact.denominator - exact.numerator * denominator;
  const error = nearest({
    numerator: difference < 0n ? -difference : difference,
    denominator: denominator * (exact.numerator < 0n ? -exact.numerator : exact.numerator),
  });
  return error === 0 ? 17 : -Math.log10(error);
}

/** The coefficients that minimise ‖y − Σ c_j·column_j‖, exactly: the normal equations by elimination without fractions (Bareiss, 1968). */
export function exactLeastSquares(columns: readonly Fraction[][], y: readonly Fraction[]): Fraction[] {
  const scaled = columns.map(commonDenominator);
  const target = commonDenominator(y);
  const dot = (a: readonly bigint[], b: readonly bigint[]): bigint =>
    a.reduce((sum, value, i) => sum + value * b[i], 0n);
  const rows = scaled.map(({ values }) => [
    ...scaled.map((other) => dot(values, other.values)),
    dot(values, target.values),
  ]);
  const size = rows.length;
  let last = 1n;
  for (let k = 0; k < size; ++k) {
    const pivot = rows[k][k];
    if (pivot === 0n) throw new Error("the columns are linearly dependent");
    for (let i = 0; i < size; ++i) {
      if (i === k) continue;
      const factor = rows[i][k];
      rows[i] = rows[i].map((value, j) => (value * pivot - factor * rows[k][j]) / last);
    }
    last = pivot;
  }
  return rows.map((row, k) => ({
    numerator: row[size] * scaled[k].denominator,
    denominator: row[k] * target.denominator,
  }));
}

function commonDenominator(values: readonly Fraction[]): { values: bigint[]; denominator: bigint } {
  const denominator = values.reduce((all, value) => (value.denominator > all ? value.denominator : all), 1n);
  return { values: values.map((value) => (value.numerator * denominator) / value.denominator), denominator };
}
