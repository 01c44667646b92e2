/** What the address says, and what all tabs share: nothing of it leaves the browser, as it stands behind the #. */

import { effect, signal } from "@preact/signals";

export const TABS = ["learn", "data", "train", "benchmark"] as const;
export type Tab = (typeof TABS)[number];

export const DATA_SETS = ["diabetes", "products", "wide"] as const;
export type DataSet = (typeof DATA_SETS)[number];

const isOneOf = <T extends string>(values: readonly T[], text: string | null): text is T => values.includes(text as T);

const numberIn = (text: string | null, least: number, most: number): number | undefined => {
  const value = text === null || text === "" ? Number.NaN : Number(text);
  return value >= least && value <= most ? value : undefined;
};

/** A list of names with commas between, or as JSON, where one has a comma itself. */
function namesIn(text: string): string[] {
  if (!text.startsWith("[")) return text.split(",").filter((name) => name !== "");
  try {
    const names: unknown = JSON.parse(text);
    return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
  } catch {
    return [];
  }
}

const listOf = (names: readonly string[]): string =>
  names.some((name) => /^\[|,/.test(name)) ? JSON.stringify(names) : names.join(",");

export const tab = signal<Tab>("learn");
export const dataSet = signal<DataSet>("diabetes");
/** 0 until one is chosen: then it is the one that cross-validation chooses. */
export const lambda = signal(0);
export const l1Ratio = signal(1);
export const pins = signal<readonly string[]>([]);
export const seed = signal(1);

/** Reads what the address says, and leaves the rest as it is: values that make no sense are passed over. */
function read(): void {
  const words = new URLSearchParams(location.hash.slice(1));
  const [wantedTab, wantedData] = [words.get("tab"), words.get("data")];
  if (isOneOf(TABS, wantedTab)) tab.value = wantedTab;
  if (isOneOf(DATA_SETS, wantedData)) dataSet.value = wantedData;
  lambda.value = numberIn(words.get("lambda"), 1e-12, 1e12) ?? lambda.value;
  l1Ratio.value = numberIn(words.get("ratio"), 0, 1) ?? l1Ratio.value;
  seed.value = Math.round(numberIn(words.get("seed"), 0, 1e9) ?? seed.value);
  // An address that names its data and no pins is one without any: so is going back to it.
  if (words.has("pins") || words.has("data")) pins.value = namesIn(words.get("pins") ?? "");
}

/** The address of a tab as things stand. */
export function addressOf(name: Tab): string {
  const words = new URLSearchParams({ tab: name, data: dataSet.value });
  if (lambda.value > 0) words.set("lambda", String(Number(lambda.value.toPrecision(6))));
  words.set("ratio", String(Number(l1Ratio.value.toPrecision(3))));
  words.set("seed", String(seed.value));
  if (pins.value.length > 0) words.set("pins", listOf(pins.value));
  return `#${words}`;
}

/** Milliseconds between changes of the address: browsers refuse it to those who drag. */
const PAUSE = 300;

/** Keeps state and address together. */
export function followAddress(): void {
  read();
  let known = location.hash;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let shown = tab.value;
  const write = (): void => {
    // Where a link was followed since, its event is still on its way, and what stands here is older than it.
    if (location.hash !== known) return;
    const [address, name] = [addressOf(tab.peek()), tab.peek()];
    if (address === known) return;
    // Going back leads from tab to tab, not through every place of a slider.
    if (name === shown) history.replaceState(null, "", address);
    else history.pushState(null, "", address);
    shown = name;
    known = location.hash;
  };
  const writeSoon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(write, PAUSE);
  };
  addEventListener("hashchange", () => {
    read();
    [known, shown] = [location.hash, tab.value];
    writeSoon();
  });
  effect(() => {
    addressOf(tab.value);
    writeSoon();
  });
}
