/** What prints as the text of its `toString`: in templates, by `String(x)`, and by Node's `console.log(x)`. */
export abstract class Printable {
  constructor() {
    // Not a method with a computed name: for that alone, bundlers would keep a class that nobody uses.
    (Printable.prototype as unknown as Record<symbol, unknown>)[Symbol.for("nodejs.util.inspect.custom")] ??= print;
  }

  abstract toString(): string;
}

/** The whole text of what is printed itself, the first line where it is part of something else. */
function print(this: Printable, depth: number, options?: { depth?: number }): string {
  const text = this.toString();
  return depth < (options?.depth ?? depth) ? text.slice(0, `${text}\n`.indexOf("\n")) : text;
}
