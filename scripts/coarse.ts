interface SourceMap {
  version: number;
  file: string;
  sourceRoot?: string;
  sources: string[];
  names: string[];
  mappings: string;
}

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

/** Where sources are. */
const SOURCES = "../src/";
/**
 * What maps say in its place, once for all. The package is without sources: of a folder that is not there Vite's development server looks for
 * each in the folder that it was started in, and warns of each, as source-map-loader of webpack does. Neither looks for any at a URL.
 */
const SOURCE_ROOT = "regulus://src/";

/**
 * A source map by lines: of what follows from one line of a source, the first place alone, without names, columns and the sources' text.
 *
 * @param placeOf - Where the places of the map have moved to, in their order.
 */
export function coarse(
  json: string,
  placeOf = (line: number, column: number): [line: number, column: number] => [line, column],
): string {
  const { version, file, sources, mappings } = JSON.parse(json) as SourceMap;
  /** Source, line and column as they stand. */
  const at = [0, 0, 0];
  /** Line and column of the last segment, and source and line that it says. */
  const last = { line: -1, column: 0, source: 0, sourceLine: 0 };
  const lines: string[][] = [[]];
  for (const [oldLine, segments] of mappings.split(";").entries()) {
    let oldColumn = 0;
    for (const segment of segments.split(",")) {
      if (segment === "") continue;
      const [step = 0, ...place] = decode(segment);
      oldColumn += step;
      if (place.length === 0) continue;
      for (let k = 0; k < 3; ++k) at[k] += place[k] as number;
      const [source, sourceLine] = at;
      const [line, column] = placeOf(oldLine, oldColumn);
      const isSameLine = line === last.line;
      if (isSameLine && source === last.source && sourceLine === last.sourceLine) continue;
      while (lines.length <= line) lines.push([]);
      const numbers = [
        isSameLine ? column - last.column : column,
        source - last.source,
        sourceLine - last.sourceLine,
        0,
      ];
      lines[line].push(encode(numbers));
      Object.assign(last, { line, column, source, sourceLine });
    }
  }
  const map: SourceMap = { version, file, sources, names: [], mappings: lines.map((line) => line.join()).join(";") };
  if (sources.every((source) => source.startsWith(SOURCES))) {
    map.sourceRoot = SOURCE_ROOT;
    map.sources = sources.map((source) => source.slice(SOURCES.length));
  }
  return JSON.stringify(map);
}
