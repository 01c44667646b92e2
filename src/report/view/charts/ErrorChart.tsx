import { useId } from "preact/hooks";
import { frameOf, pathOf, scaleOf } from "../geometry/frame.js";
import { useWidth } from "../hooks.js";
import { moveTo, type ReportState } from "../state.js";
import { plainFigure } from "../words.js";
import { Cursor } from "./Cursor.js";
import { Grid } from "./PathChart.js";

/** The error in data not seen over lambda, below the paths on the same x: its standard errors, both rules, and each fold if asked. */
export function ErrorChart({ state, height = 170 }: { state: ReportState; height?: number }) {
  const [box, width] = useWidth<HTMLDivElement>();
  const clip = useId();
  const { data, axis, lambda, gamma, showFolds } = state;
  const { errors } = data;
  const mix = errors?.mixes.find((one) => one.gamma === gamma.value) ?? errors?.mixes[0];
  if (errors === undefined || mix === undefined) return null;
  const frame = frameOf(width, height);
  const { left, right } = frame;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  // All mixes, so that another one rescales nothing.
  for (const { mean, se } of errors.mixes) {
    mean.forEach((value, k) => {
      low = Math.min(low, value - se[k]);
      high = Math.max(high, value + se[k]);
    });
  }
  const scale = scaleOf(low, high, frame, 3);
  const count = data.lambdas.length;
  const xs = axis.places.map((place) => left + place * (right - left));
  const upper = pathOf(
    xs,
    mix.mean.map((value, k) => scale.at(value + mix.se[k])),
  );
  const lower = pathOf(xs.toReversed(), mix.mean.map((value, k) => scale.at(value - mix.se[k])).reverse());
  const held = mix.folds.length / count;
  return (
    <figure class="rg-part">
      <figcaption>
        <h2>
          Error in data not seen{" "}
          <small>
            {errors.measure}, {errors.foldCount} folds, ± one standard error
          </small>
        </h2>
      </figcaption>
      <div class="rg-plot" ref={box} style={{ height }}>
        {width > 0 && (
          <svg
            role="img"
            aria-label={`Cross-validated error over lambda. ${errors.rules
              .map(
                ({ rule, index }) =>
                  `${rule === "min" ? "Smallest error" : "1-SE rule"}: ${plainFigure(mix.mean[index])} at lambda ${plainFigure(data.lambdas[index])}`,
              )
              .join("; ")}`}
            viewBox={`0 0 ${width} ${height}`}
            onPointerDown={(event) => {
              event.currentTarget.setPointerCapture(event.pointerId);
              move(event);
            }}
            onPointerMove={(event) => {
              if (event.buttons === 1) move(event);
            }}
          >
            <clipPath id={clip}>
              <rect x={left} y={frame.top - 6} width={right - left} height={frame.bottom - frame.top + 6} />
            </clipPath>
            <Grid frame={frame} scale={scale} />
            <path d={`${upper}${lower.replace("M", "L")}Z`} class="rg-band" />
            {showFolds.value && (
              <g clip-path={`url(#${clip})`}>
                {Array.from({ length: held }, (_, fold) => (
                  <path
                    key={fold}
                    d={pathOf(xs, mix.folds.subarray(fold * count, (fold + 1) * count).map(scale.at))}
                    class="rg-line rg-quiet"
                  />
                ))}
              </g>
            )}
            <path d={pathOf(xs, mix.mean.map(scale.at))} class="rg-line rg-ink" />
            <Rules state={state} xs={xs} top={frame.top} bottom={frame.bottom} left={left} width={width} />
            <Cursor state={state} frame={frame} />
            <ErrorDot state={state} mean={mix.mean} frame={frame} at={scale.at} />
          </svg>
        )}
      </div>
      {held > 0 && (
        <div class="rg-bar-of-controls">
          <button
            type="button"
            aria-pressed={showFolds.value}
            onClick={() => {
              showFolds.value = !showFolds.value;
            }}
          >
            Each fold
          </button>
          {errors.rules.map(({ rule, index, gamma: own }) => (
            <button
              key={rule}
              type="button"
              aria-pressed={lambda.value === data.lambdas[index] && gamma.value === own}
              onClick={() => {
                lambda.value = data.lambdas[index];
                gamma.value = own;
              }}
            >
              {rule === "min" ? "Smallest error" : "1-SE rule"}
            </button>
          ))}
        </div>
      )}
    </figure>
  );

  function move(event: PointerEvent): void {
    const { left: from } = (event.currentTarget as Element).getBoundingClientRect();
    moveTo(state, (event.clientX - from - left) / (right - left), 3 / (right - left));
  }
}

function ErrorDot({
  state,
  mean,
  frame,
  at,
}: {
  state: ReportState;
  mean: Float64Array;
  frame: { left: number; right: number };
  at: (value: number) => number;
}) {
  const { axis, lambda } = state;
  const { index, share } = axis.between(lambda.value);
  const place = axis.placeOf(lambda.value);
  // On the line, which is straight from one stored lambda to the next.
  const { [index]: from, [index + 1]: to } = axis.places;
  const value =
    share === 0 ? mean[index] : mean[index] + ((place - from) / (to - from)) * (mean[index + 1] - mean[index]);
  const x = frame.left + place * (frame.right - frame.left);
  const isLeft = place > 0.6;
  return (
    <g pointer-events="none">
      <circle cx={x} cy={at(value)} r={4} style={{ fill: "var(--rg-accent)" }} />
      <text
        x={x + (isLeft ? -9 : 9)}
        y={at(value) - 9}
        text-anchor={isLeft ? "end" : "start"}
        class="rg-strong rg-halo"
      >
        {plainFigure(value)}
      </text>
    </g>
  );
}

/** The lambdas of both rules, their names on the sides where these do not meet. */
function Rules({
  state,
  xs,
  top,
  bottom,
  left,
  width,
}: {
  state: ReportState;
  xs: Float64Array;
  top: number;
  bottom: number;
  left: number;
  width: number;
}) {
  const rules = state.data.errors?.rules ?? [];
  const isOne = rules.length > 1 && rules[0].index === rules[1].index;
  return (
    <>
      {(isOne ? rules.slice(0, 1) : rules).map(({ rule, index }) => {
        const x = xs[index];
        const says = isOne ? "1-SE and smallest error" : rule === "min" ? "smallest error" : "1-SE";
        const wanted = isOne || rule === "min" ? "start" : "end";
        const room = says.length * 7 + 8;
        const anchor = (wanted === "start" ? x + room <= width : x - room < left) ? "start" : "end";
        // To the left of its line, the second name would lie over the first.
        const y = wanted === "start" && anchor === "end" ? top + 21 : top + 5;
        return (
          <g key={rule} pointer-events="none">
            <line x1={x} x2={x} y1={top - 6} y2={bottom} class="rg-rule" />
            <text x={x + (anchor === "start" ? 6 : -6)} y={y} text-anchor={anchor} class="rg-halo">
              {says}
            </text>
          </g>
        );
      })}
    </>
  );
}
