import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { Chart, lineThrough, roundTicks } from "../parts/Chart.js";
import { newest } from "../parts/call.js";
import { counted, rough } from "../parts/numbers.js";
import { dataSet, l1Ratio, lambda, seed } from "../state.js";
import type { Comparison, Fit, Line, Way } from "./comparing.js";
import { LambdaSlider } from "./LambdaSlider.js";
import { background, fail, lesson } from "./lesson.js";

const WAYS: readonly { way: Way; title: string; colour: string }[] = [
  { way: "none", title: "none", colour: "var(--ink)" },
  { way: "l1", title: "L1", colour: "var(--c1)" },
  { way: "l2", title: "L2", colour: "var(--c2)" },
  { way: "both", title: "both", colour: "var(--c3)" },
];

/** So many variables have a row. */
const ROWS = 10;

type Penalised = Exclude<Way, "none">;

/** A fit between two stored ones. */
function between({ weights, training, heldOut }: Line, lambdas: Float64Array, at: number): Fit {
  const next = lambdas.findIndex((knot) => knot <= at);
  const last = lambdas.length - 1;
  if (next <= 0) {
    const k = next === 0 ? 0 : last;
    return { weights: weights[k], training: training[k], heldOut: heldOut[k], gap: Number.NaN };
  }
  const share = (lambdas[next - 1] - at) / (lambdas[next - 1] - lambdas[next]);
  const mix = (a: number, b: number): number => a + share * (b - a);
  return {
    weights: weights[next - 1].map((w, j) => mix(w, weights[next][j])),
    training: mix(training[next - 1], training[next]),
    heldOut: mix(heldOut[next - 1], heldOut[next]),
    gap: Number.NaN,
  };
}

/** None, L1, L2 and both side by side, on one axis that no choice changes. */
export function Compare() {
  const found = useSignal<Comparison | undefined>(undefined);
  const exact = useSignal<{ at: number; ratio: number; fits: Record<Penalised, Fit> } | undefined>(undefined);
  const hidden = useSignal<ReadonlySet<Way>>(new Set());
  const [paths, fits] = useMemo(
    () => [
      newest(
        (...args: Parameters<typeof lesson.comparePaths>) => background().comparePaths(...args),
        (result) => {
          found.value = result;
        },
        fail,
      ),
      newest(
        lesson.compare,
        (result, _, [, , at, ratio]) => {
          exact.value = { at, ratio, fits: result };
        },
        fail,
      ),
    ],
    [],
  );
  const [name, number, ratio] = [dataSet.value, seed.value, l1Ratio.value];
  useEffect(() => paths(name, number, ratio), [name, number, ratio]);
  const comparison = found.value;
  const at = lambda.value;
  useEffect(() => {
    if (at > 0) fits(name, number, at, ratio);
  }, [name, number, at, ratio]);

  return (
    <section aria-labelledby="compare" class="stack">
      <div>
        <h2 class="title" id="compare">
          Without a penalty, with L1, with L2, with both
        </h2>
        <p class="lead">
          L1 makes weights exactly zero, L2 makes all of them smaller. The axes are the same for all four, and stay as
          they are whatever you choose.
        </p>
      </div>
      <div class="grid" style={{ minHeight: "540px" }}>
        <div class="stack">
          {comparison && (
            <Weights
              comparison={comparison}
              fits={fitsAt(
                comparison,
                at,
                exact.value?.at === at && exact.value.ratio === ratio ? exact.value.fits : undefined,
              )}
              isExact={exact.value?.at === at && exact.value.ratio === ratio}
              hidden={hidden.value}
              toggle={(way) => {
                const next = new Set(hidden.value);
                if (!next.delete(way)) next.add(way);
                hidden.value = next;
              }}
            />
          )}
        </div>
        <div class="stack">{comparison && <Errors comparison={comparison} at={at} hidden={hidden.value} />}</div>
      </div>
    </section>
  );
}

function fitsAt(
  { none, lines, lambdas }: Comparison,
  at: number,
  exact: Record<Penalised, Fit> | undefined,
): Record<Way, Fit> {
  const line = (way: Penalised): Fit => exact?.[way] ?? between(lines[way], lambdas, at);
  return { none, l1: line("l1"), l2: line("l2"), both: line("both") };
}

/** The largest |weight| of any fit there is, and the variables in the order in which L1 lets them in. */
function useScale({ lines, none }: Comparison) {
  return useMemo(() => {
    const { weights } = lines.l1;
    const entries = none.weights.map((_, j) => {
      const k = weights.findIndex((values) => values[j] !== 0);
      return k < 0 ? Number.POSITIVE_INFINITY : k;
    });
    const order = Array.from(none.weights.keys()).sort(
      (a, b) => entries[a] - entries[b] || Math.abs(none.weights[b]) - Math.abs(none.weights[a]),
    );
    const shown = order.slice(0, ROWS);
    const size = (values: Float64Array): number => Math.max(...shown.map((j) => Math.abs(values[j])));
    const sizes = Object.values(lines).map((line) => line.weights.map(size));
    const most = Math.max(size(none.weights), ...sizes.flat());
    // Next to no penalty on variables that nearly depend on each other gives weights beside which nothing else is seen.
    const usual = Math.max(...sizes.flatMap((all) => all.slice(0, all.length >> 1)));
    return { shown, rest: order.slice(ROWS), most: most > 2.5 * usual ? usual : most };
  }, [lines, none]);
}

interface WeightsProps {
  comparison: Comparison;
  fits: Record<Way, Fit>;
  isExact: boolean;
  hidden: ReadonlySet<Way>;
  toggle(way: Way): void;
}

function Weights({ comparison, fits, isExact, hidden, toggle }: WeightsProps) {
  const { shown, rest, most } = useScale(comparison);
  const { names, trainingRows, heldOutRows } = comparison;
  const kept = (values: Float64Array, which: readonly number[]): number => which.filter((j) => values[j] !== 0).length;
  return (
    <>
      <h3>
        Weights <small>per standard deviation, ○ exactly zero</small>
      </h3>
      <table class="compare">
        <thead>
          <tr>
            <th scope="col">variable</th>
            {WAYS.map(({ way, title, colour }) => (
              <th key={way} scope="col">
                <label class="way" style={{ color: colour }}>
                  <input type="checkbox" checked={!hidden.has(way)} onChange={() => toggle(way)} /> {title}
                </label>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((j) => (
            <tr key={j}>
              <th scope="row">{names[j]}</th>
              {WAYS.map(({ way, colour }) => (
                <td key={way}>
                  {!hidden.has(way) && <Bar value={fits[way].weights[j]} most={most} colour={colour} />}
                </td>
              ))}
            </tr>
          ))}
          {rest.length > 0 && (
            <tr>
              <th scope="row" class="out">
                {rest.length} others, kept
              </th>
              {WAYS.map(({ way }) => (
                <td key={way} class="centre">
                  {!hidden.has(way) && kept(fits[way].weights, rest)}
                </td>
              ))}
            </tr>
          )}
          <tr>
            <th scope="row">weights kept</th>
            {WAYS.map(({ way }) => (
              <td key={way} class="centre">
                {!hidden.has(way) && `${kept(fits[way].weights, Array.from(names.keys()))} of ${names.length}`}
              </td>
            ))}
          </tr>
          {(
            [
              ["training", "error in training"],
              ["heldOut", "error not seen"],
            ] as const
          ).map(([field, title]) => (
            <tr key={field}>
              <th scope="row">{title}</th>
              {WAYS.map(({ way }) => (
                <td key={way} class="centre">
                  {!hidden.has(way) && rough(fits[way][field])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p class="quiet">
        Mean squared errors: of the {counted(trainingRows, "row")} that are learnt from, and of {heldOutRows} held out
        by seed {seed.value}. {isExact ? "Each fit is exact: " : "Between stored fits: "}
        {isExact
          ? `duality gap at most ${rough(Math.max(fits.l1.gap, fits.l2.gap, fits.both.gap), 1)}.`
          : "the exact ones follow."}
      </p>
    </>
  );
}

/** A bar from the middle, or a ring for exactly zero. */
function Bar({ value, most, colour }: { value: number; most: number; colour: string }) {
  if (value === 0)
    return (
      <span class="bar" role="img" aria-label="exactly 0">
        <i class="ring" />
      </span>
    );
  const size = Math.min(50, (50 * Math.abs(value)) / most);
  const isCut = Math.abs(value) > most;
  return (
    <span class={`bar${isCut ? (value < 0 ? " cut below" : " cut") : ""}`} role="img" aria-label={rough(value)}>
      <i style={{ background: colour, width: `${size}%`, left: `${value < 0 ? 50 - size : 50}%` }} />
    </span>
  );
}

function Errors({ comparison, at, hidden }: { comparison: Comparison; at: number; hidden: ReadonlySet<Way> }) {
  const { lambdas, lines, none, nullError } = comparison;
  const places = useMemo(() => lambdas.map((value) => -Math.log10(value)), [lambdas]);
  const [low, high] = useMemo(() => {
    const all = [
      none.training,
      none.heldOut,
      nullError,
      ...Object.values(lines).flatMap((line) => [...line.training, ...line.heldOut]),
    ];
    // A fit that has gone wild may leave the picture: the others are what is to be seen.
    return [Math.min(...all), Math.min(Math.max(...all), nullError * 1.15)];
  }, [comparison]);
  const place = -Math.log10(at);
  return (
    <>
      <h3>
        Error <small>solid: not seen, dotted: in training</small>
      </h3>
      <Chart
        label={`Mean squared error of each penalty over lambda, from strong to weak; at lambda ${rough(at)} see the table.`}
        height={300}
        x={[places[0], places[places.length - 1]]}
        y={[low - (high - low) * 0.06, high]}
        ticks={roundTicks(low, high).map((value) => ({ at: value, text: rough(value, 2) }))}
        margin={{ left: 48, right: 8, bottom: 22 }}
      >
        {(frame) => (
          <>
            {WAYS.filter(({ way }) => way !== "none" && !hidden.has(way)).map(({ way, colour }) => {
              const line = lines[way as Penalised];
              return (
                <g key={way} style={{ stroke: colour }} clip-path="inset(0)">
                  <path class="line" d={lineThrough(places, line.heldOut, frame)} />
                  <path class="line dotted" d={lineThrough(places, line.training, frame)} />
                </g>
              );
            })}
            {!hidden.has("none") && (
              <g style={{ stroke: "var(--ink)" }}>
                {none.heldOut < high && (
                  <line x1={frame.left} x2={frame.right} y1={frame.y(none.heldOut)} y2={frame.y(none.heldOut)} />
                )}
                <line
                  class="dotted"
                  x1={frame.left}
                  x2={frame.right}
                  y1={frame.y(none.training)}
                  y2={frame.y(none.training)}
                />
              </g>
            )}
            {at > 0 && <line class="cursor" x1={frame.x(place)} x2={frame.x(place)} y1={frame.top} y2={frame.bottom} />}
            <text x={frame.left} y={frame.height - 4}>
              strong penalty
            </text>
            <text class="end" x={frame.right} y={frame.height - 4}>
              next to none
            </text>
          </>
        )}
      </Chart>
      <LambdaSlider lambdas={lambdas} />
    </>
  );
}
