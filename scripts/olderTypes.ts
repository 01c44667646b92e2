/**
 * Writes dist/ts5.6/: the declarations of dist/ for TypeScript below 5.7, where typed arrays are not generic. There
 * `Float64Array<ArrayBuffer>` is an error, and silently `any` for those who skip the check of libraries.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import ts from "typescript";

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

rmSync("dist/ts5.6", { recursive: true, force: true });
mkdirSync("dist/ts5.6");
for (const file of readdirSync("dist").filter((name) => name.endsWith(".d.ts"))) {
  writeFileSync(`dist/ts5.6/${file}`, withoutBufferTypes(readFileSync(`dist/${file}`, "utf8")));
}
