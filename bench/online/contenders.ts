import { OnlineRegressor, setBackend } from "regulus";
import { type Clock, timed } from "../clock.js";
import type { Peer } from "../peers/peer.js";
import type { Stream } from "./data.js";
import { type Method, settings } from "./gates.js";

/** What one pass over the stream takes, and the weights that it ends with, where they are those of the same updates. */
interface Pass {
  seconds: number;
  weights?: Float64Array;
}

export const CONTENDERS = ["regulus", "twin", "plain JavaScript", "scikit-learn"] as const;

export interface Contender {
  name: (typeof CONTENDERS)[number];
  run(): Pass | Promise<Pass>;
}

export function contendersOf(
  method: Method,
  stream: Stream,
  batch: number,
  clock: Clock,
  peer: Peer | undefined,
): Contender[] {
  const ours = (backend: "wasm" | "js"): Pass => {
    setBackend(backend);
    const model = new OnlineRegressor(stream.p, settings[method]);
    setBackend("auto");
    const { seconds, result } = timed(clock, () => {
      pass(model, stream, batch);
      return model.coefficients;
    });
    return { seconds, weights: result };
  };
  const contenders: Contender[] = [
    { name: "regulus", run: () => ours("wasm") },
    { name: "twin", run: () => ours("js") },
  ];
  if (batch === 1) {
    const plain = { sgd: plainSgd, ftrl: plainFtrl }[method];
    contenders.push({
      name: "plain JavaScript",
      run: () => {
        const { seconds, result } = timed(clock, () => plain(stream));
        return { seconds, weights: result };
      },
    });
  }
  // Its updates are one for each row, whatever it is given at a time.
  if (peer !== undefined && method === "sgd" && batch > 1) {
    contenders.push({
      name: "scikit-learn",
      run: async () => ({
        seconds: Number(await peer.request("run", { solver: "sgd", tolerance: 0, variant: batch, clock, out: "none" })),
      }),
    });
  }
  return contenders;
}

function pass(model: OnlineRegressor, { rows, nonzeros, indices, values, y }: Stream, batch: number): void {
  if (batch === 1) {
    for (let i = 0, k = 0; i < rows; ++i, k += nonzeros) {
      const row = { indices: indices.subarray(k, k + nonzeros), values: values.subarray(k, k + nonzeros) };
      model.update(row, y[i]);
    }
    return;
  }
  const rowPointers = Int32Array.from({ length: batch + 1 }, (_, i) => i * nonzeros);
  for (let i = 0; i < rows; i += batch) {
    const to = Math.min(i + batch, rows);
    const [start, end] = [i * nonzeros, to * nonzeros];
    const X = {
      rowPointers: rowPointers.subarray(0, to - i + 1),
      indices: indices.subarray(start, end),
      values: values.subarray(start, end),
    };
    model.update(X, y.subarray(i, to));
  }
}

/** What one would write: the decay and the thresholds that a weight has missed, as a power and a geometric sum. */
function plainSgd({ p, rows, nonzeros, indices, values, y }: Stream): Float64Array {
  const { learningRate, l1, l2 } = settings.sgd;
  const a = 1 - 2 * learningRate * l2;
  const c = learningRate * l1;
  const w = new Float64Array(p);
  const last = new Int32Array(p);
  let b = 0;
  const catchUp = (j: number, step: number): void => {
    const x = w[j];
    const missed = step - last[j];
    last[j] = step;
    if (x === 0 || missed === 0) return;
    const power = a ** missed;
    const size = Math.abs(x) * power - (c * (1 - power)) / (1 - a);
    w[j] = size > 0 ? Math.sign(x) * size : 0;
  };
  for (let i = 0; i < rows; ++i) {
    const end = (i + 1) * nonzeros;
    let r = b - y[i];
    for (let k = i * nonzeros; k < end; ++k) {
      catchUp(indices[k], i);
      r += w[indices[k]] * values[k];
    }
    for (let k = i * nonzeros; k < end; ++k) {
      const j = indices[k];
      const x = a * w[j] - learningRate * r * values[k];
      w[j] = x > c ? x - c : x < -c ? x + c : 0;
      last[j] = i + 1;
    }
    b -= learningRate * r;
  }
  for (let j = 0; j < p; ++j) catchUp(j, rows);
  return w;
}

/** Algorithm 1 of McMahan et al. (2013), with typed arrays. */
function plainFtrl({ p, rows, nonzeros, indices, values, y }: Stream): Float64Array {
  const { learningRate, l1 } = settings.ftrl;
  const z = new Float64Array(p + 1);
  const n = new Float64Array(p + 1);
  const weight = (j: number, threshold: number): number =>
    Math.abs(z[j]) <= threshold ? 0 : ((Math.sign(z[j]) * threshold - z[j]) * learningRate) / (1 + Math.sqrt(n[j]));
  const w = new Float64Array(nonzeros);
  const step = (j: number, g: number, x: number): void => {
    z[j] += g - ((Math.sqrt(n[j] + g * g) - Math.sqrt(n[j])) / learningRate) * x;
    n[j] += g * g;
  };
  for (let i = 0; i < rows; ++i) {
    const start = i * nonzeros;
    const b = weight(p, 0);
    let r = b - y[i];
    for (let k = 0; k < nonzeros; ++k) {
      w[k] = weight(indices[start + k], l1);
      r += w[k] * values[start + k];
    }
    for (let k = 0; k < nonzeros; ++k) step(indices[start + k], r * values[start + k], w[k]);
    step(p, r, b);
  }
  return Float64Array.from({ length: p }, (_, j) => weight(j, l1));
}
