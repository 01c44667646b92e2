/** 80 rows of six columns, of which three have an effect; the same on every machine. */
export function threeOfSix() {
  let seed = 7;
  const random = (): number => {
    seed = (seed * 16807) % 2147483647;
    return seed / 2147483647 - 0.5;
  };
  const X = Array.from({ length: 80 }, () => Array.from({ length: 6 }, random));
  const y = X.map((row) => 3 * row[0] - 2 * row[1] + row[2] + 0.3 * random());
  return { X, y, names: ["age", "dose", "weight", "height", "pulse", "noise"], random };
}
