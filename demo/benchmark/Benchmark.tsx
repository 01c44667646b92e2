import { Fault } from "../parts/Fault.js";
import { percent, rough } from "../parts/numbers.js";
import {
  asJson,
  cancel,
  fault,
  isDone,
  machine,
  measure,
  progress,
  type Row,
  rows,
  status,
  tensorflow,
  withTensorFlow,
} from "./measuring.js";
import type { Contender } from "./worker.js";

const WAYS: readonly { name: Contender; title: string; colour: string }[] = [
  { name: "wasm", title: "Regulus, WebAssembly", colour: "var(--c1)" },
  { name: "js", title: "Regulus, JavaScript twin", colour: "var(--c3)" },
  { name: "plain", title: "plain loops", colour: "var(--ink)" },
  { name: "tensorflow", title: "TensorFlow.js", colour: "var(--c2)" },
];

async function copy(): Promise<void> {
  try {
    await navigator.clipboard.writeText(asJson());
    status.value = "copied";
  } catch {
    status.value = "the browser does not let the page copy: select the table instead";
  }
}

/** How fast this browser is, by what. */
export function Benchmark() {
  const running = progress.value !== undefined;
  return (
    <>
      <p class="over">Benchmark</p>
      <h1 class="whole">{headline()}</h1>
      <p class="lead">
        The same work on this machine: in WebAssembly, in its JavaScript twin that gives the same bits, in the loops one
        would write, and in TensorFlow.js.
      </p>
      <section class="stack">
        <div class="controls">
          <button type="button" class="first" disabled={running} onClick={measure}>
            Measure
          </button>
          <button type="button" disabled={!running} onClick={cancel}>
            Cancel
          </button>
          <label>
            <input
              type="checkbox"
              checked={withTensorFlow.value}
              disabled={running}
              onChange={({ currentTarget }) => {
                withTensorFlow.value = currentTarget.checked;
              }}
            />
            with TensorFlow.js, which is loaded for it
          </label>
          {progress.value !== undefined && (
            <>
              <progress aria-label="Benchmark" value={progress.value} max={1} />
              <span>{percent(progress.value)}</span>
            </>
          )}
          <span role="status">{status.value}</span>
        </div>
        {fault.value && <Fault {...fault.value} />}
        <p class="quiet">Six tasks, about ten seconds. Close what else is busy.</p>
        <Bars />
        <Numbers />
        <div class="controls">
          <button type="button" disabled={!isDone.value} onClick={copy}>
            Copy as JSON
          </button>
        </div>
        <Machine />
      </section>
    </>
  );
}

const ratioOf = ({ milliseconds }: Row): number | undefined => {
  const { wasm, js, plain } = milliseconds;
  const own = wasm ?? js;
  return own !== undefined && plain !== undefined ? plain / own : undefined;
};

function headline(): string {
  if (!isDone.value) return "How fast is it in this browser?";
  const ratios = rows.value.map(ratioOf).filter((ratio) => ratio !== undefined);
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)];
  return `${rough(least, 2)} to ${rough(most, 2)} times as fast as plain loops, in this browser, now.`;
}

/** Times over that of the fastest: each task on a scale of its own. */
function Bars() {
  return (
    <>
      <h2 class="small">
        Time <small>beside that of plain loops; shorter is faster</small>
      </h2>
      <ul class="key">
        {WAYS.map(({ name, title, colour }) => (
          <li key={name}>
            <i style={{ background: colour }} /> {title}
          </li>
        ))}
      </ul>
      <div class="halves">
        {rows.value.map((row) => (
          <figure key={row.title} class="race">
            <figcaption>{row.title}</figcaption>
            {WAYS.map(({ name, title, colour }) => {
              const time = row.milliseconds[name];
              const { plain } = row.milliseconds;
              if (time === undefined || plain === undefined) return <p key={name} />;
              const share = time / plain;
              return (
                <p key={name}>
                  <span class="unseen">{title}</span>
                  <i style={{ background: colour, width: `${Math.min(100, 50 * share)}%` }} />
                  <span>
                    {rough(share, 2)}
                    {share > 2 && " →"}
                  </span>
                </p>
              );
            })}
          </figure>
        ))}
      </div>
    </>
  );
}

function Numbers() {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keyboard
    <section class="wide" tabIndex={0} aria-label="Table of times">
      <table>
        <thead>
          <tr>
            <th scope="col">milliseconds, median</th>
            {WAYS.map(({ name, title }) => (
              <th key={name} scope="col" class="end">
                {title}
              </th>
            ))}
            <th scope="col">plain loops take</th>
          </tr>
        </thead>
        <tbody>
          {rows.value.map((row) => (
            <tr key={row.title}>
              <th scope="row">{row.title}</th>
              {WAYS.map(({ name }) => (
                <td key={name}>{row.milliseconds[name] === undefined ? "–" : rough(row.milliseconds[name])}</td>
              ))}
              <td>{ratioOf(row) === undefined ? "–" : `${rough(ratioOf(row) as number, 2)} times as long`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Machine() {
  const { browser, cores, memoryGB } = machine();
  const other = tensorflow.value;
  return (
    <p class="quiet">
      {browser}; {cores} cores{memoryGB !== undefined && `, ${memoryGB} GB or more`}.
      {other &&
        ` TensorFlow.js ${other.version} on ${other.backend}, one thread, float32; all others float64, but for Adam.`}
    </p>
  );
}
