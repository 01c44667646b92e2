import { computed, type ReadonlySignal, useSignal, useSignalEffect } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { useDerived } from "../../src/report/view/index.js";
import { Chart, type Frame, lineThrough, roundTicks } from "../parts/Chart.js";
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

/** The l1Ratio of both: halves, where the one that is chosen leaves L1 or L2 alone, which have a column of their own. */
const mixed = computed(() => (l1Ratio.value > 0 && l1Ratio.value < 1 ? l1Ratio.value : 0.5));

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

/** Milliseconds that lambda rests before it is followed by what nobody sees, and before it is fitted exactly. */
const REST = 120;

/** Lambda, at once while an element is on the screen, and after a rest while it is not: what is dragged elsewhere waits for nothing here. */
function useFollowed(element: RefObject<HTMLElement>): ReadonlySignal<number> {
  const followed = useSignal(lambda.peek());
  const isSeen = useSignal(true);
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => {
      isSeen.value = entry.isIntersecting;
    });
    observer.observe(element.current as HTMLElement);
    return () => observer.disconnect();
  }, []);
  useSignalEffect(() => {
    const at = lambda.value;
    if (isSeen.value) {
      followed.value = at;
      return;
    }
    const timer = setTimeout(() => {
      followed.value = at;
    }, REST);
    return () => clearTimeout(timer);
  });
  return followed;
}

/** None, L1, L2 and both side by side, on one axis that no choice changes. */
export function Compare() {
  const found = useSignal<Comparison | undefined>(undefined);
  const exact = useSignal<Exact | undefined>(undefined);
  const hidden = useSignal<ReadonlySet<Way>>(new Set());
  const section = useRef<HTMLElement>(null);
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
        (result, _, [name, number, at, ratio]) => {
          exact.value = { key: keyOf(name, number, ratio), at, fits: result };
        },
        fail,
      ),
    ],
    [],
  );
  const at = useFollowed(section);
  useSignalEffect(() => paths(dataSet.value, seed.value, mixed.value));
  useSignalEffect(() => {
    const [name, number, ratio, value] = [dataSet.value, seed.value, mixed.value, at.value];
    const timer = setTimeout(() => value > 0 && fits(name, number, value, ratio), REST);
    return () => clearTimeout(timer);
  });
  const toggle = (way: Way): void => {
    const next = new Set(hidden.value);
    if (!next.delete(way)) next.add(way);
    hidden.value = next;
  };
  const comparison = found.value;
  return (
    <section aria-labelledby="compare" class="stack" ref={section}>
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
            <Weights comparison={comparison} at={at} exact={exact} hidden={hidden.value} toggle={toggle} />
          )}
        </div>
        <div class="stack">{comparison && <Errors comparison={comparison} at={at} hidden={hidden.value} />}</div>
      </div>
    </section>
  );
}

/** What the fits are of besides lambda. */
const keyOf = (name: string, number: number, ratio: number): string => `${name} ${number} ${ratio}`;

interface Exact {
  key: string;
  at: number;
  fits: Record<Penalised, Fit>;
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
  at: ReadonlySignal<number>;
  exact: ReadonlySignal<Exact | undefined>;
  hidden: ReadonlySet<Way>;
  toggle(way: Way): void;
}

/** The table, whose numbers and bars follow lambda one by one: no component is rendered again while it is dragged. */
function Weights({ comparison, at, exact, hidden, toggle }: WeightsProps) {
  const { shown, rest, most } = useScale(comparison);
  const { names, trainingRows, heldOutRows } = comparison;
  const exactFits = useDerived(() => {
    const found = exact.value;
    const isOfNow = found?.at === at.value && found.key === keyOf(dataSet.value, seed.value, mixed.value);
    return isOfNow ? found.fits : undefined;
  }, [at, exact]);
  const fits = useDerived(() => fitsAt(comparison, at.value, exactFits.value), [comparison, at]);
  const says = useDerived(
    () =>
      exactFits.value
        ? `Each fit is exact: duality gap at most ${rough(Math.max(...Object.values(exactFits.value).map(({ gap }) => gap)), 1)}.`
        : "Between stored fits: the exact ones follow.",
    [exactFits],
  );
  const share = useDerived(() => rough(mixed.value, 2), []);
  const kept = ({ weights }: Fit): string =>
    `${weights.reduce((count, w) => count + (w === 0 ? 0 : 1), 0)} of ${names.length}`;
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
                  {!hidden.has(way) && <Bar fits={fits} way={way} variable={j} most={most} colour={colour} />}
                </td>
              ))}
            </tr>
          ))}
          {rest.length > 0 && (
            <Figures title={`kept, with ${rest.length} others`} fits={fits} hidden={hidden} say={kept} />
          )}
          <Figures title="error in training" fits={fits} hidden={hidden} say={({ training }) => rough(training)} />
          <Figures title="error not seen" fits={fits} hidden={hidden} say={({ heldOut }) => rough(heldOut)} />
        </tbody>
      </table>
      <p class="quiet">
        Mean squared errors: of the {counted(trainingRows, "row")} that are learnt from, and of {heldOutRows} held out
        by seed {seed}. Both have an l1Ratio of <span>{share}</span>. <span>{says}</span>
      </p>
    </>
  );
}

type Fits = ReadonlySignal<Record<Way, Fit>>;

interface FiguresProps {
  title: string;
  fits: Fits;
  hidden: ReadonlySet<Way>;
  say(fit: Fit): string;
}

/** A row of numbers, one for each way. */
function Figures({ title, fits, hidden, say }: FiguresProps) {
  return (
    <tr>
      <th scope="row">{title}</th>
      {WAYS.map(({ way }) => (
        <td key={way} class="centre">
          {!hidden.has(way) && <Figure fits={fits} way={way} say={say} />}
        </td>
      ))}
    </tr>
  );
}

function Figure({ fits, way, say }: { fits: Fits; way: Way; say(fit: Fit): string }) {
  return <>{useDerived(() => say(fits.value[way]), [fits, way])}</>;
}

interface BarProps {
  fits: Fits;
  way: Way;
  variable: number;
  most: number;
  colour: string;
}

/** A bar from the middle, or a ring for exactly zero. */
function Bar({ fits, way, variable, most, colour }: BarProps) {
  const inputs = [fits, way, variable, most, colour];
  const value = useDerived(() => fits.value[way].weights[variable], inputs);
  const box = useDerived(() => {
    const isCut = Math.abs(value.value) > most;
    return `bar${isCut ? (value.value < 0 ? " cut below" : " cut") : ""}`;
  }, inputs);
  const says = useDerived(() => (value.value === 0 ? "exactly 0" : rough(value.value)), inputs);
  const mark = useDerived(() => (value.value === 0 ? "ring" : ""), inputs);
  const style = useDerived(() => {
    if (value.value === 0) return "";
    const size = Math.min(50, (50 * Math.abs(value.value)) / most).toFixed(2);
    const far = `calc(50% - max(1px, ${size}%))`;
    // What is cut off is not drawn: a bar of another width would be laid out anew with all that is around it.
    return `background: ${colour}; clip-path: inset(0 ${value.value > 0 ? far : "50%"} 0 ${value.value > 0 ? "50%" : far} round 2px)`;
  }, inputs);
  return (
    <span class={box} role="img" aria-label={says}>
      <i class={mark} style={style} />
    </span>
  );
}

interface ErrorsProps {
  comparison: Comparison;
  at: ReadonlySignal<number>;
  hidden: ReadonlySet<Way>;
}

function Errors({ comparison, at, hidden }: ErrorsProps) {
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
  return (
    <>
      <h3>
        Error <small>solid: not seen, dotted: in training</small>
      </h3>
      <Chart
        label="Mean squared error of each penalty over lambda, from strong to weak; the table has the numbers at the lambda that is chosen."
        height={300}
        x={[places[0], places[places.length - 1]]}
        y={[low - (high - low) * 0.06, high]}
        ticks={roundTicks(low, high).map((value) => ({ at: value, text: rough(value, 2) }))}
        margin={{ left: 48, right: 8, bottom: 22 }}
        over={(frame) => <Cursor at={at} frame={frame} />}
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

/** The line at lambda, a layer of its own over the picture. */
function Cursor({ at, frame }: { at: ReadonlySignal<number>; frame: Frame }) {
  const { left, right, top, bottom } = frame;
  const style = useDerived(() => {
    const x = frame.x(-Math.log10(at.value || 1));
    return `top: ${top}px; height: ${bottom - top}px; transform: translateX(${(x - 1).toFixed(2)}px)${at.value > 0 ? "" : "; display: none"}`;
  }, [at, left, right, top, bottom, frame.x]);
  return <div class="cursor-layer" style={style} />;
}
