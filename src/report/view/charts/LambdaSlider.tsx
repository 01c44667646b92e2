import { frameOf } from "../geometry/frame.js";
import { useDerived, useWidth } from "../hooks.js";
import { moveTo, type ReportState, step } from "../state.js";
import { exactness, keptOf, plainFigure } from "../words.js";

/** Half of the thumb, by which the slider is wider than the plot on both sides. */
const HALF_THUMB = 10;
const STEPS = 10_000;
/** Below it there is no room for the word. */
const NARROW = 480;

/** Lambda, exactly below the x axis of the pictures: the thumb is below the cursor. */
export function LambdaSlider({ state }: { state: ReportState }) {
  const [box, width] = useWidth<HTMLDivElement>();
  const { left, right } = frameOf(width, 0);
  const { axis, lambda, data } = state;
  const count = data.lambdas.length;
  const place = useDerived(() => axis.placeOf(lambda.value), [state]);
  const thumb = useDerived(() => Math.round(place.value * STEPS), [state]);
  const heard = useDerived(
    () => `lambda ${plainFigure(lambda.value)}, ${exactness(state)}, ${keptOf(state)} kept`,
    [state],
  );
  const style = useDerived(
    () => `left: ${left - HALF_THUMB}px; width: ${right - left + 2 * HALF_THUMB}px; --rg-at: ${place.value.toFixed(4)}`,
    [state, left, right],
  );
  const says = useDerived(() => plainFigure(lambda.value), [state]);
  const exact = useDerived(() => exactness(state), [state]);
  const keys: Record<string, number> = {
    ArrowLeft: -1,
    ArrowDown: -1,
    ArrowRight: 1,
    ArrowUp: 1,
    PageUp: 10,
    PageDown: -10,
    Home: -count,
    End: count,
  };
  return (
    <div class="rg-slider" ref={box}>
      {width > 0 && (
        <input
          type="range"
          min={0}
          max={STEPS}
          step={1}
          value={thumb}
          aria-label="lambda, from a strong penalty to a weak one"
          aria-valuetext={heard}
          style={style}
          onInput={({ currentTarget }) => {
            moveTo(state, Number(currentTarget.value) / STEPS, 3 / (right - left));
            // Where it snaps to a stored lambda, the thumb does too.
            currentTarget.value = String(thumb.value);
          }}
          onKeyDown={(event) => {
            const by = keys[event.key];
            if (by === undefined) return;
            event.preventDefault();
            step(state, by);
          }}
        />
      )}
      <output style={{ left: right + HALF_THUMB + 4 }}>
        {width < NARROW ? "" : "lambda "}
        {says} <small>{exact}</small>
      </output>
    </div>
  );
}
