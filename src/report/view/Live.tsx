import { useSignal, useSignalEffect } from "@preact/signals";
import type { ReportState } from "./state.js";

/** Keys that are held down say what they did once. */
const QUIET_MS = 350;

/** What a screen reader says of what was done in a picture by keyboard. */
export function Live({ state }: { state: ReportState }) {
  const says = useSignal("");
  useSignalEffect(() => {
    const text = state.spoken.value;
    const timer = setTimeout(() => {
      says.value = text;
    }, QUIET_MS);
    return () => clearTimeout(timer);
  });
  return (
    <div class="rg-hidden" aria-live="polite">
      {says}
    </div>
  );
}
