/** The digits of source maps, five bits each and one that says that more follow. */
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function decode(segment: string): number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const character of segment) {
    const digit = DIGITS.indexOf(character);
    value |= (digit & 31) << shift;
    shift += 5;
    if (digit < 32) {
      numbers.push(value & 1 ? -(value >>> 1) : value >>> 1);
      value = shift = 0;
    }
  }
  return numbers;
}

function encode(numbers: readonly number[]): string {
  let text = "";
  for (const number of numbers) {
    let value = number < 0 ? (-number << 1) | 1 : number << 1;
    do {
      const digit = value & 31;
      value >>>= 5;
      text += DIGITS[value > 0 ? digit | 32 : digit];
    } while (value > 0);
  }
  return text;
}

/** A source map by lines: of what follows from one line of a source, the first place alone, without names, columns and the sources' text. */
export function coarse(json: string): string {
  const { version, file, sources, mappings }: Record<string, string> = JSON.parse(json);
  /** Source, line and column as they stand, and as they were last written. */
  const [at, written] = [
    [0, 0, 0],
    [0, 0],
  ];
  const lines = (mappings as string).split(";").map((line) => {
    let column = 0;
    let last = 0;
    let isFirst = true;
    const kept: string[] = [];
    for (const segment of line.split(",")) {
      if (segment === "") continue;
      const [step = 0, ...place] = decode(segment);
      column += step;
      if (place.length === 0) continue;
      for (let k = 0; k < 3; ++k) at[k] += place[k] as number;
      if (!isFirst && at[0] === written[0] && at[1] === written[1]) continue;
      kept.push(encode([column - last, at[0] - written[0], at[1] - written[1], 0]));
      [last, written[0], written[1], isFirst] = [column, at[0], at[1], false];
    }
    return kept.join();
  });
  return JSON.stringify({ version, file, sources, names: [], mappings: lines.join(";") });
}
