/**
 * Builds the kernels. A kernel is declared once, by its JavaScript twin: an exported function of src/kernels/js/<room>/ that takes
 * arrays, each followed by the element where it starts. From these declarations come
 *
 *   build/<binary>.ts                   what the binary exports: the twins' names in the twins' order, and nothing else
 *   build/ and dist/<binary>.wasm       (text.wasm in build/ alone) compiled from it, and held against them: the same names, as many operands
 *   src/kernels/generated/<binary>.ts   the binary as text, the functions that make an address of an array and its offset, and the twins
 *
 * Nothing is done where nothing has changed since the last time. Arguments name the binaries to build; none: all.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import asc from "assemblyscript/asc";
import ts from "typescript";
import { outline } from "../src/kernels/outline.js";
import { CHARACTERS, SINGLE } from "../src/kernels/text.js";
import { filesBelow, fingerprintOf, isStamped, writeStamp } from "./stamp.js";

interface Kernel {
  name: string;
  /** Its file below assembly/ and src/kernels/js/. */
  file: string;
  parameters: string[];
  /** What the binary takes: addresses and numbers. */
  operands: string[];
  isVoid: boolean;
  dtype?: string;
}

/** The kernels on vectors that solvers call too. */
const SHARED_WITH_FITS = ["absMax64", "asum64", "axpy64", "decay64", "dot64", "sumSquares64"];

/** What each room's kernels share. */
const COMMON = "vector.ts";

/** How the address of an operand follows from its array. */
const ADDRESSES: Record<string, string> = {
  Float64Array: "at64",
  Float32Array: "at32",
  Int32Array: "at32",
  Int16Array: "at16",
  Uint8Array: "at8",
};

function kernelsOf(room: string): Kernel[] {
  const files = readdirSync(`src/kernels/js/${room}`).sort();
  return files.filter((file) => file !== COMMON).flatMap((file) => kernelsIn(`${room}/${file.replace(".ts", "")}`));
}

function kernelsIn(file: string): Kernel[] {
  const path = `src/kernels/js/${file}.ts`;
  const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  const aliases = new Map(
    source.statements.filter(ts.isTypeAliasDeclaration).map((node) => [node.name.text, node.type.getText()]),
  );
  const address = (parameter: ts.ParameterDeclaration | undefined): string | undefined => {
    const type = parameter?.type?.getText() ?? "";
    return ADDRESSES[aliases.get(type) ?? type];
  };
  return source.statements.filter(ts.isFunctionDeclaration).flatMap((node) => {
    const isExported = node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
    if (node.name === undefined || !isExported || !node.parameters.some(address)) return [];
    const parameters = node.parameters.map((parameter) => parameter.name.getText());
    const operands = node.parameters.flatMap((parameter, k) => {
      if (address(node.parameters[k - 1]) !== undefined) return [];
      const [array, offset] = [parameters[k], parameters[k + 1]];
      if (address(parameter) === undefined) return [array];
      if (offset !== `${array}Offset`)
        throw new Error(`${path}: ${node.name?.text}: "${array}" needs "${array}Offset" behind it`);
      return [`${address(parameter)}(${array}, ${offset})`];
    });
    return { name: node.name.text, file, parameters, operands, isVoid: node.type?.getText() === "void" };
  });
}

/** Lines that bring in the names of each file. */
function byFile(kernels: Kernel[], line: (names: string, file: string) => string): string {
  const files = [...new Set(kernels.map(({ file }) => file))];
  const names = (file: string): string => kernels.flatMap((k) => (k.file === file ? [k.name] : [])).join(", ");
  return files.map((file) => `${line(names(file), file)}\n`).join("");
}

async function compile(binary: string, kernels: Kernel[]): Promise<Buffer<ArrayBuffer>> {
  writeFileSync(
    `build/${binary}.ts`,
    byFile(kernels, (names, file) => `export { ${names} } from "../assembly/${file}";`),
  );
  const { error, stderr } = await asc.main([
    `build/${binary}.ts`,
    "--target",
    "release",
    "--outFile",
    `build/${binary}.wasm`,
  ]);
  if (error) throw new Error(`${stderr.toString()}\n${error.message}`);
  const bytes = Buffer.from(readFileSync(`build/${binary}.wasm`));
  check(binary, bytes, kernels);
  if (binary !== EMBEDDED) copyFileSync(`build/${binary}.wasm`, `dist/${binary}.wasm`);
  return bytes;
}

function check(binary: string, bytes: Buffer<ArrayBuffer>, kernels: Kernel[]): void {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  const names = kernels.map(({ name }) => name);
  if (Object.keys(exports).join() !== names.join()) {
    throw new Error(`${binary}.wasm exports ${Object.keys(exports)}, not ${names}`);
  }
  for (const { name, file, operands } of kernels) {
    const { length } = exports[name] as () => void;
    if (length !== operands.length)
      throw new Error(`assembly/${file}.ts: ${name} takes ${length} operands, its twin ${operands}`);
  }
}

/**
 * An object of kernels: those that exist for both dtypes under `float64` and `float32`, without the suffix, and the others as they are.
 *
 * @param member - How one is written, under its name there.
 */
function object(kernels: Kernel[], member: (name: string, kernel: Kernel) => string): string {
  const group = (dtype: string): string => {
    const ofDtype = kernels.filter((kernel) => kernel.dtype === dtype);
    const lines = ofDtype.map((kernel) => `${member(kernel.name.slice(0, -2), kernel)},\n`);
    return lines.length === 0 ? "" : `${dtype}: {\n${lines.join("")}},\n`;
  };
  const others = kernels.filter(({ dtype }) => dtype === undefined);
  return `{\n${group("float64")}${group("float32")}${others.map((kernel) => `${member(kernel.name, kernel)},\n`).join("")}}`;
}

const asTwin = (name: string, kernel: Kernel): string => (name === kernel.name ? name : `${name}: ${kernel.name}`);
const asCall = (name: string, { parameters, isVoid, operands, ...kernel }: Kernel): string => {
  const call = `${kernel.name}(${operands.join(", ")})`;
  return `${name}: (${parameters.join(", ")}) => ${isVoid ? `{ ${call}; }` : call}`;
};

/**
 * A binary as text that gzip finds as easy as the bytes, four in five of which take one character: first the bytes that the 86 characters
 * stand for, in hexadecimal digits, then the bytes. The three characters after these say that the next counts in a table of the others.
 */
function textOf(bytes: Buffer): string {
  const counts = new Array(256).fill(0);
  for (const byte of bytes) counts[byte] += 1;
  const all = [...counts.keys()].sort((a, b) => counts[b] - counts[a] || a - b);
  const common = all.slice(0, SINGLE);
  const others = all.slice(SINGLE).sort((a, b) => a - b);
  const codes = new Map(common.map((byte, i) => [byte, CHARACTERS[i]]));
  others.forEach((byte, i) => {
    codes.set(byte, CHARACTERS[SINGLE + Math.floor(i / SINGLE)] + CHARACTERS[i % SINGLE]);
  });
  return Buffer.from(common).toString("hex") + [...bytes].map((byte) => codes.get(byte)).join("");
}

function declaration(binary: string, bytes: Buffer, kernels: Kernel[]): string {
  const files = [...new Set(kernels.map(({ file }) => file))];
  const imports = byFile(kernels, (names, file) => `import { ${names} } from "../js/${file}.js";`);
  const perFile = files.map((file) => {
    const object_ = object(
      kernels.filter((kernel) => kernel.file === file),
      asTwin,
    );
    return `export const ${basename(file)} = ${object_};\n`;
  });
  const names = kernels.map(({ name }) => name);
  const called = `const [${names.join(", ")}] = "${names.join(" ")}".split(" ").map(kernel);\n`;
  const addressed = object(kernels, asCall);
  const rules = ["at64", "at32", "at16", "at8"];
  const isUsed = (rule: string): boolean => addressed.includes(`${rule}(`);
  const used = rules.slice(0, 1 + rules.findLastIndex(isUsed)).map((rule) => (isUsed(rule) ? rule : `_${rule}`));
  return `// Written by scripts/buildKernels.ts from src/kernels/js/ and assembly/.
import type { Library } from "../library.js";
${imports}
// The twins of each file, and all of them.
${perFile.join("")}
export const ${binary}Twins = () => (${object(kernels, asTwin)});

export const ${binary}: Library<ReturnType<typeof ${binary}Twins>> = {
name: "${binary}",
pointers: (kernel, ${used.join(", ")}) => {
${called}return ${addressed};
},
text: ${JSON.stringify(textOf(bytes))},
};
`;
}

/** What tells the modules of this version from others. */
const outlinesOf = (outlines: string[]): string =>
  `// Written by scripts/buildKernels.ts.\nexport const OUTLINES = { ${outlines.join(", ")} };\n`;

/** Everything that the outcome depends on; copies elsewhere have no lockfile. */
function fingerprint(): string {
  const settings = ["package-lock.json", "asconfig.json", "scripts/buildKernels.ts", "src/kernels/text.ts"];
  const sources = ["assembly", "src/kernels/js"].flatMap(filesBelow);
  return fingerprintOf([...settings.filter((path) => existsSync(path)), ...sources]);
}

/** All kernels, each with the dtype whose group it is in, if both dtypes have one. */
function readKernels(): Kernel[] {
  const kernels = ["vectors", "matrices", "fits", "text"].flatMap(kernelsOf);
  const names = new Set(kernels.map(({ name }) => name));
  for (const kernel of kernels) {
    const stem = kernel.name.slice(0, -2);
    if (names.has(`${stem}64`) && names.has(`${stem}32`)) kernel.dtype = `float${kernel.name.slice(-2)}`;
  }
  return kernels;
}

const kernels = readKernels();
const isVectors = ({ file }: Kernel): boolean => file.startsWith("vectors/");
const isText = ({ file }: Kernel): boolean => file.startsWith("text/");
const ofMain = kernels.filter((kernel) => !isText(kernel));
/** What each binary holds; kernels.wasm is all that the main entry has, for hosts that load one file. */
const binaries = {
  vectors: ofMain.filter(isVectors),
  fits: ofMain.filter((kernel) => !isVectors(kernel) || SHARED_WITH_FITS.includes(kernel.name)),
  kernels: ofMain,
  text: kernels.filter(isText),
};
/** The binary that only its entry has, as text: no host is to load it as a file. */
const EMBEDDED = "text";

const STAMP = "build/kernels.stamp";
const outputs = Object.keys(binaries).flatMap((binary) => [
  `${binary === EMBEDDED ? "build" : "dist"}/${binary}.wasm`,
  ...(binary === "kernels" ? ["src/kernels/generated/outlines.ts"] : [`src/kernels/generated/${binary}.ts`]),
]);
const stamp = fingerprint();
if (!outputs.every((path) => existsSync(path)) || !isStamped(STAMP, stamp)) {
  for (const folder of ["build", "dist", "src/kernels/generated"]) mkdirSync(folder, { recursive: true });
  const asked = process.argv.slice(2);
  const outlines: string[] = [];
  for (const [binary, held] of Object.entries(binaries)) {
    if (asked.length > 0 && !asked.includes(binary)) continue;
    const bytes = await compile(binary, held);
    if (binary !== EMBEDDED) outlines.push(`${binary}: ${outline(new WebAssembly.Module(bytes))}`);
    if (binary !== "kernels") writeFileSync(`src/kernels/generated/${binary}.ts`, declaration(binary, bytes, held));
  }
  if (asked.length === 0) {
    writeFileSync("src/kernels/generated/outlines.ts", outlinesOf(outlines));
    writeStamp(STAMP, stamp);
  }
}
