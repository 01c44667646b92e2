import type { ComponentChildren } from "preact";
import { useWidth } from "./useSize.js";

/** Where things are in a chart: pixels of values. */
export interface Frame {
  width: number;
  height: number;
  x(value: number): number;
  y(value: number): number;
  /** The edges of the plot. */
  left: number;
  right: number;
  top: number;
  bottom: number;
}

interface Props {
  /** What it shows, for those who do not see it. */
  label: string;
  height: number;
  /** The values at the edges; x and y may be logarithms. */
  x: readonly [number, number];
  y: readonly [number, number];
  margin?: { left?: number; right?: number; top?: number; bottom?: number };
  /** What of y has a line and a number. */
  ticks?: readonly { at: number; text: string }[];
  children(frame: Frame): ComponentChildren;
  /** What lies over the picture and moves, as elements of HTML: the picture stays as it is. */
  over?(frame: Frame): ComponentChildren;
}

const scale = (from: number, to: number, start: number, end: number) => (value: number) =>
  start + ((value - from) / (to - from || 1)) * (end - start);

/** A picture as wide as its place, whose text keeps its size. Its height is there before its width is known: nothing jumps. */
export function Chart({ label, height, x, y, margin = {}, ticks = [], children, over }: Props) {
  const [ref, width] = useWidth<HTMLDivElement>();
  const { left = 44, right = 12, top = 8, bottom = 24 } = margin;
  const frame: Frame = {
    width,
    height,
    left,
    right: width - right,
    top,
    bottom: height - bottom,
    x: scale(x[0], x[1], left, width - right),
    y: scale(y[0], y[1], height - bottom, top),
  };
  return (
    <div ref={ref} class="chart" style={{ height: `${height}px` }}>
      {width > 0 && (
        <svg width={width} height={height} role="img" aria-label={label}>
          {ticks.map(({ at, text }) => (
            <g key={text}>
              <line class={at === 0 ? "zero" : "rule"} x1={left} x2={frame.right} y1={frame.y(at)} y2={frame.y(at)} />
              <text class="end" x={left - 8} y={frame.y(at) + 4}>
                {text}
              </text>
            </g>
          ))}
          {children(frame)}
        </svg>
      )}
      {width > 0 && over?.(frame)}
    </div>
  );
}

/** A line through points. */
export function lineThrough(xs: ArrayLike<number>, ys: ArrayLike<number>, { x, y }: Frame): string {
  let path = "";
  for (let k = 0; k < xs.length; ++k) path += `${k === 0 ? "M" : "L"}${x(xs[k]).toFixed(1)},${y(ys[k]).toFixed(1)}`;
  return path;
}

/** About `count` round numbers from `from` to `to`. */
export function roundTicks(from: number, to: number, count = 4): number[] {
  const raw = (to - from) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((k) => k * power).find((size) => size >= raw) ?? raw;
  const ticks: number[] = [];
  for (let k = Math.ceil(from / step); k * step <= to * (1 + 1e-12); ++k)
    ticks.push(Number((k * step).toPrecision(12)));
  return ticks;
}
