import { signal } from "@preact/signals";
import type { Backend } from "regulus";

/** Why JavaScript computes in place of WebAssembly; undefined where that does. */
export const whyJavaScript = signal<string | undefined>(undefined);

/** Takes note of what a worker runs on: one notice in the console, whatever the number of workers. */
export function noteBackend({ name, reason }: Backend): void {
  if (name === "wasm" || whyJavaScript.value !== undefined) return;
  whyJavaScript.value = reason ?? "WebAssembly does not run here";
  console.info(`Regulus computes in JavaScript: ${whyJavaScript.value}`);
}
