import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Fault } from "../parts/Fault.js";
import { percent, rough } from "../parts/numbers.js";
import { Slider } from "../parts/Slider.js";
import { useWidth } from "../parts/useSize.js";
import { LossChart, WAYS } from "./LossChart.js";
import {
  about,
  type DEFAULTS,
  fault,
  framesPerSecond,
  isRunning,
  latest,
  MOST_EPOCHS,
  pause,
  restart,
  settings,
  start,
} from "./training.js";
import type { Snapshot } from "./worker.js";

/** A network that learns while one watches: without a penalty, with decay, with proximal L1. */
export function Train() {
  useEffect(() => {
    if (latest.value === undefined) void restart();
    // Nobody sees it any more.
    return pause;
  }, []);
  const epoch = latest.value;
  return (
    <>
      <p class="over">569 biopsies · 30 measurements → 16 hidden → benign or malignant</p>
      <h1 class="two">{headline()}</h1>
      <p class="lead">
        Three networks begin with the same weights and see the same data. Decay makes weights small, but none zero; the
        proximal step of L1 removes those that are not needed.
      </p>
      <section class="stack">
        <div class="controls">
          <button type="button" class="first" onClick={() => (isRunning.value ? pause() : start())}>
            {isRunning.value ? "Pause" : "Train"}
          </button>
          <button type="button" onClick={restart}>
            From the start
          </button>
          <span>
            epoch {epoch?.epoch ?? 0} of {MOST_EPOCHS}
          </span>
          <span class="quiet">{framesPerSecond.value !== undefined && `${framesPerSecond.value} frames a second`}</span>
        </div>
        {fault.value && <Fault {...fault.value} />}
        <div class="grid">
          <div class="stack">
            <h2 class="small">
              Loss in training <small>mean squared hinge loss by epoch, logarithmic</small>
            </h2>
            <LossChart />
          </div>
          <div class="stack aligned">
            <Knob label="learning rate" field="learningRate" least={-4} most={1} />
            <Knob label="weight decay" field="weightDecay" least={-3} most={1} />
            <Knob label="l1" field="l1" least={-5} most={0} />
            <p class="quiet">A change starts the three anew. Biases bear no penalty.</p>
          </div>
        </div>
        <div class="thirds">
          {WAYS.map(({ way, title, colour }) => (
            <Weights key={way} title={title} colour={`var(${colour})`} snapshot={epoch?.snapshots[way]} />
          ))}
        </div>
        <Sizes />
      </section>
    </>
  );
}

function headline(): string {
  const epoch = latest.value;
  if (epoch === undefined || epoch.epoch === 0) return "Watch weights become exactly zero while a network learns.";
  const { plain, l1 } = epoch.snapshots;
  if (l1.zeros === 0) return "No weight is zero yet: the first steps only make them smaller.";
  return `With L1, ${l1.zeros} of ${l1.total} weights are exactly zero, and ${percent(l1.heldOut)} of biopsies not seen are told right; without, ${percent(plain.heldOut)}.`;
}

interface KnobProps {
  label: string;
  field: keyof typeof DEFAULTS;
  least: number;
  most: number;
}

/** A number that is chosen by its power of ten. */
function Knob({ label, field, least, most }: KnobProps) {
  const value = settings.value[field];
  return (
    <Slider
      label={label}
      value={Math.log10(value)}
      min={least}
      max={most}
      step={0.05}
      text={rough(value, 2)}
      onInput={(power) => {
        settings.value = { ...settings.value, [field]: Number((10 ** power).toPrecision(2)) };
        void restart();
      }}
    />
  );
}

const HEIGHT = 130;
/** As many weights as fill the height: beyond, a bar is cut. */
const MOST = 40;

function Weights({ title, colour, snapshot }: { title: string; colour: string; snapshot: Snapshot | undefined }) {
  const [ref, width] = useWidth<HTMLDivElement>();
  const { bins, zeros = 0, total = 1, loss = 0, heldOut = 0, inputsUsed = 0 } = snapshot ?? {};
  let path = "";
  if (bins && width > 0) {
    const step = width / bins.length;
    bins.forEach((count, k) => {
      if (count === 0) return;
      const top = HEIGHT - (Math.min(count, MOST) / MOST) * HEIGHT;
      path += `M${(k * step).toFixed(1)},${HEIGHT}V${top.toFixed(1)}h${(step - 1).toFixed(1)}V${HEIGHT}Z`;
    });
  }
  return (
    <div class="stack">
      <h2 class="small" style={{ color: colour }}>
        {title}
      </h2>
      <div ref={ref} style={{ height: `${HEIGHT + 20}px` }}>
        {width > 0 && (
          <svg
            width={width}
            height={HEIGHT + 20}
            role="img"
            aria-label={`Histogram of weights, ${title}: ${zeros} of ${total} are exactly zero.`}
          >
            <path d={path} style={{ fill: colour }} />
            <line class="zero" x1={0} x2={width} y1={HEIGHT + 0.5} y2={HEIGHT + 0.5} />
            <text y={HEIGHT + 16}>−0.75</text>
            <text class="middle" x={width / 2} y={HEIGHT + 16}>
              0
            </text>
            <text class="end" x={width} y={HEIGHT + 16}>
              0.75
            </text>
          </svg>
        )}
      </div>
      <div class="meter" style={{ "--share": `${(100 * zeros) / total}%` }} aria-hidden="true" />
      <table>
        <tbody>
          <Row name="○ exactly zero" value={`${zeros} of ${total}`} />
          <Row name="inputs used" value={`${inputsUsed} of 30`} />
          <Row name="loss" value={rough(loss)} />
          <Row name="right, not seen" value={percent(heldOut)} />
        </tbody>
      </table>
    </div>
  );
}

function Row({ name, value }: { name: string; value: string }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{value}</td>
    </tr>
  );
}

function Sizes() {
  const sizes = useSignal<Awaited<typeof about> | undefined>(undefined);
  useEffect(() => {
    about.then(
      (value) => {
        sizes.value = value;
      },
      () => {},
    );
  }, []);
  return (
    <p class="quiet">
      {sizes.value &&
        `${sizes.value.training} biopsies are learnt from in batches of 32, ${sizes.value.heldOut} are held out. float32, Adam or AdamW of Regulus, in a worker.`}
    </p>
  );
}
