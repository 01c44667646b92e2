import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { counted } from "../../../printing/numbers.js";
import { type Frame, frameOf, pathOf, type Scale, scaleOf, spread } from "../geometry/frame.js";
import { drawLines } from "../geometry/greyLines.js";
import { useDerived, useTheme, useWidth } from "../hooks.js";
import type { Named } from "../named.js";
import { moveTo, type ReportState, step, togglePin } from "../state.js";
import { figure, fitted, spokenOf, tickFigure } from "../words.js";
import { pointIn, zoomOf } from "../zoom.js";
import { Cursor } from "./Cursor.js";

/** How near, in pixels, a line must be to be raised, and the cursor to be dragged; how far a pointer may tremble in a click. */
const REACH = 22;
const TREMBLE = 4;
/** Of one label of a line. */
const LINE_HEIGHT = 16;
const LETTER = 6.9;

/** The coefficients over lambda: thousands of grey lines, and the largest with colours and names. */
export function PathChart({ state, height = 330 }: { state: ReportState; height?: number }) {
  const [box, width] = useWidth<HTMLDivElement>();
  const frame = frameOf(width, height);
  const { data } = state;
  const [low, high] = state.extent;
  const pad = (high - low) * 0.03;
  const scale = scaleOf(low - pad, high + pad, frame);
  return (
    <figure class="rg-joined">
      <figcaption>
        <h2>
          Coefficients as the penalty weakens{" "}
          <small>{data.hasScales ? "per standard deviation of each variable" : "per unit of each variable"}</small>
        </h2>
      </figcaption>
      <div class="rg-plot" ref={box} style={{ height }}>
        {width > 0 && (
          <>
            <GreyLines state={state} frame={frame} scale={scale} />
            <Plot state={state} frame={frame} scale={scale} />
            <Cursor state={state} frame={frame} />
            <Dots state={state} frame={frame} scale={scale} />
            <Raised state={state} frame={frame} scale={scale} />
          </>
        )}
      </div>
    </figure>
  );
}

interface Parts {
  state: ReportState;
  frame: Frame;
  scale: Scale;
}

function GreyLines({ state, frame, scale }: Parts) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useTheme();
  const mix = state.gamma.value;
  const classAt = state.classAt.value;
  useLayoutEffect(() => {
    const { current } = canvas;
    const context = current?.getContext("2d", { willReadFrequently: true });
    if (!current || !context) return;
    const ratio = Math.min(2, Math.max(1, devicePixelRatio * zoomOf(current)));
    current.width = Math.round(frame.width * ratio);
    current.height = Math.round(frame.height * ratio);
    const { points } = state.axis;
    const values = state.table.peek();
    const p = state.data.names.length;
    const colour = getComputedStyle(current).getPropertyValue("--rg-grey").trim();
    drawLines(
      context,
      {
        count: p,
        xs: Float32Array.from(points, ({ place }) => ratio * (frame.left + place * (frame.right - frame.left))),
        y: (line, k) => {
          const { index, share } = points[k];
          const from = values[index * p + line];
          return ratio * scale.at(share === 0 ? from : from + share * (values[(index + 1) * p + line] - from));
        },
        isZero: (line, k) => {
          const at = points[k].index * p + line;
          return values[at] === 0 && values[at + p] === 0;
        },
      },
      colour,
      1.2 * ratio,
    );
  }, [state, frame.width, frame.height, theme, mix, classAt]);
  return <canvas ref={canvas} />;
}

/** The variable whose line is the nearest, within reach. */
function nearestTo({ state, frame, scale }: Parts, x: number, y: number): number | undefined {
  const { data, axis } = state;
  const { left, right } = frame;
  const at = (x - left) / (right - left);
  if (at < -0.02 || at > 1.02) return undefined;
  const values = state.at(axis.lambdaAt(at));
  let best: number | undefined;
  let least = REACH;
  for (let j = 0; j < values.length; ++j) {
    if (values[j] === 0) continue;
    const distance = Math.abs(scale.at(values[j] * data.sds[j]) - y);
    if (distance < least) {
      least = distance;
      best = j;
    }
  }
  return best;
}

/** What keys do: left and right lead along lambda, up and down from variable to variable. */
function keysOf(state: ReportState): Record<string, () => void> {
  const { raised, order, data } = state;
  const choose = (by: number): void => {
    const list = order.value;
    const at = raised.value === undefined ? -1 : list.indexOf(raised.value);
    raised.value = list[Math.max(0, Math.min(list.length - 1, at + by))];
  };
  const pin = (): void => {
    if (raised.value !== undefined) togglePin(state, raised.value);
  };
  return {
    ArrowLeft: () => step(state, -1),
    ArrowRight: () => step(state, 1),
    PageUp: () => step(state, -10),
    PageDown: () => step(state, 10),
    Home: () => step(state, -data.lambdas.length),
    End: () => step(state, data.lambdas.length),
    ArrowUp: () => choose(-1),
    ArrowDown: () => choose(1),
    Enter: pin,
    " ": pin,
    Escape: () => {
      raised.value = undefined;
    },
  };
}

function Plot({ state, frame, scale }: Parts) {
  const { data, raised } = state;
  const { left, right } = frame;
  const drag = useRef<{ x: number; isMoving: boolean; variable: number | undefined } | undefined>(undefined);
  const nearest = (event: PointerEvent): number | undefined => {
    const { x, y } = pointIn(event.currentTarget as Element, event);
    return nearestTo({ state, frame, scale }, x, y);
  };
  const move = (event: PointerEvent): void => {
    const { x } = pointIn(event.currentTarget as Element, event);
    moveTo(state, (x - left) / (right - left), 3 / (right - left));
  };
  const keys = keysOf(state);
  return (
    <svg
      role="application"
      aria-roledescription="chart"
      tabindex={0}
      aria-label={`Coefficient paths of ${counted(data.names.length)} variables over ${counted(data.lambdas.length)} lambdas. Left raises lambda, right lowers it; up and down choose a variable, Enter pins it.`}
      viewBox={`0 0 ${frame.width} ${frame.height}`}
      onKeyDown={(event) => {
        const act = keys[event.key];
        if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        act();
        state.spoken.value = spokenOf(state);
      }}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        drag.current = { x: event.clientX, isMoving: false, variable: nearest(event) };
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        const { current } = drag;
        if (current === undefined) {
          if (event.pointerType === "mouse") raised.value = nearest(event);
          return;
        }
        current.isMoving ||= Math.abs(event.clientX - current.x) > TREMBLE;
        if (current.isMoving) move(event);
      }}
      onPointerUp={(event) => {
        const { current } = drag;
        drag.current = undefined;
        if (current === undefined || current.isMoving) return;
        if (current.variable === undefined) move(event);
        else {
          togglePin(state, current.variable);
          raised.value = current.variable;
        }
      }}
      onPointerCancel={() => {
        drag.current = undefined;
      }}
      onPointerLeave={() => {
        if (drag.current === undefined) raised.value = undefined;
      }}
      style={{ cursor: "crosshair" }}
    >
      <Grid frame={frame} scale={scale} />
      <NamedLines state={state} frame={frame} scale={scale} />
    </svg>
  );
}

/** The lines of the y axis and their numbers; the one at 0 is dark. */
export function Grid({ frame, scale }: { frame: Frame; scale: Scale }) {
  const { left, right } = frame;
  return (
    <>
      {scale.ticks.map((tick) => (
        <g key={tick}>
          <line
            x1={left}
            x2={right}
            y1={scale.at(tick)}
            y2={scale.at(tick)}
            class={tick === 0 ? "rg-zero" : "rg-grid"}
          />
          <text x={left - 8} y={scale.at(tick) + 4} text-anchor="end">
            {tickFigure(tick)}
          </text>
        </g>
      ))}
    </>
  );
}

/** The lines that have names: coloured, with a hollow dot where a variable comes in, and the name at the end. */
function NamedLines({ state, frame, scale }: Parts) {
  const { axis, data, named, classAt, gamma } = state;
  const { left, right } = frame;
  const last = data.lambdas.length - 1;
  const lines = named.value;
  const x = (place: number): number => left + place * (right - left);
  const cache = useRef(new Map<number, { path: string; enters: number | undefined }>());
  useMemo(() => cache.current.clear(), [frame.width, frame.height, gamma.value, classAt.value]);
  const lineOf = (variable: number) => {
    const known = cache.current.get(variable);
    if (known !== undefined) return known;
    const first = Array.from(axis.places.keys()).findIndex((k) => state.scaledAt(variable, k) !== 0);
    const line = {
      path: lineOfVariable(state, variable, frame, scale),
      enters: first > 0 ? x(axis.places[first - 1]) : undefined,
    };
    cache.current.set(variable, line);
    return line;
  };
  const ends = lines.map(({ variable }) => scale.at(state.scaledAt(variable, last)));
  const places = spread(ends, LINE_HEIGHT, frame.top + 4, frame.bottom - 4);
  return (
    <>
      {lines.map(({ variable, colour }) => (
        <path key={variable} d={lineOf(variable).path} class="rg-line" style={{ stroke: `var(--rg-c${colour})` }} />
      ))}
      {lines.map(({ variable, colour }) => {
        const { enters } = lineOf(variable);
        if (enters === undefined) return null;
        return (
          <circle
            key={variable}
            cx={enters}
            cy={scale.at(0)}
            r={3}
            class="rg-enter"
            style={{ stroke: `var(--rg-c${colour})` }}
          />
        );
      })}
      {lines.map((line, k) => (
        <LineName
          key={line.variable}
          state={state}
          line={line}
          x={right}
          y={places[k]}
          end={ends[k]}
          letters={Math.floor((frame.width - right - 14) / LETTER)}
        />
      ))}
    </>
  );
}

interface LineNameProps {
  state: ReportState;
  line: Named;
  x: number;
  y: number;
  /** Where the line ends, which the name may have to stay away from. */
  end: number;
  letters: number;
}

/** The name of a line at its end, or with a stroke from there. */
function LineName({ state, line: { variable, colour, isPinned }, x, y, end, letters }: LineNameProps) {
  const name = state.data.names[variable];
  return (
    <g>
      {Math.abs(y - end) > 3 && (
        <path
          d={`M${x + 2},${end}L${x + 8},${y}`}
          fill="none"
          style={{ stroke: `var(--rg-c${colour})` }}
          opacity={0.6}
        />
      )}
      <text
        x={x + 11}
        y={y + 4}
        class="rg-name"
        style={{ fill: `var(--rg-c${colour})`, fontWeight: isPinned ? 600 : 400 }}
        onPointerEnter={() => {
          state.raised.value = variable;
        }}
        onPointerDown={(event) => {
          event.stopPropagation();
          togglePin(state, variable);
        }}
      >
        {fitted(name, letters)}
        <title>{name}</title>
      </text>
    </g>
  );
}

/** A variable's line, as the path of an SVG element. */
function lineOfVariable(state: ReportState, variable: number, { left, right }: Frame, scale: Scale): string {
  const { points } = state.axis;
  return pathOf(
    points.map(({ place }) => left + place * (right - left)),
    points.map(({ index, share }) => {
      const from = state.scaledAt(variable, index);
      return scale.at(share === 0 ? from : from + share * (state.scaledAt(variable, index + 1) - from));
    }),
  );
}

/** Where the named lines are at the cursor, but not where they are exactly 0: a layer that moves with it. */
function Dots({ state, frame, scale }: Parts) {
  const { named, axis, lambda } = state;
  const { left, right, height } = frame;
  const style = useDerived(
    () => `transform: translateX(${(left + axis.placeOf(lambda.value) * (right - left)).toFixed(2)}px)`,
    [state, left, right],
  );
  return (
    <div class="rg-marks" style={style} aria-hidden="true">
      <svg width="1" height={height} role="presentation">
        {named.value.map(({ variable, colour }: Named) => (
          <Dot key={variable} state={state} variable={variable} colour={colour} scale={scale} height={height} />
        ))}
      </svg>
    </div>
  );
}

interface DotProps {
  state: ReportState;
  variable: number;
  colour: number;
  scale: Scale;
  height: number;
}

function Dot({ state, variable, colour, scale, height }: DotProps) {
  const { scaled } = state;
  const inputs = [state, variable, height];
  const cy = useDerived(() => scale.at(scaled.value[variable]).toFixed(1), inputs);
  const visibility = useDerived(() => (scaled.value[variable] === 0 ? "hidden" : "visible"), inputs);
  return <circle r={4} cx={0} cy={cy} visibility={visibility} style={{ fill: `var(--rg-c${colour})` }} />;
}

/** The line under the pointer or the focus, over all others, with its name and its value at the cursor. */
function Raised({ state, frame, scale }: Parts) {
  const { raised, named } = state;
  const variable = raised.value;
  const { width, height } = frame;
  const path = useMemo(
    () => (variable === undefined ? "" : lineOfVariable(state, variable, frame, scale)),
    [state, variable, width, height, state.gamma.value, state.classAt.value],
  );
  if (variable === undefined) return null;
  const colour = named.value.find((one) => one.variable === variable)?.colour;
  const stroke = colour === undefined ? "var(--rg-ink)" : `var(--rg-c${colour})`;
  return (
    <svg viewBox={`0 0 ${width} ${height}`} pointer-events="none" aria-hidden="true">
      <path d={path} class="rg-line" style={{ stroke: "var(--rg-paper)", strokeWidth: 6 }} />
      <path d={path} class="rg-line" style={{ stroke, strokeWidth: 3.5 }} />
      <RaisedMark state={state} frame={frame} scale={scale} variable={variable} stroke={stroke} />
    </svg>
  );
}

function RaisedMark({ state, frame, scale, variable, stroke }: Parts & { variable: number; stroke: string }) {
  const { axis, data, lambda } = state;
  const { left, right } = frame;
  const value = state.scaled.value[variable];
  const at = left + axis.placeOf(lambda.value) * (right - left);
  const isLeft = at > (left + right) / 2;
  return (
    <>
      <circle cx={at} cy={scale.at(value)} r={5} class="rg-enter" style={{ stroke, fill: value === 0 ? "" : stroke }} />
      <text
        x={at + (isLeft ? -10 : 10)}
        y={Math.max(frame.top + 12, scale.at(value) - 10)}
        text-anchor={isLeft ? "end" : "start"}
        class="rg-halo"
        style={{ fill: "var(--rg-ink)", fontWeight: 600 }}
      >
        {fitted(data.names[variable], 28)} {figure(value)}
      </text>
    </>
  );
}
