import ts from "typescript";

/** What must not touch what: words, signs that would be others together, and a number and a dot. */
const TOGETHER = /^(?:[\w$\u0080-\uffff]{2}|\+\+|--|\/\/|\d\.)$/;
/** Ends of lines behind which no statement can end. */
const OPEN = /[;{},([]/;
/** Lines that are longer end where one of the given code ends: hosts print the whole line that an error came from. */
const LONG = 300;

interface Token {
  start: number;
  text: string;
}

function tokensOf(code: string): Token[] {
  const source = ts.createSourceFile("bundle.js", code, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const tokens: Token[] = [];
  const visit = (node: ts.Node): void => {
    const children = node.getChildren(source);
    if (children.length > 0) children.forEach(visit);
    else if (node.getWidth(source) > 0) tokens.push({ start: node.getStart(source), text: node.getText(source) });
  };
  visit(source);
  return tokens;
}

interface Tightened {
  code: string;
  /** Where a place of what was given is now: both by lines and columns from 0. */
  placeOf(line: number, column: number): [line: number, column: number];
}

/** JavaScript without the white space that it does not need but in long lines, and with its comments of more than a line's end: bundlers read what they may leave out there. */
export function tighten(code: string): Tightened {
  const tokens = tokensOf(code);
  const places: number[] = [];
  const parts = [/^#!.*\n/.exec(code)?.[0] ?? ""];
  let { length } = parts[0];
  let end = 0;
  let lineStart = 0;
  let last = ";";
  for (const { start, text } of tokens) {
    const between = code.slice(end, start).replaceAll(/\/\/.*/g, "");
    const comments = between.match(/\/\*[\s\S]*?\*\//g) ?? [];
    const isLineEnd = between.includes("\n") && (!OPEN.test(last) || length - lineStart > LONG);
    const isApart = comments.length === 0 && TOGETHER.test(last + text[0]);
    const kept = comments.map((comment) => comment.replace(/^\/\* ([@#]__\w+__) \*\/$/, "/*$1*/")).join("");
    const space = (isLineEnd ? "\n" : isApart ? " " : "") + kept;
    places.push(length + space.length);
    parts.push(space, text);
    if (isLineEnd) lineStart = length + 1;
    length += space.length + text.length;
    end = start + text.length;
    last = text.slice(-1);
  }
  const tight = `${parts.join("")}\n`;
  const again = tokensOf(tight);
  const at = again.findIndex(({ text }, index) => text !== tokens[index]?.text);
  if (at >= 0 || again.length !== tokens.length) throw new Error(`"${tokens[at]?.text}" became "${again[at]?.text}"`);

  const [oldLines, newLines] = [code, tight].map((text) => [
    0,
    ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1),
  ]);
  /** The last of ascending numbers that is no greater. */
  const lastUpTo = (numbers: readonly number[], most: number): number => {
    let [low, high] = [0, numbers.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (numbers[middle] <= most) low = middle;
      else high = middle;
    }
    return low;
  };
  const starts = tokens.map(({ start }) => start);
  return {
    code: tight,
    placeOf(line, column) {
      const place = oldLines[line] + column;
      const index = lastUpTo(starts, place);
      const token = tokens[index];
      const offset = places[index] + Math.max(0, Math.min(place - token.start, token.text.length));
      const newLine = lastUpTo(newLines, offset);
      return [newLine, offset - newLines[newLine]];
    },
  };
}
