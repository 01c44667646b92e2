/** A kernel broken in one place: `from` occurs exactly once in `file`. */
export interface Mutant {
  name: string;
  file: string;
  from: string;
  to: string;
}

const assembly = (file: string, name: string, from: string, to: string): Mutant => ({
  name,
  file: `assembly/${file}.ts`,
  from,
  to,
});
const js = (file: string, name: string, from: string, to: string): Mutant => ({
  name,
  file: `src/kernels/js/${file}.ts`,
  from,
  to,
});

export const mutants: readonly Mutant[] = [
  assembly(
    "elementwise",
    "softThreshold skips its tail",
    "  for (; out < end; x += sizeof<T>(), out += sizeof<T>()) {\n    storeLane<T>(out, soften<T>(loadLane<T>(x), t, minusT));\n  }\n",
    "",
  ),
  assembly(
    "elementwise",
    "soft-thresholding clamps to the wrong ends",
    "v128.pmin<T>(v128.pmax<T>(v, minusT), t)",
    "v128.pmax<T>(v128.pmin<T>(v, minusT), t)",
  ),
  assembly(
    "elementwise",
    "elastic-net prox without its threshold",
    "soften<T>(v128.load(x, 32), t, minusT), s)",
    "v128.load(x, 32), s)",
  ),
  assembly(
    "elementwise",
    "elastic-net prox without + 0 in the tail",
    "storeLane<T>(out, v128.add<T>(v128.mul<T>(soften<T>(loadLane<T>(x), t, minusT), s), zero));",
    "storeLane<T>(out, v128.mul<T>(soften<T>(loadLane<T>(x), t, minusT), s));",
  ),
  assembly(
    "elementwise",
    "gradient step uphill",
    "v128.sub<T>(v128.mul<T>(w, factor), v128.mul<T>(rate, g))",
    "v128.add<T>(v128.mul<T>(w, factor), v128.mul<T>(rate, g))",
  ),
  assembly("elementwise", "subgradient of 0 is not 0", ", v128.ne<T>(w, zero))", ", v128.eq<T>(w, w))"),
  assembly(
    "elementwise",
    "decay writes past its end",
    "  for (; out < end; x += sizeof<T>(), out += sizeof<T>()) {\n    storeLane<T>(out, v128.mul<T>",
    "  for (; out <= end; x += sizeof<T>(), out += sizeof<T>()) {\n    storeLane<T>(out, v128.mul<T>",
  ),
  assembly(
    "vector",
    "lanes summed crosswise",
    "f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2)",
    "f32x4.extract_lane(v, 2) + (f32x4.extract_lane(v, 1)",
  ),
  assembly("vector", "blocks of half their size", "& ~63", "& ~31"),
  assembly(
    "reductions",
    "dot swaps two vectors",
    "c = v128.add<T>(c, v128.mul<T>(v128.load(x, 32), v128.load(y, 32)));",
    "c = v128.add<T>(c, v128.mul<T>(v128.load(x, 32), v128.load(y, 48)));",
  ),
  assembly(
    "reductions",
    "asum combines its partial sums in another order",
    "let sum = sumLanes<T>(v128.add<T>(v128.add<T>(a, b), v128.add<T>(c, d)));\n  for (; x < end; x += sizeof<T>()) sum += abs",
    "let sum = sumLanes<T>(v128.add<T>(v128.add<T>(v128.add<T>(a, b), c), d));\n  for (; x < end; x += sizeof<T>()) sum += abs",
  ),
  assembly(
    "reductions",
    "absMax ignores NaN in a block",
    "b = v128.max<T>(b, v128.abs<T>",
    "b = v128.pmax<T>(b, v128.abs<T>",
  ),
  assembly(
    "reductions",
    "penalty of 0 times ∞ is NaN",
    "amount == 0 || (strength == 0 && amount == amount)",
    "amount == 0",
  ),
  assembly(
    "dense",
    "products skip the odd row",
    "    if (y < end) {\n      storeLane<f64>(\n",
    "    if (y > end) {\n      storeLane<f64>(\n",
  ),
  assembly("dense", "Xᵀr has its third column wrong", "s2 += load<T>(x2) * v;", "s2 += load<T>(x3) * v;"),
  assembly("dense", "Gram forgets the rows after the first block", "row += GRAM_ROWS) {", "row += n) {"),
  assembly("dense", "`<` for `<=` at the last pair of columns of the Gram", "k + 2 <= p;", "k + 2 < p;"),
  assembly("dense", "Gram tiles start a column late", "let j = k + 2;", "let j = k + 3;"),
  assembly("dense", "moments without compensation", "return total + error;", "return total;"),
  assembly(
    "dense",
    "transform scales before it centres",
    "f64x2.mul(f64x2.mul(f64x2.sub(f64x2.sub(x, pivot), mean), scale), row)",
    "f64x2.mul(f64x2.sub(f64x2.mul(f64x2.sub(x, pivot), scale), mean), row)",
  ),
  assembly("descent", "coordinate minimum without l2", "(u - clamped) / (curvature + l2)", "(u - clamped) / curvature"),
  assembly(
    "descent",
    "coordinate minimum without its upper bound",
    "b < lower ? lower : b > upper ? upper : b",
    "b < lower ? lower : b",
  ),
  assembly(
    "descent",
    "residual moves the wrong way",
    "axpyDot64(n, -delta, x, r, next)",
    "axpyDot64(n, delta, x, r, next)",
  ),
  assembly(
    "descent",
    "an epoch says that nothing changed",
    "largest = max<f64>(largest, curvature * delta * delta);\n      gradient",
    "gradient",
  ),
  assembly(
    "descent",
    "Gram epoch skips the last of an odd number",
    "if (q < end) store<f64>(q, load<f64>(q) - delta * load<f64>(g));",
    "",
  ),
  assembly("sparse", "sparse moments forget the zeros", "+ absent * mean * mean)", ")"),
  assembly("sparse", "the sparse epoch's shift goes the wrong way", "shift += step", "shift -= step"),
  assembly(
    "sparse",
    "the sparse Gram has no diagonal",
    "<= j; ++k) {\n      const pointer",
    "< j; ++k) {\n      const pointer",
  ),
  assembly(
    "symmetric",
    "the rank-2 update is of one side",
    "f64x2.mul(v128.load(w), vs)",
    "f64x2.mul(v128.load(v), ws)",
  ),
  assembly(
    "symmetric",
    "the symmetric product forgets what is below the diagonal",
    "diagonal * uj + below",
    "diagonal * uj",
  ),
  assembly("symmetric", "a reflection leaves its odd row", "store<f64>(x0, load<f64>(x0) - s0 * y);", ""),
  assembly(
    "symmetric",
    "rotations are not carried on",
    "z3 = f64x2.sub(f64x2.mul(c, y3), f64x2.mul(s, z3));",
    "z3 = y3;",
  ),
  assembly(
    "transcendental",
    "exp loses a term of its series",
    "q = f64x2.add(f64x2.mul(q, r), f64x2.splat(1.0 / 479001600.0));",
    "q = f64x2.mul(q, r);",
  ),
  assembly(
    "transcendental",
    "log of 0 is finite",
    "v128.bitselect(f64x2.splat(-Infinity), special, f64x2.eq(x, f64x2.splat(0)))",
    "special",
  ),
  js("elementwise", "soft-thresholding without infinities", "return s - s === 0 ? s : soften(v, t);", "return s;"),
  js("elementwise", "the sign of the push flipped", "w > 0 ? t : w < 0 ? -t : 0", "w > 0 ? -t : w < 0 ? t : 0"),
  js(
    "elementwise",
    "float32 step without rounding in between",
    "soft(fround(fround(w * factor) - fround(rate * g)), threshold)",
    "soft(fround(w * factor - rate * g), threshold)",
  ),
  js(
    "elementwise",
    "float32 prox adds 0 before it rounds",
    "out[outOffset + i] = fround(fround(soft(x[xOffset + i], threshold)) * scale) + 0;",
    "out[outOffset + i] = fround(soft(x[xOffset + i], threshold)) * scale + 0;",
  ),
  js("reductions", "float32 axpy without rounding its product", "fround(a * x[xOffset + i])", "a * x[xOffset + i]"),
  js(
    "vector",
    "float64 blocks one short",
    "return n - (n % 8);",
    "return n - (n % 8) - (n % 8 === 0 && n > 0 ? 8 : 0);",
  ),
  js("dense", "Gram blocks of another length", "const GRAM_ROWS = 256;", "const GRAM_ROWS = 255;"),
  js("descent", "soft-thresholding at -l1 only", "u < -l1 ? -l1 : u > l1 ? l1 : u", "u < -l1 ? -l1 : u"),
  js("sparse", "`<` for `<=` where the blocks of a sparse dot end", "k + 4 <= last", "k + 4 < last"),
  js(
    "sparse",
    "sparse dot product without its tail",
    "  for (; k < last; ++k) sum += values[k] * r[rOffset + rowIndices[k + shift]];\n",
    "",
  ),
  js("symmetric", "the other rows of a panel stay", "rotateRows(count, Z, z + 4, rotations, rotation);", ""),
  js("transcendental", "log of a subnormal off by its scale", "exponent - 54 : exponent", "exponent - 53 : exponent"),
];
