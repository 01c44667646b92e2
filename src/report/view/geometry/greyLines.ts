/** Up to so many lines the canvas strokes; more are counted pixel by pixel, which takes milliseconds for thousands. */
const STROKED = 150;

export interface Lines {
  readonly count: number;
  /** In pixels of the canvas, ascending. */
  readonly xs: Float32Array;
  /** Of a line at one of xs, in pixels of the canvas. */
  y(line: number, k: number): number;
  /** Whether a line is 0 from one of xs to the next: the zero rail shows it. */
  isZero(line: number, k: number): boolean;
}

/** Draws lines in one colour. Where thousands cross a pixel it is no darker than where a few dozen do. */
export function drawLines(context: CanvasRenderingContext2D, lines: Lines, colour: string, thickness: number): void {
  const { width, height } = context.canvas;
  context.clearRect(0, 0, width, height);
  if (lines.count <= STROKED) stroke(context, lines, colour, thickness);
  else shade(context, lines, colour);
}

function stroke(
  context: CanvasRenderingContext2D,
  { count, xs, y, isZero }: Lines,
  colour: string,
  thickness: number,
): void {
  context.strokeStyle = colour;
  context.lineWidth = thickness;
  context.lineJoin = "round";
  for (let line = 0; line < count; ++line) {
    context.beginPath();
    let isDown = false;
    for (let k = 1; k < xs.length; ++k) {
      if (isZero(line, k - 1)) {
        isDown = false;
        continue;
      }
      if (!isDown) context.moveTo(xs[k - 1], y(line, k - 1));
      context.lineTo(xs[k], y(line, k));
      isDown = true;
    }
    context.stroke();
  }
}

function shade(context: CanvasRenderingContext2D, { count, xs, y, isZero }: Lines, colour: string): void {
  const { width, height } = context.canvas;
  const cover = new Float32Array(width * height);
  for (let line = 0; line < count; ++line) {
    let from = y(line, 0);
    for (let k = 1; k < xs.length; ++k) {
      const to = y(line, k);
      if (!isZero(line, k - 1)) segment(cover, width, height, xs[k - 1], from, xs[k], to);
      from = to;
    }
  }
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const solid = red | (green << 8) | (blue << 16);
  for (let at = 0; at < cover.length; ++at) {
    const much = cover[at];
    if (much > 0) pixels[at] = solid | (Math.min(255, 255 * (1 - 1 / (1 + 0.9 * much))) << 24);
  }
  context.putImageData(image, 0, 0);
}

/** Adds how much a segment covers of each pixel: one a column, or a run of them where it is steep. */
function segment(
  cover: Float32Array,
  width: number,
  height: number,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
): void {
  const first = Math.max(0, Math.round(x0));
  const last = Math.min(width, Math.round(x1));
  const slope = x1 > x0 ? (y1 - y0) / (x1 - x0) : 0;
  for (let x = first; x < last; ++x) {
    const a = y0 + slope * (x - x0);
    const b = a + slope;
    const low = Math.max(0, Math.min(a, b));
    const high = Math.min(height - 1, Math.max(a, b));
    if (high - low < 1) {
      const middle = (a + b) / 2;
      const row = Math.floor(middle);
      const rest = middle - row;
      if (row >= 0 && row < height) cover[row * width + x] += 1 - rest;
      if (row + 1 >= 0 && row + 1 < height) cover[(row + 1) * width + x] += rest;
    } else {
      for (let row = Math.round(low); row <= high; ++row) cover[row * width + x] += 1;
    }
  }
}
