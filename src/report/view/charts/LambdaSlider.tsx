import { frameOf } from "../geometry/frame.js";
import { useWidth } from "../hooks.js";
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
  const place = axis.placeOf(lambda.value);
  const count = data.lambdas.length;
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
          value={Math.round(place * STEPS)}
          aria-label="lambda, from a strong penalty to a weak one"
          aria-valuetext={`lambda ${plainFigure(lambda.value)}, ${exactness(state)}, ${keptOf(state)} kept`}
          style={{ left: left - HALF_THUMB, width: right - left + 2 * HALF_THUMB, "--rg-at": place }}
          onInput={(event) => moveTo(state, Number(event.currentTarget.value) / STEPS, 3 / (right - left))}
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
        {plainFigure(lambda.value)} <small>{exactness(state)}</small>
      </output>
    </div>
  );
}
