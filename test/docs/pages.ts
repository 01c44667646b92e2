import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";

/** A fenced block of a page. */
export interface Block {
  /** File and line. */
  place: string;
  /** What it says of its language; of a file in a code group without the name in brackets. */
  language: string;
  code: string;
}

/** README.md and the pages of docs/ that are written by hand. */
export const PAGES: readonly string[] = [
  "README.md",
  ...readdirSync("docs", { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md") && !/^(node_modules|reference|\.vitepress)\/|(^|\/)_/.test(path))
    .map((path) => `docs/${path}`)
    .sort(),
];

export const textOf = (page: string): string => readFileSync(page, "utf8");

/** The fenced blocks of a page, of whatever language. */
export function blocksOf(page: string): Block[] {
  const text = textOf(page);
  return [...text.matchAll(/^( *)(`{3,})(\S*).*\n([\s\S]*?)^\1\2$/gm)].map(
    ({ index, 1: indent, 3: language, 4: code }) => ({
      place: `${page}:${text.slice(0, index).split("\n").length + 1}`,
      language,
      code: code.replace(new RegExp(`^${indent}`, "gm"), ""),
    }),
  );
}

/** The files that a page takes in by `<<<`, with their regions. */
export function snippetsOf(page: string): { path: string; region: string | undefined }[] {
  return [...textOf(page).matchAll(/^<<< (\S+?)(?:#(\w+))?(?:\{.*\})?(?: \[.*\])?$/gm)].map(
    ({ 1: path, 2: region }) => ({
      path: join(dirname(page), path),
      region,
    }),
  );
}

/** Whether a file has the region. */
export const hasRegion = (path: string, region: string): boolean =>
  existsSync(path) && new RegExp(`#region ${region}$`, "m").test(readFileSync(path, "utf8"));

/**
 * The blocks of TypeScript of a page as one module, which imports what they use and do not import themselves. A block sees what those before it
 * have declared, and may declare the same name anew: each stands in the scope of the one before.
 *
 * @param known - The names that modules export, by specifier, the first that has it.
 */
export function moduleOfPage(page: string, known: ReadonlyMap<string, readonly string[]>): string {
  const imports: string[] = [];
  const imported = new Set<string>();
  const used = new Set<string>();
  const bodies: string[] = [];
  for (const { place, language, code } of blocksOf(page)) {
    if (language !== "ts") continue;
    const source = ts.createSourceFile("block.ts", code, ts.ScriptTarget.Latest, true);
    const statements = source.statements.map((statement) => {
      if (!ts.isImportDeclaration(statement)) return code.slice(statement.getFullStart(), statement.end);
      for (const name of namesOf(statement)) {
        if (imported.has(name)) continue;
        imported.add(name);
        const isType = statement.importClause?.isTypeOnly === true ? "type " : "";
        imports.push(importOf(statement, name, isType));
      }
      if (statement.importClause === undefined) imports.push(statement.getText());
      return "";
    });
    collect(source, used);
    bodies.push(`{ // ${place}\n${statements.join("").trim()}\n`);
  }
  for (const [specifier, names] of known) {
    const given = names.filter((name) => used.has(name) && !imported.has(name));
    for (const name of given) imported.add(name);
    if (given.length > 0) imports.push(`import { ${given.join(", ")} } from ${JSON.stringify(specifier)};`);
  }
  return `${imports.join("\n")}\nexport async function page(): Promise<void> {\n${bodies.join("")}${"}".repeat(bodies.length)}\n}\n`;
}

function namesOf({ importClause }: ts.ImportDeclaration): string[] {
  const { name, namedBindings } = importClause ?? {};
  const own = name === undefined ? [] : [name.text];
  if (namedBindings === undefined) return own;
  if (ts.isNamespaceImport(namedBindings)) return [...own, namedBindings.name.text];
  return [...own, ...namedBindings.elements.map((element) => element.name.text)];
}

function importOf(statement: ts.ImportDeclaration, name: string, isType: string): string {
  const from = statement.moduleSpecifier.getText();
  const { name: whole, namedBindings } = statement.importClause ?? {};
  if (whole?.text === name) return `import ${isType}${name} from ${from};`;
  if (namedBindings !== undefined && ts.isNamespaceImport(namedBindings)) return `import * as ${name} from ${from};`;
  const element = (namedBindings as ts.NamedImports).elements.find((one) => one.name.text === name);
  return `import ${isType}{ ${element?.getText()} } from ${from};`;
}

/** The identifiers of a block but for those of members. */
function collect(node: ts.Node, used: Set<string>): void {
  if (ts.isIdentifier(node)) used.add(node.text);
  node.forEachChild((child) => {
    const isMember = (ts.isPropertyAccessExpression(node) || ts.isPropertyAssignment(node)) && child === node.name;
    if (!isMember) collect(child, used);
  });
}
