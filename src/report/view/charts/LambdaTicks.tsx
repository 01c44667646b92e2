import { frameOf } from "../geometry/frame.js";
import { useWidth } from "../hooks.js";
import type { ReportState } from "../state.js";
import { tickFigure } from "../words.js";

/** Both words need so much. */
const ROOM = 270;

/** The x axis below the last picture: round lambdas, and in words where they lead. */
export function LambdaTicks({ state }: { state: ReportState }) {
  const [box, width] = useWidth<HTMLDivElement>();
  const { axis, data } = state;
  const { left, right } = frameOf(width, 0);
  const last = data.lambdas.length - 1;
  const [top, bottom] = [data.lambdas[0], data.lambdas[last]];
  // Powers of ten have no end before 0.
  const least = bottom === 0 && last > 0 ? data.lambdas[last - 1] : bottom;
  const isNone = state.counts.value[0] === 0;
  const x = (lambda: number): number => left + axis.placeOf(lambda) * (right - left);
  const ticks: number[] = [];
  for (let power = 300; power >= -300; --power) {
    const one = Number(`1e${power}`);
    if (one <= top && one >= least) ticks.push(one);
  }
  const every = Math.max(1, Math.ceil(ticks.length / (width < 480 ? 3 : 6)));
  const shown = ticks.filter((_, k) => k % every === 0);
  if (bottom === 0 && last > 0) shown.push(0);
  return (
    <div class="rg-plot" ref={box} style={{ height: 40 }} aria-hidden="true">
      {width > 0 && (
        <svg viewBox={`0 0 ${width} 40`} role="presentation">
          {shown.map((tick) => (
            <g key={tick}>
              <line x1={x(tick)} x2={x(tick)} y1={0} y2={5} class="rg-grid" style={{ stroke: "var(--rg-edge)" }} />
              <text x={x(tick)} y={18} text-anchor="middle">
                {tickFigure(tick)}
              </text>
            </g>
          ))}
          <text x={left} y={36}>
            {!isNone ? "strong penalty" : width - left < ROOM ? "all zero" : "strong penalty: all zero"}
          </text>
          <text x={right - left < ROOM ? width : right} y={36} text-anchor="end">
            {bottom === 0 ? "no penalty" : "towards no penalty"}
          </text>
        </svg>
      )}
    </div>
  );
}
