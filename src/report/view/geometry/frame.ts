import { log } from "../../../arithmetic/transcendental.js";
import { roundsBetween } from "../../../printing/logarithmic.js";

/** Where a picture's plot lies in it, in CSS pixels. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The margins that all pictures over lambda share, so that one x is one lambda in all of them. */
export function frameOf(width: number, height: number, bottom = 8): Frame {
  const left = width < 480 ? 40 : 52;
  const names = Math.min(150, Math.max(92, Math.round(width * 0.24)));
  return { width, height, left, right: Math.max(left + 40, width - names), top: 10, bottom: height - bottom };
}

/** A linear scale from the numbers of an interval to pixels, the larger ones higher up. */
export interface Scale {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
  at(value: number): number;
}

export function scaleOf(low: number, high: number, { top, bottom }: Pick<Frame, "top" | "bottom">, count = 4): Scale {
  const isFlat = !(high > low);
  const [from, to] = isFlat ? [low - (Math.abs(low) || 1), high + (Math.abs(high) || 1)] : [low, high];
  const slope = (bottom - top) / (to - from);
  return { low: from, high: to, ticks: ticksOf(from, to, count), at: (value) => bottom - (value - from) * slope };
}

/** The same of logarithms: equal ratios of positive numbers are equally far from each other. */
export function logScaleOf(
  low: number,
  high: number,
  { top, bottom }: Pick<Frame, "top" | "bottom">,
  count = 4,
): Scale {
  const slope = (bottom - top) / log(high / low);
  const ticks = roundsBetween(low, high, count).filter((tick) => tick >= low);
  return { low, high, ticks, at: (value) => bottom - log(Math.max(value, low) / low) * slope };
}

/** Round numbers within an interval, about so many. */
function ticksOf(low: number, high: number, count: number): number[] {
  const rough = (high - low) / count;
  if (!(rough > 0) || !Number.isFinite(rough)) return [low];
  const unit = Number(`1e${rough.toExponential().split("e")[1]}`);
  const step = unit * ([1, 2, 5, 10].find((one) => one * unit >= 0.7 * rough) ?? 10);
  const ticks: number[] = [];
  for (let k = Math.ceil(low / step); k * step <= high * (1 + 1e-12); ++k)
    ticks.push(Number((k * step).toPrecision(12)));
  return ticks;
}

/** The next number of one or two round digits; 0 for 0. */
export function roundedUp(value: number): number {
  if (!(value > 0)) return 0;
  const unit = Number(`1e${value.toExponential().split("e")[1]}`);
  return unit * ([1, 1.5, 2, 2.5, 3, 4, 5, 6, 8].find((one) => one * unit >= value) ?? 10);
}

/** Points of a line as the path of an SVG element; what is no number is left out. */
export function pathOf(xs: ArrayLike<number>, ys: ArrayLike<number>): string {
  let path = "";
  let isDown = false;
  for (let k = 0; k < xs.length; ++k) {
    if (!Number.isFinite(ys[k])) {
      isDown = false;
      continue;
    }
    path += `${isDown ? "L" : "M"}${xs[k].toFixed(1)},${ys[k].toFixed(1)}`;
    isDown = true;
  }
  return path;
}

/** Places for labels of one height, as near to where they belong as they can be without lying over each other, between two ends. */
export function spread(wanted: readonly number[], gap: number, top: number, bottom: number): number[] {
  const order = [...wanted.keys()].sort((a, b) => wanted[a] - wanted[b]);
  // Blocks of labels that touch, each at the mean of what its labels want.
  const blocks: { members: number[]; from: number }[] = [];
  const place = (members: number[]): number => {
    const ideal = members.reduce((sum, at, k) => sum + wanted[at] - k * gap, 0) / members.length;
    return Math.max(top, Math.min(bottom - (members.length - 1) * gap, ideal));
  };
  for (const at of order) {
    let block = { members: [at], from: place([at]) };
    for (let before = blocks.at(-1); before !== undefined; before = blocks.at(-1)) {
      if (before.from + before.members.length * gap <= block.from) break;
      blocks.pop();
      const members = [...before.members, ...block.members];
      block = { members, from: place(members) };
    }
    blocks.push(block);
  }
  const places = new Array<number>(wanted.length);
  for (const { members, from } of blocks)
    members.forEach((at, k) => {
      places[at] = from + k * gap;
    });
  return places;
}
