/**
 * Writes what makes entries of the bundles in dist/, for each of scripts/entries.ts:
 *
 *   x.node.js   what Node imports: x.cjs, which `require` gives too, so that both share one backend, one memory and one class of model
 *   x.d.cts     the declarations, and x.d.ts the same once more, for the same reason
 *   ts5.6/      the declarations for TypeScript below 5.7, where typed arrays are not generic. There `Float64Array<ArrayBuffer>` is an error,
 *               and silently `any` for those who skip the check of libraries; their docstrings are short
 *   *.js        without white space
 *   *.map       what stacks need: the line of each statement
 *   licenses.txt
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import ts from "typescript";
import { coarse } from "./coarse.js";
import { ENTRIES } from "./entries.js";
import { licenses } from "./inlined.js";
import { tighten } from "./tighten.js";

const GENERIC_SINCE_5_7 =
  /^((Int|Uint|BigInt|BigUint|Float)(8|16|32|64)Array|Uint8ClampedArray|DataView|Buffer|ArrayBufferView)$/;

/** The declarations without the type arguments of typed arrays and of what else views a buffer; comments stay as they are. */
function withoutBufferTypes(declarations: string): string {
  const cuts: [from: number, to: number][] = [];
  const visit = (node: ts.Node): void => {
    const name = ts.isTypeReferenceNode(node)
      ? node.typeName
      : ts.isExpressionWithTypeArguments(node)
        ? node.expression
        : undefined;
    const { typeArguments } = node as ts.NodeWithTypeArguments;
    if (name !== undefined && typeArguments !== undefined && GENERIC_SINCE_5_7.test(name.getText(source))) {
      cuts.push([name.end, node.end]);
    } else {
      node.forEachChild(visit);
    }
  };
  const source = ts.createSourceFile("index.d.ts", declarations, ts.ScriptTarget.Latest);
  visit(source);
  let rest = "";
  let end = 0;
  for (const [from, to] of cuts) {
    rest += declarations.slice(end, from);
    end = to;
  }
  return rest + declarations.slice(end);
}

/** The declarations with the first paragraph of each docstring alone: the whole text stands once in the package, for TypeScript from 5.7 on. */
const withFirstParagraphs = (declarations: string): string =>
  declarations.replace(/\/\*\*[\s\S]*?\*\//g, (docstring) =>
    docstring.replace(/\n\s*\*[ \t]*\n[\s\S]*?(?=\n\s*\*\/$)/, ""),
  );

rmSync("dist/ts5.6", { recursive: true, force: true });
mkdirSync("dist/ts5.6");
for (const { name: entry, hasEffects = false } of ENTRIES) {
  const bundle = readFileSync(`dist/${entry}.cjs`, "utf8");
  const names = [...bundle.matchAll(/\bexports\.(\w+) ?=(?!=)/g)].map(([, name]) => name);
  if (names.length === 0 && !hasEffects) throw new Error(`dist/${entry}.cjs exports nothing`);
  // Imported too, so that a package that is missing is found where modules are linked: what fails in a .cjs that is imported ends Node 20.
  const packages = [...bundle.matchAll(/= ?require\(["'`]([^."'`][^"'`]*)["'`]\)/g)].map(([, name]) => name);
  writeFileSync(
    `dist/${entry}.node.js`,
    [
      ...packages.map((name) => `import "${name}";`),
      `import entry from "./${entry}.cjs";\n`,
      `export const { ${names.join(", ")} } = entry;\n`,
    ].join("\n"),
  );
  const own = readFileSync(`dist/${entry}.d.ts`, "utf8");
  const declarations = own.replaceAll(/from "[./]*\/index\.js"/g, 'from "./index.cjs"');
  writeFileSync(`dist/${entry}.d.cts`, declarations);
  const again = `export * from "./${entry}.cjs";\n`;
  writeFileSync(`dist/${entry}.d.ts`, again);
  writeFileSync(`dist/ts5.6/${entry}.d.cts`, withFirstParagraphs(withoutBufferTypes(declarations)));
  writeFileSync(`dist/ts5.6/${entry}.d.ts`, again);
}
const isScript = (name: string): boolean => /\.c?js$/.test(name);
for (const name of readdirSync("dist").filter(isScript)) {
  const [file, map] = [`dist/${name}`, `dist/${name}.map`];
  const text = readFileSync(file, "utf8");
  const [, code = text, link = ""] = /^([\s\S]*?)(\/\/# sourceMappingURL=.*\n?)?$/.exec(text) ?? [];
  const tight = tighten(code);
  writeFileSync(file, tight.code + link);
  if (existsSync(map)) writeFileSync(map, coarse(readFileSync(map, "utf8"), tight.placeOf));
}
writeFileSync("dist/licenses.txt", licenses());
