import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { Chart, lineThrough } from "../parts/Chart.js";
import { newest } from "../parts/call.js";
import { rough } from "../parts/numbers.js";
import { fail, lesson } from "./lesson.js";

/** Where the weights start: as in shrinking.ts, whose steps the worker takes. */
const START = [0.55, -0.26, 0.12] as const;
const COLOURS = ["var(--c1)", "var(--c2)", "var(--c3)"];
const MOST = 60;

const WAYS = [
  { way: "proximal", title: "Proximal step", formula: "w ← w − clamp(w, −t, t)" },
  { way: "subgradient", title: "Subgradient step", formula: "w ← w − t·sign(w)" },
] as const;

/** One step a click: one way arrives at zero and stays, the other goes back and forth. */
export function Steps() {
  const steps = useSignal(0);
  const tracks = useSignal<Awaited<ReturnType<typeof lesson.shrink>> | undefined>(undefined);
  const ask = useMemo(
    () =>
      newest(
        lesson.shrink,
        (result) => {
          tracks.value = result;
        },
        fail,
      ),
    [],
  );
  const count = steps.value;
  useEffect(() => ask(count), [count]);
  const go = (by: number) => () => {
    steps.value = Math.min(MOST, steps.value + by);
  };
  return (
    <section aria-labelledby="steps" class="stack">
      <div>
        <h2 class="title" id="steps">
          How a weight gets to zero, step by step
        </h2>
        <p class="lead">
          Both ways take the same 0.1 off each weight at every step. The proximal step stops at zero; the subgradient,
          which only knows the direction, steps over it and comes back for ever.
        </p>
      </div>
      <div class="controls">
        <button type="button" class="first" onClick={go(1)} disabled={count >= MOST}>
          Step
        </button>
        <button type="button" onClick={go(10)} disabled={count >= MOST}>
          10 steps
        </button>
        <button
          type="button"
          onClick={() => {
            steps.value = 0;
          }}
        >
          From the start
        </button>
        <output style={{ minWidth: "6em" }}>{count === 1 ? "1 step" : `${count} steps`}</output>
      </div>
      <div class="halves">
        {WAYS.map(({ way, title, formula }) => (
          <Track key={way} title={title} formula={formula} places={tracks.value?.[way] ?? [Float64Array.from(START)]} />
        ))}
      </div>
    </section>
  );
}

function Track({ title, formula, places }: { title: string; formula: string; places: readonly Float64Array[] }) {
  const last = places[places.length - 1];
  const zeros = last.filter((w) => w === 0).length;
  const says = `${Array.from(last, (w) => (w === 0 ? "exactly 0" : rough(w, 2))).join(", ")}`;
  const xs = places.map((_, k) => k);
  return (
    <div class="stack">
      <h3>
        {title} <small>{formula}, t = learning rate · l1 = 0.1</small>
      </h3>
      <Chart
        label={`${title}: the weights are now ${says}.`}
        height={220}
        x={[0, Math.max(10, places.length - 1)]}
        y={[-0.34, 0.6]}
        ticks={[-0.2, 0, 0.2, 0.4].map((at) => ({ at, text: rough(at, 1) }))}
        margin={{ left: 40, right: 14, bottom: 22 }}
      >
        {(frame) => (
          <>
            {START.map((start, j) => {
              const values = places.map((w) => w[j]);
              const zeroAt = values.indexOf(0);
              const until = zeroAt < 0 ? values.length : zeroAt + 1;
              return (
                <g key={start} style={{ stroke: COLOURS[j] }}>
                  <path class="line" d={lineThrough(xs.slice(0, until), values, frame)} />
                  {values.slice(0, until).map((value, k) => (
                    <circle
                      key={k}
                      cx={frame.x(k)}
                      cy={frame.y(value)}
                      r={value === 0 ? 4.5 : 2.5}
                      style={{ fill: value === 0 ? "var(--paper)" : COLOURS[j], strokeWidth: value === 0 ? 2 : 0 }}
                    />
                  ))}
                </g>
              );
            })}
            <text class="end" x={frame.right} y={frame.height - 4}>
              steps →
            </text>
          </>
        )}
      </Chart>
      <p class="quiet" aria-live="polite">
        Now {says}: {zeros === 0 ? "no weight is zero." : `${zeros} of 3 exactly zero.`}
      </p>
    </div>
  );
}
