/** A constant of JavaScript or JSON, without the characters of a pattern in its strings. */
export function quoted(value: unknown, pattern: RegExp): string {
  return JSON.stringify(value).replace(pattern, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
