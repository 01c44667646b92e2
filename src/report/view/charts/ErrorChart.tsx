import { useId } from "preact/hooks";
import { isLogarithmic } from "../../../printing/logarithmic.js";
import type { ReportData, RuleChoice } from "../../ReportData.js";
import { type Frame, frameOf, logScaleOf, pathOf, type Scale, scaleOf } from "../geometry/frame.js";
import { useDerived, useWidth } from "../hooks.js";
import { moveTo, type ReportState } from "../state.js";
import { plainFigure } from "../words.js";
import { pointIn } from "../zoom.js";
import { Cursor } from "./Cursor.js";
import { Grid } from "./PathChart.js";

type Errors = NonNullable<ReportData["errors"]>;
type Mix = Errors["mixes"][number];

/** The error in data not seen over lambda, below the paths on the same x: its standard errors, both rules, and each fold if asked. */
export function ErrorChart({ state, height = 170 }: { state: ReportState; height?: number }) {
  const [box, width] = useWidth<HTMLDivElement>();
  const { gamma } = state;
  const { errors } = state.data;
  const mix = errors?.mixes.find((one) => one.gamma === gamma.value) ?? errors?.mixes[0];
  if (errors === undefined || mix === undefined) return null;
  const frame = frameOf(width, height);
  const { scale, isLog } = errorScale(errors, frame);
  return (
    <figure class="rg-part">
      <figcaption>
        <h2>
          Error in data not seen{" "}
          <small>
            {errors.measure}, {errors.foldCount} folds, ± one standard error{isLog ? "; logarithmic" : ""}
          </small>
        </h2>
      </figcaption>
      <div class="rg-plot" ref={box} style={{ height }}>
        {width > 0 && (
          <>
            <Curves state={state} frame={frame} scale={scale} errors={errors} mix={mix} />
            <Cursor state={state} frame={frame} />
            <ErrorDot state={state} mean={mix.mean} width={width} height={height} at={scale.at} />
          </>
        )}
      </div>
      {mix.folds.length > 0 && <Controls state={state} errors={errors} />}
    </figure>
  );
}

/** Of all mixes, so that another one rescales nothing. */
function errorScale({ mixes }: Errors, frame: Frame): { scale: Scale; isLog: boolean } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { mean, se } of mixes) {
    mean.forEach((value, k) => {
      low = Math.min(low, value - se[k]);
      high = Math.max(high, value + se[k]);
    });
  }
  const isLog = mixes.some(({ mean, se }) => isLogarithmic(mean, se)) && low > 0;
  return { scale: isLog ? logScaleOf(low, high, frame, 4) : scaleOf(low, high, frame, 3), isLog };
}

interface CurvesProps {
  state: ReportState;
  frame: Frame;
  scale: Scale;
  errors: Errors;
  mix: Mix;
}

/** All that stays where it is as the cursor moves. */
function Curves({ state, frame, scale, errors, mix }: CurvesProps) {
  const clip = useId();
  const { data, axis, showFolds } = state;
  const { left, right, top, bottom, width, height } = frame;
  const count = data.lambdas.length;
  const xs = axis.places.map((place) => left + place * (right - left));
  const upper = pathOf(
    xs,
    mix.mean.map((value, k) => scale.at(value + mix.se[k])),
  );
  const lower = pathOf(xs.toReversed(), mix.mean.map((value, k) => scale.at(value - mix.se[k])).reverse());
  const says = errors.rules.map(
    ({ rule, index }) =>
      `${rule === "min" ? "Smallest error" : "1-SE rule"}: ${plainFigure(mix.mean[index])} at lambda ${plainFigure(data.lambdas[index])}`,
  );
  const move = (event: PointerEvent): void => {
    const { x } = pointIn(event.currentTarget as Element, event);
    moveTo(state, (x - left) / (right - left), 3 / (right - left));
  };
  return (
    <svg
      role="img"
      aria-label={`Cross-validated error over lambda. ${says.join("; ")}`}
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
        <rect x={left} y={top - 6} width={right - left} height={bottom - top + 6} />
      </clipPath>
      <Grid frame={frame} scale={scale} />
      <path d={`${upper}${lower.replace("M", "L")}Z`} class="rg-band" />
      {showFolds.value && (
        <g clip-path={`url(#${clip})`}>
          {Array.from({ length: mix.folds.length / count }, (_, fold) => (
            <path
              key={fold}
              d={pathOf(xs, mix.folds.subarray(fold * count, (fold + 1) * count).map(scale.at))}
              class="rg-line rg-quiet"
            />
          ))}
        </g>
      )}
      <path d={pathOf(xs, mix.mean.map(scale.at))} class="rg-line rg-ink" />
      <Rules state={state} xs={xs} top={top} bottom={bottom} left={left} width={width} />
    </svg>
  );
}

function Controls({ state, errors }: { state: ReportState; errors: Errors }) {
  const { showFolds } = state;
  return (
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
      {errors.rules.map((choice) => (
        <RuleButton key={choice.rule} state={state} choice={choice} />
      ))}
    </div>
  );
}

function RuleButton({ state, choice }: { state: ReportState; choice: RuleChoice }) {
  const { lambda, gamma, data } = state;
  const isPressed = useDerived(
    () => lambda.value === data.lambdas[choice.index] && gamma.value === choice.gamma,
    [state, choice],
  );
  return (
    <button
      type="button"
      aria-pressed={isPressed}
      onClick={() => {
        lambda.value = data.lambdas[choice.index];
        gamma.value = choice.gamma;
      }}
    >
      {choice.rule === "min" ? "Smallest error" : "1-SE rule"}
    </button>
  );
}

interface ErrorDotProps {
  state: ReportState;
  mean: Float64Array;
  width: number;
  height: number;
  at: (value: number) => number;
}

/** The error at the cursor and its number: a layer that moves with it. */
function ErrorDot({ state, mean, width, height, at }: ErrorDotProps) {
  const { axis, lambda } = state;
  const { left, right } = frameOf(width, height);
  const inputs = [state, mean, width, height];
  // On the line, which is straight from one stored lambda to the next.
  const along = (of: (index: number) => number): number => {
    const { index, share } = axis.between(lambda.value);
    const { [index]: from, [index + 1]: to } = axis.places;
    if (share === 0) return of(index);
    return of(index) + ((axis.placeOf(lambda.value) - from) / (to - from)) * (of(index + 1) - of(index));
  };
  const value = useDerived(() => along((index) => mean[index]), inputs);
  const y = useDerived(() => along((index) => at(mean[index])), inputs);
  const style = useDerived(() => {
    const x = left + axis.placeOf(lambda.value) * (right - left);
    return `transform: translate(${x.toFixed(2)}px, ${y.value.toFixed(2)}px)`;
  }, inputs);
  const isLeft = useDerived(() => axis.placeOf(lambda.value) > 0.6, [state]);
  const x = useDerived(() => (isLeft.value ? -9 : 9), [isLeft]);
  const anchor = useDerived(() => (isLeft.value ? "end" : "start"), [isLeft]);
  const says = useDerived(() => plainFigure(value.value), [value]);
  return (
    <div class="rg-marks" style={style} aria-hidden="true">
      <svg width="1" height="1" role="presentation">
        <circle r={4} style={{ fill: "var(--rg-accent)" }} />
        <text x={x} y={-9} text-anchor={anchor} class="rg-strong rg-halo">
          {says}
        </text>
      </svg>
    </div>
  );
}

/** The pixels that a name needs beside its line, and the shorter of the two. */
const roomOf = (says: string): number => says.length * 7 + 8;
const ROOM = roomOf("1-SE");

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
  const shown = isOne ? rules.slice(0, 1) : rules;
  const first = Math.min(...rules.map(({ index }) => xs[index]));
  return (
    <>
      {shown.map(({ rule, index }) => (
        <line key={rule} x1={xs[index]} x2={xs[index]} y1={top - 6} y2={bottom} class="rg-rule" pointer-events="none" />
      ))}
      {shown.map(({ rule, index }) => {
        const x = xs[index];
        const says = isOne ? "1-SE and smallest error" : rule === "min" ? "smallest error" : "1-SE";
        const wanted = isOne || rule === "min" ? "start" : "end";
        const room = roomOf(says);
        const anchor = (wanted === "start" ? x + room <= width : x - room < left) ? "start" : "end";
        // To the left of its line, or near the other's where that has its name to the right, the second name would lie over the first.
        const isBelow = rule === "min" && !isOne && (anchor === "end" || (first - ROOM < left && x - first < ROOM));
        return (
          <text
            key={rule}
            x={x + (anchor === "start" ? 6 : -6)}
            y={isBelow ? top + 21 : top + 5}
            text-anchor={anchor}
            class="rg-halo"
            pointer-events="none"
          >
            {says}
          </text>
        );
      })}
    </>
  );
}
