import ts from "typescript";

/** Code of the docs, and where it stands. */
export interface Example {
  /** File and line. */
  place: string;
  code: string;
}

/** The blocks of TypeScript in a text of Markdown. */
export function examplesOfMarkdown(file: string, text: string): Example[] {
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(({ index, 1: code }) => ({
    place: `${file}:${lineOf(text, index) + 1}`,
    code,
  }));
}

/** What docstrings have behind `@example`, up to the next tag. */
export function examplesOfDocstrings(file: string, source: string): Example[] {
  return [...source.matchAll(/\/\*\*[\s\S]*?\*\//g)].flatMap(({ index: start, 0: docstring }) => {
    const text = docstring.replace(/\s*\*\/$/, "").replace(/^\s*\* ?/gm, "");
    return [...text.matchAll(/^@example\n([\s\S]*?)(?=^@|$(?![\s\S]))/gm)].map(({ index, 1: code }) => ({
      place: `${file}:${lineOf(source, start) + lineOf(text, index)}`,
      code: `${code.replace(/^```.*$/gm, "").trimEnd()}\n`,
    }));
  });
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

/**
 * An example as a module that imports what it uses and does not import itself. What it does is a function's, so that it may await, in CommonJS too.
 *
 * @param entries - The names that each entry of the package exports. */
export function moduleOf({ code }: Example, entries: ReadonlyMap<string, readonly string[]>): string {
  const used = new Set<string>();
  const declared = new Set<string>();
  const visit = (node: ts.Node): void => {
    const { name } = node as ts.Node & { name?: ts.Node };
    if (ts.isIdentifier(node)) used.add(node.text);
    node.forEachChild((child) => {
      const isMember = child === name && (ts.isPropertyAccessExpression(node) || ts.isPropertyAssignment(node));
      if (isMember) return;
      if (child === name && ts.isIdentifier(child) && !ts.isShorthandPropertyAssignment(node)) declared.add(child.text);
      else visit(child);
    });
  };
  const source = ts.createSourceFile("example.ts", code, ts.ScriptTarget.Latest, true);
  visit(source);
  const imports = [...entries].flatMap(([entry, exported]) => {
    const names = exported.filter((name) => used.has(name) && !declared.has(name));
    return names.length > 0 ? [`import { ${names.join(", ")} } from "${entry}";\n`] : [];
  });
  const own = source.statements.filter(ts.isImportDeclaration).map((statement) => `${statement.getText()}\n`);
  const rest = source.statements.filter((statement) => !ts.isImportDeclaration(statement));
  const body = rest.map((statement) => `${statement.getText()}\n`).join("");
  return `${[...imports, ...own].join("")}export async function example() {\n${body}}\n`;
}
