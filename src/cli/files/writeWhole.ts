import { chmodSync, lstatSync, realpathSync, renameSync } from "node:fs";
import { open } from "node:fs/promises";
import { Failure, quote, whyUnwritten } from "../failures.js";
import type { Job } from "../Job.js";

/** What a file is written of, or what writes it under a name. */
type Contents = string | Uint8Array | AsyncIterable<string | Uint8Array> | ((draft: string) => Promise<void>);

/** Writes a file whole or not at all: under another name, which then becomes its own. Devices and pipes are written to as they are. */
export async function writeWhole({ drafts }: Pick<Job, "drafts">, file: string, contents: Contents): Promise<void> {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  const target = stats?.isSymbolicLink() ? (resolved(file) ?? file) : file;
  const old = lstatSync(target, { throwIfNoEntry: false });
  const isPlain = old === undefined || old.isFile();
  const draft = isPlain ? drafts[file] : target;
  try {
    if (typeof contents === "function") {
      await contents(draft);
      if (isPlain) renameSync(draft, target);
      return;
    }
    const handle = await open(draft, isPlain ? "wx" : "w", old?.isFile() ? old.mode & 0o777 : 0o666);
    try {
      if (typeof contents === "string" || contents instanceof Uint8Array) await handle.writeFile(contents);
      else for await (const piece of contents) await handle.writeFile(piece);
    } finally {
      await handle.close();
    }
    if (!isPlain) return;
    if (old !== undefined) chmodSync(draft, old.mode & 0o777);
    renameSync(draft, target);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined || error instanceof Failure || code.startsWith("ERR_")) throw error;
    throw new Failure(`${quote(file)} cannot be written: ${whyUnwritten(error as NodeJS.ErrnoException)}`);
  }
}

function resolved(file: string): string | undefined {
  try {
    return realpathSync(file);
  } catch {
    return undefined;
  }
}
