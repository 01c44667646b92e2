import { type Signal, signal, useComputed } from "@preact/signals";
import type { FunctionComponent } from "preact";
import { useEffect } from "preact/hooks";
import { whyJavaScript } from "./backend.js";
import { Learn } from "./learn/Learn.js";
import { Fault } from "./parts/Fault.js";
import { addressOf, TABS, type Tab, tab } from "./state.js";

const NAMES: Record<Tab, string> = { learn: "Learn", data: "Your data", train: "Train", benchmark: "Benchmark" };

/** Each tab is loaded when it is first opened, but for the first, which nobody waits for twice. */
const loaders: Record<Exclude<Tab, "learn">, () => Promise<FunctionComponent>> = {
  data: async () => (await import("./yours/YourData.js")).YourData,
  train: async () => (await import("./train/Train.js")).Train,
  benchmark: async () => (await import("./benchmark/Benchmark.js")).Benchmark,
};

type Loaded = FunctionComponent | "failed" | undefined;
const loaded: Record<Tab, Signal<Loaded>> = {
  learn: signal<Loaded>(() => <Learn />),
  data: signal<Loaded>(undefined),
  train: signal<Loaded>(undefined),
  benchmark: signal<Loaded>(undefined),
};

async function load(name: Tab): Promise<void> {
  if (name === "learn" || typeof loaded[name].value === "function") return;
  try {
    loaded[name].value = await loaders[name]();
  } catch {
    loaded[name].value = "failed";
  }
}

function Content() {
  const name = tab.value;
  useEffect(() => void load(name), [name]);
  const Page = loaded[name].value;
  if (Page === undefined) return <p class="loading">Loading …</p>;
  if (Page !== "failed") return <Page />;
  const message = `The part “${NAMES[name]}” did not load: the network may be away.`;
  return <Fault message={message} mend={{ label: "Load it again", act: () => location.reload() }} />;
}

/** A file that is dropped on any part is opened in "Your data", where a browser would leave the page and show it. */
function takeFiles(): () => void {
  const over = (event: DragEvent): void => event.preventDefault();
  const drop = async (event: DragEvent): Promise<void> => {
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file === undefined) return;
    tab.value = "data";
    // Where it does not load, the tab says so.
    const part = await import("./yours/workbench.js").catch(() => undefined);
    await part?.open(file.name, () => file);
  };
  addEventListener("dragover", over);
  addEventListener("drop", drop);
  return () => {
    removeEventListener("dragover", over);
    removeEventListener("drop", drop);
  };
}

export function App() {
  useEffect(takeFiles, []);
  return (
    <>
      <button type="button" class="skip" onClick={toContent}>
        To the content
      </button>
      <header>
        <span class="brand">Regulus</span>
        <nav aria-label="Parts">
          {TABS.map((name) => (
            <TabLink key={name} name={name} />
          ))}
        </nav>
      </header>
      <main id="content" tabIndex={-1}>
        {whyJavaScript.value && (
          <p class="note" role="status">
            <b>WebAssembly is not allowed here</b>, so JavaScript computes: the same numbers to the last bit, only
            slower. <span>A content security policy with 'wasm-unsafe-eval' lets it run.</span>
          </p>
        )}
        <Content />
      </main>
      <footer>
        <p>All of it is computed in this browser, and nothing leaves it. Regulus is MIT licensed.</p>
      </footer>
    </>
  );
}

/** Its address says how things stand, which changes in each frame of a drag: by a signal, so that nothing else is drawn again. */
function TabLink({ name }: { name: Tab }) {
  const address = useComputed(() => addressOf(name));
  const current = useComputed(() => (tab.value === name ? "page" : undefined));
  return (
    <a href={address} data-text={NAMES[name]} aria-current={current}>
      {NAMES[name]}
    </a>
  );
}

// No link: the address is the state, and must not become #content.
function toContent(): void {
  document.getElementById("content")?.focus();
}
