import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { Chart, lineThrough, roundTicks } from "../parts/Chart.js";
import { newest } from "../parts/call.js";
import { rough } from "../parts/numbers.js";
import { fail, lesson } from "./lesson.js";
import type { Mistake, Outcome, Picture } from "./mistakes.js";

interface Pitfall {
  name: Mistake;
  title: string;
  what: string;
  mend: string;
}

const PITFALLS: readonly Pitfall[] = [
  {
    name: "biases",
    title: "Penalising biases",
    what: "The intercept is a column of ones, and shrinks like all others.",
    mend: "leave the bias unpenalised",
  },
  {
    name: "tooLarge",
    title: "Lambda too large",
    what: "The penalty outweighs the data.",
    mend: "let cross-validation choose",
  },
  {
    name: "tooSmall",
    title: "Lambda too small",
    what: "100 patients, 64 variables, next to no penalty: the noise is learnt by heart.",
    mend: "let cross-validation choose",
  },
  {
    name: "uncleared",
    title: "L1 by hand, gradients not cleared",
    what: "The sign of each weight is added to gradients that still hold those of the steps before.",
    mend: "clear them, and take the proximal step",
  },
  {
    name: "unwanted",
    title: "L1 where no sparsity is wanted",
    what: "30 sensors measure the same thing, each with noise of its own: the average of all would be best.",
    mend: "use L2",
  },
];

/** Five mistakes, each shown as it happens, and mended. */
export function Pitfalls() {
  return (
    <section aria-labelledby="pitfalls" class="stack">
      <div>
        <h2 class="title" id="pitfalls">
          Five ways to get it wrong
        </h2>
        <p class="lead">Each of them happens here, in a fit of its own. One button mends it.</p>
      </div>
      <div class="halves pitfalls">
        {PITFALLS.map((pitfall) => (
          <Card key={pitfall.name} {...pitfall} />
        ))}
      </div>
    </section>
  );
}

function Card({ name, title, what, mend }: Pitfall) {
  const isMended = useSignal(false);
  const outcome = useSignal<Outcome | undefined>(undefined);
  const ask = useMemo(
    () =>
      newest(
        lesson[name],
        (result) => {
          outcome.value = result;
        },
        fail,
      ),
    [],
  );
  const mended = isMended.value;
  useEffect(() => ask(mended), [mended]);
  return (
    <article class="stack">
      <div>
        <h3>{title}</h3>
        <p class="quiet" style={{ minHeight: "2.9em" }}>
          {what}
        </p>
      </div>
      <div style={{ height: "180px" }}>
        {outcome.value && <Drawing picture={outcome.value.picture} title={title} />}
      </div>
      <p style={{ minHeight: "4.5em" }} aria-live="polite">
        {outcome.value?.sentence}
      </p>
      <button
        type="button"
        onClick={() => {
          isMended.value = !isMended.value;
        }}
      >
        {mended ? "Break it again" : `Mend it: ${mend}`}
      </button>
    </article>
  );
}

function Drawing({ picture, title }: { picture: Picture; title: string }) {
  if (picture.kind === "scatter") return <Scatter {...picture} title={title} />;
  if (picture.kind === "errors") return <Errors {...picture} title={title} />;
  if (picture.kind === "loss") return <Loss {...picture} title={title} />;
  return <Stems {...picture} title={title} />;
}

type Of<K extends Picture["kind"]> = Extract<Picture, { kind: K }> & { title: string };

function Scatter({ measured, predicted, title }: Of<"scatter">) {
  return (
    <Chart
      label={`${title}: predicted against measured progression of each patient.`}
      height={180}
      x={[0, 350]}
      y={[0, 300]}
      ticks={[0, 100, 200, 300].map((at) => ({ at, text: String(at) }))}
      margin={{ left: 36 }}
    >
      {(frame) => (
        <>
          <line
            class="rule"
            x1={frame.x(0)}
            y1={frame.y(0)}
            x2={frame.x(300)}
            y2={frame.y(300)}
            style={{ stroke: "var(--soft)" }}
          />
          {Array.from(measured, (value, i) => (
            <circle
              key={i}
              cx={frame.x(value)}
              cy={frame.y(predicted[i])}
              r={1.8}
              style={{ fill: "var(--c1)", fillOpacity: 0.55 }}
            />
          ))}
          <text class="end" x={frame.right} y={frame.height - 4}>
            measured →
          </text>
          <text x={frame.left + 6} y={frame.top + 10}>
            ↑ predicted
          </text>
        </>
      )}
    </Chart>
  );
}

function Errors({ lambdas, training, heldOut, lambda, title }: Of<"errors">) {
  const places = Array.from(lambdas, (value) => -Math.log10(value));
  const low = Math.min(...training, ...heldOut);
  // What lies above is far beyond what predicting the average would give.
  const high = Math.min(Math.max(...heldOut), heldOut[0] * 1.5);
  const at = -Math.log10(lambda);
  return (
    <Chart
      label={`${title}: errors over lambda, which is now ${rough(lambda)}.`}
      height={180}
      x={[places[0], places[places.length - 1]]}
      y={[low - (high - low) * 0.06, high]}
      ticks={roundTicks(low, high, 3).map((value) => ({ at: value, text: rough(value, 2) }))}
      margin={{ left: 48, bottom: 40 }}
    >
      {(frame) => (
        <>
          <g clip-path="inset(0)" style={{ stroke: "var(--c1)" }}>
            <path
              class="line"
              d={lineThrough(
                places,
                heldOut.map((value) => Math.min(value, high * 1.2)),
                frame,
              )}
            />
            <path class="line dotted" d={lineThrough(places, training, frame)} />
          </g>
          <line class="cursor" x1={frame.x(at)} x2={frame.x(at)} y1={frame.top} y2={frame.bottom} />
          <text x={frame.left} y={frame.height - 20}>
            strong penalty
          </text>
          <text class="end" x={frame.right} y={frame.height - 20}>
            next to none
          </text>
          <text x={frame.left} y={frame.height - 4}>
            solid: not seen, dotted: training
          </text>
        </>
      )}
    </Chart>
  );
}

function Loss({ losses, most, title }: Of<"loss">) {
  return (
    <Chart
      label={`${title}: the loss of each step, ${rough(losses[losses.length - 1])} at the end.`}
      height={180}
      x={[0, Math.max(59, losses.length - 1)]}
      y={[0, Math.max(4, most)]}
      ticks={roundTicks(0, Math.max(4, most), 4).map((at) => ({ at, text: rough(at, 2) }))}
      margin={{ left: 40 }}
    >
      {(frame) => (
        <>
          <path
            class="line"
            style={{ stroke: "var(--c1)" }}
            d={lineThrough(Array.from(losses.keys()), losses, frame)}
          />
          <text x={frame.left} y={frame.height - 4}>
            loss, step by step
          </text>
        </>
      )}
    </Chart>
  );
}

function Stems({ names, weights, title }: Of<"weights">) {
  return (
    <Chart
      label={`${title}: ${weights.filter((w) => w !== 0).length} of ${weights.length} weights are kept.`}
      height={180}
      x={[-0.5, weights.length - 0.5]}
      y={[-0.06, 0.22]}
      ticks={[0, 0.1, 0.2].map((at) => ({ at, text: rough(at, 1) }))}
      margin={{ left: 36 }}
    >
      {(frame) => (
        <>
          {Array.from(weights, (w, j) => (
            <g key={names[j]} style={{ stroke: "var(--c1)" }}>
              <line x1={frame.x(j)} x2={frame.x(j)} y1={frame.y(0)} y2={frame.y(w)} stroke-width={3} />
              <circle
                cx={frame.x(j)}
                cy={frame.y(w)}
                r={3}
                style={{ fill: w === 0 ? "var(--paper)" : "var(--c1)", stroke: w === 0 ? "var(--soft)" : "var(--c1)" }}
              />
            </g>
          ))}
          <text x={frame.left} y={frame.height - 4}>
            weights of the sensors, ○ exactly zero
          </text>
        </>
      )}
    </Chart>
  );
}
