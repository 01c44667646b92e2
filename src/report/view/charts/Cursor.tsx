import type { Frame } from "../geometry/frame.js";
import { useDerived } from "../hooks.js";
import type { ReportState } from "../state.js";

/** The line at the chosen lambda, over every picture: a layer of its own, which moves without a picture being painted again. */
export function Cursor({ state, frame }: { state: ReportState; frame: Frame }) {
  const { axis, lambda } = state;
  const { left, right, top, bottom } = frame;
  const style = useDerived(() => {
    const x = left + axis.placeOf(lambda.value) * (right - left);
    return `top: ${top - 6}px; height: ${bottom - top + 6}px; transform: translateX(${(x - 1).toFixed(2)}px)`;
  }, [state, left, right, top, bottom]);
  return <div class="rg-cursor" style={style} />;
}
