import { type ChildProcessByStdio, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

const KERNELS = new URL("./kernels.c", import.meta.url);

/** As make has it: another compiler by the environment. */
const COMPILER = process.env.CC ?? "cc";

/** The compiler's first line about itself, or undefined where there is none. */
export function compilerVersion(): string | undefined {
  try {
    return execFileSync(COMPILER, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).split(
      "\n",
    )[0];
  } catch {
    return undefined;
  }
}

/** Loops in C, kernels.c or another file of its protocol, built with some flags, as a process that waits for work. */
export class NativeKernels {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #answers: AsyncIterator<string>;

  private constructor(command: string, words: readonly string[] = []) {
    this.#child = spawn(command, words, { stdio: ["pipe", "pipe", "inherit"] });
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Compiles and starts. @throws Error if the compiler does not take the flags. */
  static async start(flags: readonly string[], source = KERNELS, probe = "dot"): Promise<NativeKernels> {
    const folder = mkdtempSync(join(tmpdir(), "regulus-bench-"));
    try {
      const binary = join(folder, "kernels");
      execFileSync(COMPILER, [...flags, fileURLToPath(source), "-o", binary, "-lm"], {
        stdio: ["ignore", "ignore", "pipe"],
      });
      const kernels = new NativeKernels(binary);
      // The first answer says that the process runs, so its file may go.
      await kernels.run(probe, 1, 1);
      return kernels;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  /** Starts a file of TypeScript that answers as the C programs do, in a process of its own. */
  static async startScript(script: URL, probe: string): Promise<NativeKernels> {
    const kernels = new NativeKernels(process.execPath, [...process.execArgv, fileURLToPath(script)]);
    await kernels.run(probe, 1, 1);
    return kernels;
  }

  /** Calls one kernel `times` times on arrays of n; these are as new whenever kernel or n is not that of the last call. */
  async run(kernel: string, n: number, times: number): Promise<{ nanoseconds: number; checksum: number }> {
    this.#child.stdin.write(`${kernel} ${n} ${times}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error(`the C process ended at ${kernel} on ${n} values`);
    const [nanoseconds, checksum] = value.split(" ").map(Number);
    return { nanoseconds, checksum };
  }

  close(): void {
    this.#child.stdin.end();
  }
}
