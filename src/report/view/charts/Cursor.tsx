import type { Frame } from "../geometry/frame.js";
import type { ReportState } from "../state.js";

/** The line at the chosen lambda, in every picture. */
export function Cursor({ state, frame }: { state: ReportState; frame: Frame }) {
  const x = frame.left + state.axis.placeOf(state.lambda.value) * (frame.right - frame.left);
  return <line x1={x} x2={x} y1={frame.top - 6} y2={frame.bottom} class="rg-cursor" />;
}
