import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { rough } from "../parts/numbers.js";
import { useWidth } from "../parts/useSize.js";
import { history, latest, MOST_EPOCHS } from "./training.js";
import type { Way } from "./worker.js";

/** The ways with their colours, the same in all pictures. */
export const WAYS: readonly { way: Way; title: string; colour: string }[] = [
  { way: "plain", title: "no penalty", colour: "--ink" },
  { way: "decay", title: "weight decay", colour: "--c2" },
  { way: "l1", title: "proximal L1", colour: "--c1" },
];

const HEIGHT = 240;
const POWERS = [1e-4, 1e-3, 1e-2, 0.1, 1];
/** Pixels between names that would lie over each other. */
const GAP = 15;
/** What a name is above the edge at the least, below which the numbers of epochs are. */
const FOOT = 6;
const FONT = "12px ui-sans-serif, system-ui, sans-serif";

const colourOf = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** The losses on a logarithmic axis that does not move as they come in. */
export function LossChart() {
  const [ref, width] = useWidth<HTMLDivElement>();
  const plot = useRef<uPlot | undefined>(undefined);
  useEffect(() => {
    if (width === 0) return;
    const axis = {
      stroke: () => colourOf("--soft"),
      font: FONT,
      grid: { stroke: () => colourOf("--rule"), width: 1 },
      ticks: { show: false },
    };
    const made = new uPlot(
      {
        width,
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        padding: [8, 14, 0, 0],
        hooks: { draw: [nameLines] },
        scales: { x: { time: false, range: [0, MOST_EPOCHS] }, y: { distr: 3, range: [1e-4, 2] } },
        axes: [
          { ...axis, size: 28, values: (_, at) => at.map(String) },
          // Powers of ten alone: lines for all that lies between say nothing more.
          { ...axis, size: 52, splits: () => POWERS, values: (_, at) => at.map(String), filter: (_, at) => at },
        ],
        series: [
          {},
          ...WAYS.map(({ colour }) => ({ stroke: () => colourOf(colour), width: 2, points: { show: false } })),
        ],
      },
      data(),
      ref.current as HTMLDivElement,
    );
    plot.current = made;
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    const redraw = () => made.redraw();
    scheme.addEventListener("change", redraw);
    return () => {
      scheme.removeEventListener("change", redraw);
      made.destroy();
      plot.current = undefined;
    };
  }, [width]);
  useSignalEffect(() => {
    if (latest.value !== undefined) plot.current?.setData(data(), false);
    plot.current?.redraw();
  });
  const at = latest.value;
  const says = at
    ? WAYS.map(({ way, title }) => `${title} ${rough(at.snapshots[way].loss)}`).join(", ")
    : "training has not begun";
  return (
    <div
      ref={ref}
      role="img"
      aria-label={`Loss by epoch, on a logarithmic axis: ${says}.`}
      style={{ height: `${HEIGHT}px`, overflow: "hidden" }}
    />
  );
}

/** Each line has its name at its end, in its colour. */
function nameLines(plot: uPlot): void {
  const { ctx, bbox } = plot;
  const last = history.epochs.length - 1;
  if (last < 0) return;
  const ratio = devicePixelRatio;
  const names = WAYS.map(({ way, title, colour }) => ({
    title,
    colour,
    y: plot.valToPos(Math.max(history.losses[way][last], 1e-4), "y", true),
  })).sort((a, b) => a.y - b.y);
  // From below upwards, as the lowest may lie on the edge.
  const lowest = bbox.top + bbox.height - FOOT * ratio;
  for (let k = names.length - 1, least = lowest; k >= 0; --k) {
    names[k].y = Math.min(names[k].y, least);
    least = names[k].y - GAP * ratio;
  }
  const x = plot.valToPos(history.epochs[last], "x", true);
  ctx.save();
  ctx.font = `600 ${12 * ratio}px ui-sans-serif, system-ui, sans-serif`;
  const widest = Math.max(...names.map(({ title }) => ctx.measureText(title).width));
  const isInside = x + 8 * ratio + widest < bbox.left + bbox.width;
  ctx.textAlign = isInside ? "left" : "right";
  for (const { title, colour, y } of names) {
    ctx.fillStyle = colourOf(colour);
    ctx.fillText(title, isInside ? x + 8 * ratio : bbox.left + bbox.width - 4 * ratio, y - (isInside ? -4 : 6) * ratio);
  }
  ctx.restore();
}

const data = (): uPlot.AlignedData => [
  history.epochs,
  ...WAYS.map(({ way }) => history.losses[way].map((loss) => Math.max(loss, 1e-4))),
];
