import { useSignal } from "@preact/signals";
import { useEffect, useId, useMemo, useRef } from "preact/hooks";
import { pointIn } from "../../src/report/view/index.js";
import { newest } from "../parts/call.js";
import { rough } from "../parts/numbers.js";
import { Slider } from "../parts/Slider.js";
import { useWidth } from "../parts/useSize.js";
import { dataSet } from "../state.js";
import { fail, lesson } from "./lesson.js";
import type { Tangency } from "./tangency.js";

type Point = readonly [number, number];
type Kind = "l1" | "l2" | "both";

/** The half of the plane that is seen. */
const REACH = 1;
const RATIO = 0.5;
const STEP = 0.02;

/** Two weights: the contours of the loss around its least squares, and what a penalty allows. */
export function Geometry() {
  const pair = useSignal<readonly [number, number]>([2, 8]);
  /** Where it was moved to; until then it is at the least squares of the data, whichever they are. */
  const point = useSignal<Point | undefined>(undefined);
  const strength = useSignal(0.25);
  const found = useSignal<Tangency | undefined>(undefined);
  const names = useSignal<readonly string[]>([]);
  const ask = useMemo(
    () =>
      newest(
        lesson.geometry,
        (result) => {
          found.value = result;
        },
        fail,
      ),
    [],
  );
  const name = dataSet.value;
  useEffect(() => {
    lesson.names(name).then((all) => {
      names.value = all;
      const [a, b] = pair.value;
      if (Math.max(a, b) >= all.length) pair.value = [0, 1];
    }, fail);
  }, [name]);
  const [chosen, at, weight] = [pair.value, point.value, strength.value];
  useEffect(() => ask(name, chosen, at, weight, RATIO), [name, chosen, at, weight]);

  const choose = (which: 0 | 1) => (index: number) => {
    const next: [number, number] = [...pair.value];
    next[which] = index;
    // The same one twice has no least squares: they change places.
    if (next[0] === next[1]) next[1 - which] = pair.value[which];
    pair.value = next;
    point.value = undefined;
  };
  const move = (next: Point): void => {
    const within = (value: number): number => Math.max(-REACH, Math.min(REACH, value));
    point.value = [within(next[0]), within(next[1])];
  };
  const tangency = found.value;
  const labels: [string, string] = [names.value[chosen[0]] ?? "", names.value[chosen[1]] ?? ""];
  return (
    <section aria-labelledby="geometry" class="stack">
      <div>
        <h2 class="title" id="geometry">
          Why L1 finds zeros: a diamond has corners
        </h2>
        <p class="lead">
          Drag the point of least squares. The solution is where its contours first touch what the penalty allows; on a
          diamond that is often a corner, where a weight is exactly zero. On a circle it hardly ever is.
        </p>
      </div>
      <div class="controls">
        <Choice label="across" names={names.value} value={chosen[0]} onChange={choose(0)} />
        <Choice label="upwards" names={names.value} value={chosen[1]} onChange={choose(1)} />
        <button
          type="button"
          onClick={() => {
            point.value = undefined;
          }}
        >
          Back to the data
        </button>
      </div>
      <div class="thirds">
        {(["l1", "l2", "both"] as const).map((kind) => (
          <Plane
            key={kind}
            kind={kind}
            point={at ?? tangency?.fitted ?? [0, 0]}
            tangency={tangency}
            labels={labels}
            move={move}
          />
        ))}
      </div>
      <div class="text">
        <Slider
          label="lambda"
          value={weight}
          min={0}
          max={1}
          step={0.01}
          text={rough(weight)}
          onInput={(value) => {
            strength.value = value;
          }}
        />
      </div>
      <p class="quiet">
        Both variables and the target have standard deviation 1; the two correlate by{" "}
        {tangency ? rough(tangency.correlation, 2) : "–"}. Each point of contact is the solver's own fit.
      </p>
    </section>
  );
}

interface ChoiceProps {
  label: string;
  names: readonly string[];
  value: number;
  onChange(index: number): void;
}

function Choice({ label, names, value, onChange }: ChoiceProps) {
  const id = useId();
  return (
    <span class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={({ currentTarget }) => onChange(currentTarget.selectedIndex)}>
        {names.map((name, j) => (
          <option key={name} value={j}>
            {name}
          </option>
        ))}
      </select>
    </span>
  );
}

const TITLES: Record<Kind, string> = { l1: "L1", l2: "L2", both: "both, half and half" };
const COLOURS: Record<Kind, string> = { l1: "var(--c1)", l2: "var(--c2)", both: "var(--c3)" };

/** The penalty of two weights. */
const penalties: Record<Kind, (u: number, v: number) => number> = {
  l1: (u, v) => Math.abs(u) + Math.abs(v),
  l2: (u, v) => (u * u + v * v) / 2,
  both: (u, v) => RATIO * (Math.abs(u) + Math.abs(v)) + ((1 - RATIO) / 2) * (u * u + v * v),
};

/** How far to go in a direction until the penalty is so large: it grows all the way. */
function radius(kind: Kind, u: number, v: number, size: number): number {
  const [l1, l2] = [Math.abs(u) + Math.abs(v), u * u + v * v];
  if (kind === "l1") return size / l1;
  if (kind === "l2") return Math.sqrt((2 * size) / l2);
  const [a, b] = [((1 - RATIO) / 2) * l2, RATIO * l1];
  return (-b + Math.sqrt(b * b + 4 * a * size)) / (2 * a);
}

const TURN = Array.from({ length: 145 }, (_, k) => (k * 2 * Math.PI) / 144);

function Plane({
  kind,
  point,
  tangency,
  labels,
  move,
}: {
  kind: Kind;
  point: Point;
  tangency: Tangency | undefined;
  labels: readonly [string, string];
  move(point: Point): void;
}) {
  const [ref, width] = useWidth<HTMLDivElement>();
  const svg = useRef<SVGSVGElement>(null);
  const dragging = useRef(false);
  const hint = useId();
  const side = Math.min(width, 340);
  const half = side / 2;
  const unit = (half - 14) / REACH;
  const X = (u: number): number => half + u * unit;
  const Y = (v: number): number => half - v * unit;
  const solution = tangency?.[kind];
  const r = tangency?.correlation ?? 0;
  const outline = (points: readonly Point[]): string =>
    `M${points.map(([u, v]) => `${X(u).toFixed(1)},${Y(v).toFixed(1)}`).join("L")}Z`;

  /** The contour of the loss on which a distance from the least squares lies. */
  const contour = (du: number, dv: number): string => {
    const level = Math.sqrt(du * du + dv * dv + 2 * r * du * dv);
    // The ellipse's axes lie on the diagonals, as both variables have the same scale.
    const [a, b] = [level / Math.sqrt(1 + r), level / Math.sqrt(Math.max(1e-9, 1 - r))];
    return outline(
      TURN.map((t) => {
        const [p, q] = [a * Math.cos(t), b * Math.sin(t)];
        return [point[0] + (p - q) / Math.SQRT2, point[1] + (p + q) / Math.SQRT2];
      }),
    );
  };
  const drag = (event: PointerEvent): void => {
    const { x, y } = pointIn(svg.current as SVGSVGElement, event);
    move([(x - half) / unit, (half - y) / unit]);
  };
  const stop = (): void => {
    dragging.current = false;
  };
  const key = (event: KeyboardEvent): void => {
    const steps: Record<string, Point> = {
      ArrowLeft: [-STEP, 0],
      ArrowRight: [STEP, 0],
      ArrowUp: [0, STEP],
      ArrowDown: [0, -STEP],
    };
    const by = steps[event.key];
    if (by === undefined) return;
    event.preventDefault();
    move([point[0] + by[0], point[1] + by[1]]);
  };
  const size = solution ? penalties[kind](...solution) : 0;
  const zeros = solution ? labels.filter((_, k) => solution[k] === 0) : [];
  return (
    <div class="stack">
      <h3>{TITLES[kind]}</h3>
      <div ref={ref} style={{ aspectRatio: "1", maxWidth: "340px" }}>
        {side > 0 && (
          <svg
            ref={svg}
            width={side}
            height={side}
            class="plane"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move its point
            tabIndex={0}
            role="application"
            aria-label={`${TITLES[kind]}: least squares at ${rough(point[0], 2)} and ${rough(point[1], 2)}; arrow keys move it`}
            aria-describedby={hint}
            onKeyDown={key}
            onPointerDown={(event) => {
              // A finger beside the point scrolls the page.
              const isOnPoint = (event.target as Element).closest(".grip") !== null;
              if (event.pointerType === "touch" && !isOnPoint) return;
              dragging.current = true;
              svg.current?.setPointerCapture(event.pointerId);
              drag(event);
            }}
            onPointerUp={stop}
            onPointerCancel={stop}
            onPointerMove={(event) => {
              if (dragging.current) drag(event);
            }}
          >
            <line class="rule" x1={0} x2={side} y1={half} y2={half} />
            <line class="rule" x1={half} x2={half} y1={0} y2={side} />
            <text class="end" x={side} y={half + 15}>
              {labels[0]}
            </text>
            <text x={half + 6} y={11}>
              {labels[1]}
            </text>
            {size > 0 && (
              <path
                d={outline(
                  // Corners are among the directions.
                  TURN.map((t): Point => {
                    const [u, v] = [Math.cos(t), Math.sin(t)];
                    const far = radius(kind, u, v, size);
                    return [far * u, far * v];
                  }),
                )}
                style={{ fill: COLOURS[kind], fillOpacity: 0.14, stroke: COLOURS[kind], strokeWidth: 2 }}
              />
            )}
            {solution && tangency && (
              <g style={{ fill: "none", stroke: "var(--grey)" }} clip-path="inset(0)">
                {[0.4, 0.7, 1.3, 1.6].map((share) => (
                  <path key={share} d={contour(share * (solution[0] - point[0]), share * (solution[1] - point[1]))} />
                ))}
                <path
                  d={contour(solution[0] - point[0], solution[1] - point[1])}
                  style={{ stroke: "var(--ink)", strokeWidth: 1.5 }}
                />
              </g>
            )}
            {solution && (
              <circle
                cx={X(solution[0])}
                cy={Y(solution[1])}
                r={5.5}
                style={{
                  fill: zeros.length > 0 ? "var(--paper)" : COLOURS[kind],
                  stroke: COLOURS[kind],
                  strokeWidth: 2.5,
                }}
              />
            )}
            <g class="grip" style={{ transform: `translate(${X(point[0])}px,${Y(point[1])}px)` }}>
              <circle r={22} style={{ fill: "transparent" }} />
              <circle r={7} style={{ fill: "var(--accent)", stroke: "var(--paper)", strokeWidth: 2 }} />
            </g>
          </svg>
        )}
      </div>
      <p class="quiet" id={hint} style={{ minHeight: "3em" }}>
        {solution === undefined
          ? ""
          : zeros.length === 2
            ? "Both weights are exactly zero."
            : zeros.length === 1
              ? `${zeros[0]} is exactly zero: the contour touches a corner.`
              : `${labels[0]} ${rough(solution[0], 2)}, ${labels[1]} ${rough(solution[1], 2)}: neither is zero.`}
      </p>
    </div>
  );
}
