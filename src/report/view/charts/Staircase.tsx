import { counted } from "../../../printing/numbers.js";
import { frameOf, scaleOf } from "../geometry/frame.js";
import { useDerived, useWidth } from "../hooks.js";
import type { ReportState } from "../state.js";
import { keptOf, ofClass } from "../words.js";
import { Cursor } from "./Cursor.js";
import { Grid } from "./PathChart.js";

/** How many variables are kept over lambda, as a staircase. */
export function Staircase({ state, height = 110 }: { state: ReportState; height?: number }) {
  const [box, width] = useWidth<HTMLDivElement>();
  const { axis } = state;
  const kept = useDerived(() => `${keptOf(state)} here${ofClass(state)}`, [state]);
  const counts = state.counts.value;
  const frame = frameOf(width, height);
  const { left, right } = frame;
  const most = Math.max(1, ...counts);
  const scale = scaleOf(0, most, frame, 2);
  const ticks = scale.ticks.filter(Number.isInteger);
  const x = (k: number): number => left + axis.places[k] * (right - left);
  // Between two lambdas a variable is in that is in at either.
  const path = counts
    .slice(1)
    .map((count, k) => `V${scale.at(Math.max(count, counts[k]))}H${x(k + 1)}`)
    .join("");
  return (
    <figure class="rg-joined">
      <figcaption>
        <h2>
          Variables kept <small>{kept}</small>
        </h2>
      </figcaption>
      <div class="rg-plot" ref={box} style={{ height }}>
        {width > 0 && (
          <svg
            role="img"
            aria-label={`Variables with a coefficient: ${counted(counts[0])} under the strongest penalty, ${counted(counts.at(-1) ?? 0)} under the weakest`}
            viewBox={`0 0 ${width} ${height}`}
          >
            <Grid frame={frame} scale={{ ...scale, ticks }} />
            <path d={`M${x(0)},${scale.at(counts[0])}${path}V${scale.at(counts.at(-1) ?? 0)}`} class="rg-line rg-ink" />
          </svg>
        )}
        {width > 0 && <Cursor state={state} frame={frame} />}
      </div>
    </figure>
  );
}
