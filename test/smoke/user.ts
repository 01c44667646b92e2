import { execFile } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { inject } from "vitest";

interface Bits {
  errors: string;
  model: string;
  weights: string;
}

/** What answer.js gives. */
export interface Answer {
  backend: { name: string; reason?: string };
  byDefault: Bits;
  twins: Bits;
}

/** A user's folder, where the packed package is installed. */
export const folder: string = inject("folder");

/** Something that is installed for these tests alone. */
export const installed = (path: string): string => resolve("test/smoke/node_modules", path);

/** A file of the user's. */
export function write(name: string, text: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** A package of this repository in the user's folder. */
export function link(name: string, place = resolve("node_modules", name)): void {
  const path = join(folder, "node_modules", name);
  mkdirSync(dirname(path), { recursive: true });
  if (!existsSync(path)) symlinkSync(place, path);
}

/** What a command prints. @throws Error with all of it, if the command fails. */
export function run(command: string, args: readonly string[]): Promise<string> {
  return new Promise((done, fail) => {
    execFile(command, args, { cwd: folder, maxBuffer: 1e8 }, (error, stdout, stderr) => {
      if (error === null) done(stdout);
      else fail(new Error(`${[command, ...args].join(" ")}:\n${stdout}${stderr}`));
    });
  });
}

/** What a command prints as JSON. */
export const answerOf = async (command: string, args: readonly string[]): Promise<Answer> =>
  JSON.parse(await run(command, args));

/** The answer of Node, which all others are held to. */
export function expected(): Promise<Answer> {
  const file = write(
    "expected.js",
    `import * as regulus from "regulus";
import { answer } from "./answer.js";
console.log(JSON.stringify(answer(regulus)));
`,
  );
  return answerOf(process.execPath, [file]);
}
