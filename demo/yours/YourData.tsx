import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import breastCancer from "../../examples/data/breast-cancer.csv?url";
import diabetes from "../../examples/data/diabetes.csv?url";
import wine from "../../examples/data/wine.csv?url";
import { Fault } from "../parts/Fault.js";
import { counted, percent } from "../parts/numbers.js";
import { Choices } from "./Choices.js";
import { Result } from "./Result.js";
import { cancel, crossValidate, fault, open, progress, report, said, settings, survey } from "./workbench.js";

const SAMPLES = { "diabetes.csv": diabetes, "breast-cancer.csv": breastCancer, "wine.csv": wine };

async function load(name: keyof typeof SAMPLES): Promise<File> {
  const response = await fetch(SAMPLES[name]).catch(() => undefined);
  if (!response?.ok) throw new Error(`${name} did not load: the network may be away.`);
  return new File([await response.blob()], name);
}

/** From a file to a cross-validated model. */
export function YourData() {
  return (
    <>
      <p class="over">Your data</p>
      <h1>{headline()}</h1>
      <p class="lead">
        CSV, Arrow or Parquet. The file is read and fitted in this browser: <b>nothing leaves it</b>.
      </p>
      <section class="stack">
        <Drop />
        {fault.value && <Fault {...fault.value} />}
        {survey.value && settings.value && (
          <>
            <Choices survey={survey.value} settings={settings.value} />
            <Run />
          </>
        )}
        <p role="status" class={survey.value ? "unseen" : ""} style={{ minHeight: "1.5em" }}>
          {said.value}
        </p>
      </section>
      {report.value && <Result report={report.value} />}
    </>
  );
}

function headline(): string {
  const found = survey.value;
  if (found === undefined) return "Which of your columns matter? Drop a table and see.";
  return `${found.name}: ${counted(found.rows, "row")}, ${counted(found.columns.length, "column")}.`;
}

function Drop() {
  const input = useRef<HTMLInputElement>(null);
  const isOver = useSignal(false);
  const take = (files: FileList | null | undefined): void => {
    const file = files?.[0];
    if (file) void open(file.name, () => file);
  };
  // Anywhere on the page, which takes what is dropped.
  useEffect(() => {
    const over = (): void => {
      isOver.value = true;
    };
    const leave = ({ relatedTarget }: DragEvent): void => {
      if (relatedTarget === null) isOver.value = false;
    };
    const drop = (): void => {
      isOver.value = false;
    };
    addEventListener("dragover", over);
    addEventListener("dragleave", leave);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("dragleave", leave);
      removeEventListener("drop", drop);
    };
  }, []);
  return (
    <div class={`drop${isOver.value ? " over-drop" : ""}`}>
      <p>
        <button type="button" class="first" onClick={() => input.current?.click()}>
          Choose a file
        </button>{" "}
        or drop it here
      </p>
      <input
        ref={input}
        type="file"
        hidden
        accept=".csv,.tsv,.txt,.gz,.arrow,.feather,.ipc,.parquet"
        aria-label="File"
        onChange={({ currentTarget }) => {
          take(currentTarget.files);
          // So that the same file can be chosen again when it has been mended.
          currentTarget.value = "";
        }}
      />
      <p class="controls">
        <span class="quiet">None at hand?</span>
        {(Object.keys(SAMPLES) as (keyof typeof SAMPLES)[]).map((name) => (
          <button key={name} type="button" onClick={() => open(name, () => load(name))}>
            {name}
          </button>
        ))}
      </p>
    </div>
  );
}

function Run() {
  const running = progress.value;
  const share =
    running && running.total > 0 && Number.isFinite(running.total) ? running.done / running.total : undefined;
  return (
    <div class="controls" style={{ minHeight: "40px" }}>
      <button type="button" class="first" disabled={running !== undefined} onClick={crossValidate}>
        Cross-validate
      </button>
      <button type="button" disabled={running === undefined} onClick={cancel}>
        Cancel
      </button>
      {running && (
        <>
          <progress aria-label="Cross-validation" {...(share !== undefined && { value: share })} max={1} />
          <span>{share === undefined ? "starting" : percent(share)}</span>
        </>
      )}
      {!running && <span>{said.value}</span>}
    </div>
  );
}
