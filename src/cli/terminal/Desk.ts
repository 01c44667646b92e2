import { once } from "node:events";
import type { Job, Step, Told } from "../Job.js";

/** Milliseconds between two looks at progress. */
const PAUSE = 40;

/** What a command speaks through: it prints itself, and the process that called it shows how far it is. */
export class Desk {
  readonly width: number;
  readonly isColoured: boolean;
  #isClear = false;
  #shown = 0;
  #label = "";

  constructor({ width, isColoured }: Pick<Job, "width" | "isColoured">) {
    this.width = width;
    this.isColoured = isColoured;
  }

  /** Prints to standard output, as fast as that is read. */
  async print(bytes: string | Uint8Array): Promise<void> {
    await this.clear();
    if (!process.stdout.write(bytes)) await once(process.stdout, "drain");
  }

  /** Waits until no bar is in the way. */
  async clear(): Promise<void> {
    if (this.#isClear || !process.connected) return;
    this.#tell({ kind: "clear" });
    await once(process, "message");
    this.#isClear = true;
  }

  /** A line on standard error, not with --quiet. */
  say(text: string): void {
    this.#tell({ kind: "say", text });
  }

  progress(step: Step): void {
    const now = performance.now();
    if (step.label === this.#label && now - this.#shown < PAUSE && step.done < step.total) return;
    this.#shown = now;
    this.#label = step.label;
    this.#isClear = false;
    this.#tell({ kind: "progress", progress: step });
  }

  #tell(told: Told): void {
    if (process.connected) process.send?.(told);
  }
}
