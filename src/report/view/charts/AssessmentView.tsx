import { useSignal } from "@preact/signals";
import type { FloatArray } from "../../../index.js";
import { counted } from "../../../printing/numbers.js";
import type { Assessment, ClassAssessment } from "../../ReportData.js";
import { pathOf, type Scale, scaleOf } from "../geometry/frame.js";
import { useDerived, useWidth } from "../hooks.js";
import type { ReportState } from "../state.js";
import { plainFigure, tickFigure } from "../words.js";

/** The assessment whose lambda is the nearest to the cursor, on the axis of the pictures. */
function nearestAssessment({ data, axis, lambda }: ReportState): Assessment | undefined {
  const place = axis.placeOf(lambda.value);
  const away = (one: Assessment): number => Math.abs(axis.placeOf(one.lambda) - place);
  return data.assessments.reduce<Assessment | undefined>(
    (best, one) => (best === undefined || away(one) < away(best) ? one : best),
    undefined,
  );
}

/** How well rows with known responses are predicted: residuals of numbers; of classes ROC curve and calibration. */
export function AssessmentView({ state }: { state: ReportState }) {
  const one = useDerived(() => nearestAssessment(state), [state]).value;
  if (one === undefined) return null;
  const where = `${one.of}, at lambda ${plainFigure(one.lambda)}`;
  if (one.classes) return <ClassesView classes={one.classes} where={where} />;
  if (one.residuals) return <Residuals {...one.residuals} where={where} rows={one.rows} />;
  return null;
}

function Square({
  heading,
  more,
  label,
  x,
  y,
  children,
}: {
  heading: string;
  more: string;
  label: string;
  x: readonly [number, number, string];
  y: readonly [number, number, string];
  children: (x: Scale, y: Scale) => preact.ComponentChildren;
}) {
  const [box, width] = useWidth<HTMLDivElement>();
  const height = 250;
  const frame = { left: 52, right: Math.max(80, width - 12), top: 10, bottom: height - 44 };
  const down = scaleOf(y[0], y[1], frame, 4);
  const across = scaleOf(x[0], x[1], { top: frame.left, bottom: frame.right }, width < 400 ? 3 : 5);
  // scaleOf puts large numbers at the top: here they are to the right.
  const over: Scale = { ...across, at: (value) => frame.left + frame.right - across.at(value) };
  return (
    <figure class="rg-part">
      <figcaption>
        <h2>
          {heading} <small>{more}</small>
        </h2>
      </figcaption>
      <div class="rg-plot" ref={box} style={{ height }}>
        {width > 0 && (
          <svg role="img" aria-label={label} viewBox={`0 0 ${width} ${height}`}>
            {down.ticks.map((tick) => (
              <g key={tick}>
                <line
                  x1={frame.left}
                  x2={frame.right}
                  y1={down.at(tick)}
                  y2={down.at(tick)}
                  class={tick === 0 ? "rg-zero" : "rg-grid"}
                />
                <text x={frame.left - 8} y={down.at(tick) + 4} text-anchor="end">
                  {tickFigure(tick)}
                </text>
              </g>
            ))}
            {over.ticks.map((tick) => (
              <text key={tick} x={over.at(tick)} y={frame.bottom + 18} text-anchor="middle">
                {tickFigure(tick)}
              </text>
            ))}
            <text x={(frame.left + frame.right) / 2} y={height - 6} text-anchor="middle">
              {x[2]}
            </text>
            {children(over, down)}
          </svg>
        )}
      </div>
    </figure>
  );
}

function Residuals({
  predicted,
  residual,
  half,
  where,
  rows,
}: NonNullable<Assessment["residuals"]> & { where: string; rows: number }) {
  const range = (values: FloatArray): [number, number] => [Math.min(...values), Math.max(...values)];
  const [low, high] = range(residual);
  const more = predicted.length < rows ? `, ${counted(predicted.length)} of ${counted(rows)} shown` : "";
  return (
    <Square
      heading="Residuals"
      more={`${where}; half are within ±${plainFigure(half)}${more}`}
      label={`Residuals of ${counted(rows)} rows over what is predicted: half of them are within ±${plainFigure(half)}`}
      x={[...range(predicted), "predicted"]}
      y={[Math.min(low, 0), Math.max(high, 0), "residual"]}
    >
      {(x, y) => (
        // Points as lines of no length with round ends: one element for hundreds of them.
        <path
          d={Array.from(predicted, (value, k) => `M${x.at(value).toFixed(1)},${y.at(residual[k]).toFixed(1)}h0`).join(
            "",
          )}
          class="rg-points"
        />
      )}
    </Square>
  );
}

function ClassesView({ classes, where }: { classes: readonly ClassAssessment[]; where: string }) {
  const chosen = useSignal(classes.length - 1);
  const one = classes[Math.min(chosen.value, classes.length - 1)];
  return (
    <section aria-label="How well classes are told apart">
      {classes.length > 1 && (
        <p>
          <label>
            Told from the others:{" "}
            <select
              value={chosen.value}
              onChange={(event) => {
                chosen.value = Number(event.currentTarget.value);
              }}
            >
              {classes.map(({ label }, k) => (
                <option key={label} value={k}>
                  {String(label)}
                </option>
              ))}
            </select>
          </label>
        </p>
      )}
      <div class="rg-pair">
        <Roc one={one} where={where} />
        <Calibration one={one} where={where} />
      </div>
    </section>
  );
}

interface ClassProps {
  one: ClassAssessment;
  where: string;
}

function Roc({ one: { label, auc, falsePositive, truePositive }, where }: ClassProps) {
  return (
    <Square
      heading="Who is found, who is alarmed"
      more={`ROC curve of ${where}; AUC ${auc.toFixed(3)}`}
      label={`ROC curve of class ${String(label)}: area ${auc.toFixed(3)}`}
      x={[0, 1, "false alarms (false positive rate)"]}
      y={[0, 1, "found"]}
    >
      {(x, y) => <Curve x={x} y={y} across={falsePositive} up={truePositive} />}
    </Square>
  );
}

function Calibration({ one: { label, predicted, observed, counts }, where }: ClassProps) {
  const most = Math.max(...counts);
  const bins = Array.from(
    predicted,
    (value, k) => `${(100 * value).toFixed(0)} % predicted, ${(100 * observed[k]).toFixed(0)} % seen`,
  );
  return (
    <Square
      heading="Is 80 % really 80 %?"
      more={`calibration of ${where}; larger dots, more rows`}
      label={`Calibration of class ${String(label)}: ${bins.join("; ")}`}
      x={[0, 1, "predicted probability"]}
      y={[0, 1, "share seen"]}
    >
      {(x, y) => (
        <>
          <Curve x={x} y={y} across={predicted} up={observed} />
          {Array.from(predicted, (value, k) => (
            <circle
              key={value}
              cx={x.at(value)}
              cy={y.at(observed[k])}
              r={3 + 3 * Math.sqrt(counts[k] / most)}
              style={{ fill: "var(--rg-c0)" }}
            />
          ))}
        </>
      )}
    </Square>
  );
}

/** A line over the diagonal, which says nothing of the classes. */
function Curve({
  x,
  y,
  across,
  up,
}: {
  x: Scale;
  y: Scale;
  across: ClassAssessment["predicted"];
  up: ClassAssessment["observed"];
}) {
  return (
    <>
      <line x1={x.at(0)} y1={y.at(0)} x2={x.at(1)} y2={y.at(1)} class="rg-rule" />
      <path d={pathOf(across.map(x.at), up.map(y.at))} class="rg-line" style={{ stroke: "var(--rg-c0)" }} />
    </>
  );
}
