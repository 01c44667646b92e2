/**
 * Writes examples/*.mjs from examples/*.ts, for the package: Node takes no types off of what lies in node_modules, and without them whoever reads
 * an example there reads JavaScript that runs. Examples of a page need a clone.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const { scripts } = JSON.parse(readFileSync("package.json", "utf8"));
const FOLDERS = ["examples", "examples/queue"];

for (const folder of FOLDERS) {
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".ts"))) {
    const compilerOptions = {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
    };
    // Blank lines, which the compiler drops, are kept as comments on the way.
    const source = readFileSync(join(folder, name), "utf8").replace(/^$(?=\n)/gm, "//blank");
    const { outputText } = ts.transpileModule(source, { compilerOptions });
    const script = outputText
      .replace(/^\s*\/\/blank$/gm, "")
      .replace(/ ?\/\/blank/g, "")
      .replace(/^( {4})+/gm, (indent) => indent.slice(indent.length / 2))
      .replace(/(from "\.[^"]*)\.js"/g, '$1.mjs"')
      .replace(/`npm (?:run )?([\w:]+)(?: --)?([^`]*)`/g, (text, command, rest) => {
        const [, path] = /tsx (examples\/.*)\.ts$/.exec(scripts[command] ?? "") ?? [];
        return path === undefined ? text : `\`node node_modules/regulus/${path}.mjs${rest}\``;
      });
    writeFileSync(join(folder, name.replace(/\.ts$/, ".mjs")), `${script.trim()}\n`);
  }
}
