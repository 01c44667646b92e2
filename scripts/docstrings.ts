/**
 * The lines of a source's docstrings that are indented as if they were formulas. Editors and docs run them together with their neighbours:
 * formulas belong in fenced blocks. What continues an item of a list or a tag is indented too, and is none.
 */
export function indentedFormulas(source: string): number[] {
  const found: number[] = [];
  for (const { index, 0: docstring } of source.matchAll(/\/\*\*[\s\S]*?\*\//g)) {
    const first = source.slice(0, index).split("\n").length;
    let isFenced = false;
    let isItem = false;
    for (const [at, line] of docstring.split("\n").entries()) {
      const [, indent = "", text = ""] = /^\s*\* ?(\s*)(.*)$/.exec(line) ?? [];
      if (text.startsWith("```")) isFenced = !isFenced;
      else if (isFenced) continue;
      else if (/^([-*]|\d+\.|@)/.test(text)) isItem = true;
      else if (text === "") isItem = false;
      else if (indent.length > 1 && !isItem && at > 0) found.push(first + at);
    }
  }
  return found;
}
