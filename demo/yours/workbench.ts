/** The state of the tab for one's own data, and its orders to the worker. */

import { computed, signal } from "@preact/signals";
import type { ReportData } from "regulus/report";
import { noteBackend } from "../backend.js";
import { type Remote, remote } from "../parts/call.js";
import { type Remedy, remedyOf, type Trouble } from "../parts/Fault.js";
import { seed } from "../state.js";
import type { Download } from "./downloads.js";
import { infiniteIn, mostFolds, sentence } from "./sentences.js";
import { FOLDS, familiesOf, familyOf, isHeadless, type Survey } from "./survey.js";
import type { Settings, Told, Workbench } from "./worker.js";

export const survey = signal<Survey | undefined>(undefined);
export const settings = signal<Omit<Settings, "seed"> | undefined>(undefined);
export const report = signal<ReportData | undefined>(undefined);
/** The choices that the report is of. */
const reported = signal("");
/** What a running call has done. */
export const progress = signal<{ done: number; total: number } | undefined>(undefined);
/** In a word or two: what the last call came to. */
const status = signal("");
/** A sentence, and what would mend it. */
export const fault = signal<Trouble | undefined>(undefined);

/** Shows an error, with what mends it. */
function show(error: Error, mend?: Remedy): void {
  fault.value = { message: sentence(error), mend: remedyOf(error, mend) };
}

const workbench: Remote<Workbench> = remote<Workbench>(
  new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "your data" }),
  (message) => {
    const { done, total } = message as Told;
    if (progress.value !== undefined) progress.value = { done, total };
  },
);
workbench.backend().then(noteBackend, show);

const choices = computed(() => JSON.stringify([settings.value, seed.value]));
/** What stands beside the buttons: how the last call ended, or that its result is of other choices than are seen. */
export const said = computed(() =>
  report.value !== undefined && reported.value !== choices.value
    ? "The result is of the choices before."
    : status.value,
);

/** How often a table or a target was taken: the answer to a call before is of another one. */
let turn = 0;

/** Ends what runs, if anything does. */
function leave(): void {
  turn += 1;
  status.value = progress.value === undefined ? "" : "cancelled";
  if (progress.value === undefined) return;
  progress.value = undefined;
  cancel();
}

/** Reads a file, which may have to be loaded first, and makes the first choices. */
export async function open(name: string, load: () => File | Promise<File>): Promise<void> {
  leave();
  const own = turn;
  survey.value = undefined;
  settings.value = undefined;
  report.value = undefined;
  fault.value = undefined;
  status.value = `Reading ${name} …`;
  try {
    const file = await load();
    if (own !== turn) return;
    const found = await workbench.open(file);
    if (own !== turn) return;
    survey.value = found;
    status.value = "";
    take(targetOf(found));
    warn(found);
  } catch (error) {
    if (own !== turn) return;
    status.value = "";
    show(error as Error);
  }
}

/** Says what was probably meant otherwise than it was read. */
function warn(found: Survey): void {
  const commas = found.columns.filter(({ hasCommas }) => hasCommas);
  if (commas.length > 0) {
    const message = `${listed(commas.map(({ name }) => name))} ${commas.length > 1 ? "were" : "was"} read as text, as in ${commas[0].example}: numbers have decimal points.`;
    fault.value = { message, mend: { label: "Mend it: read commas as decimal points", act: takeCommas } };
  } else if (isHeadless(found)) {
    fault.value = {
      message: `The first line of ${found.name} is numbers: where it is a row like the others, put a line of names above it.`,
    };
  }
}

async function takeCommas(): Promise<void> {
  leave();
  const own = turn;
  try {
    const found = await workbench.takeCommas();
    if (own !== turn) return;
    survey.value = found;
    take(targetOf(found));
  } catch (error) {
    if (own === turn) show(error as Error);
  }
}

/** Some names, and how many more there are. */
function listed(names: readonly string[]): string {
  if (names.length > 3) return `${names.slice(0, 3).join(", ")} and ${names.length - 3} more columns`;
  return names.join(", ").replace(/, (?=[^,]*$)/, " and ");
}

/** Targets are mostly last; a name that says so is better. */
function targetOf({ columns }: Survey): string {
  const named = columns.find(({ name }) => /^(y|target|label|class|outcome|diagnosis|response)$/i.test(name));
  return (named ?? columns.findLast(({ isIdentifier }) => !isIdentifier) ?? columns[columns.length - 1]).name;
}

/** Another target: what runs is of the one before. */
export function choose(target: string): void {
  leave();
  take(target);
}

/** Takes a target, with the family that it suggests and all columns that may predict it. */
function take(target: string): void {
  const { columns } = survey.value as Survey;
  const facts = columns.find(({ name }) => name === target) ?? columns[0];
  const others = columns.filter(({ name, isIdentifier }) => name !== facts.name && !isIdentifier);
  const before = settings.value;
  report.value = undefined;
  fault.value = undefined;
  settings.value = {
    folds: 10,
    l1Ratio: 1,
    ...before,
    target: facts.name,
    family: familyOf(facts),
    columns: others.map(({ name }) => name),
    missing: facts.gaps > 0 ? "drop" : "mean",
  };
  if (facts.levels > 1) return;
  const what = facts.levels === 1 ? `is ${facts.example} in every row` : "has no value in any row";
  fault.value = { message: `${facts.name} ${what}: there is nothing to predict. Choose another target.` };
}

export function change(part: Partial<Settings>): void {
  if (settings.value) settings.value = { ...settings.value, ...part };
}

export async function crossValidate(): Promise<void> {
  const chosen = settings.value;
  if (chosen === undefined || progress.value !== undefined) return;
  fault.value = undefined;
  status.value = "";
  progress.value = { done: 0, total: 0 };
  const [own, of] = [turn, choices.value];
  try {
    const found = await workbench.crossValidate({ ...chosen, seed: seed.value });
    if (own !== turn) return;
    report.value = found;
    reported.value = of;
    status.value = "done";
    advise(chosen, found);
  } catch (error) {
    if (own !== turn) return;
    const { message } = error as Error;
    if (message === "cancelled") status.value = "cancelled";
    else show(error as Error, remedy(message));
  }
  progress.value = undefined;
}

/** What L1 alone makes of classes that can be told apart, and what does better. */
function advise({ target, l1Ratio }: Omit<Settings, "seed">, { notes }: ReportData): void {
  if (l1Ratio !== 1 || !notes.some(({ kind }) => kind === "separable")) return;
  const act = (): void => {
    change({ l1Ratio: 0.5 });
    void crossValidate();
  };
  fault.value = {
    message: `The columns tell the classes of ${target} apart without an error: as the penalty weakens, L1 puts ever larger weights on a few of them. A share of L2 spreads these over all that help.`,
    mend: { label: "Mend it: half L1, half L2", act },
  };
}

export function cancel(): void {
  void workbench.cancel();
}

/** A change of what was chosen that lets a call succeed which has failed with this message. */
function remedy(message: string): Remedy | undefined {
  const chosen = settings.value;
  const facts = survey.value?.columns.find(({ name }) => name === chosen?.target);
  if (chosen === undefined || facts === undefined) return undefined;
  const retry = (label: string, part: Partial<Settings>): Remedy => ({
    label,
    act: () => {
      change(part);
      void crossValidate();
    },
  });
  if (chosen.columns.length === 0) {
    const all = survey.value?.columns.filter(({ name, isIdentifier }) => name !== facts.name && !isIdentifier) ?? [];
    if (all.length === 0) return undefined;
    return retry("Mend it: take all columns", { columns: all.map(({ name }) => name) });
  }
  const infinite = infiniteIn(message);
  const others = chosen.columns.filter((name) => name !== infinite);
  if (others.length > 0 && others.length < chosen.columns.length) {
    return retry(`Mend it: leave out ${infinite}`, { columns: others });
  }
  if (/gap|missing/.test(message) && chosen.missing !== "drop") {
    return retry("Mend it: leave out rows with gaps", { missing: "drop" });
  }
  const family = familyOf(facts);
  if (family !== chosen.family) return retry(`Mend it: use the ${family} family`, { family });
  const most = mostFolds(message);
  if (most !== undefined && most < chosen.folds) {
    const fewer = FOLDS.findLast((folds) => folds <= most) ?? FOLDS[0];
    return retry(`Mend it: ${fewer} folds`, { folds: fewer });
  }
  const [fewer] = [5, 3, 2].filter((folds) => folds < chosen.folds);
  if (/fold/.test(message) && !/number of rows/.test(message) && fewer !== undefined) {
    return retry(`Mend it: ${fewer} folds`, { folds: fewer });
  }
  return undefined;
}

const ENDINGS: Record<Download, { ending: string; type: string }> = {
  model: { ending: "model.json", type: "application/json" },
  report: { ending: "report.html", type: "text/html" },
  javascript: { ending: "model.js", type: "text/javascript" },
  sql: { ending: "model.sql", type: "application/sql" },
  csv: { ending: "coefficients.csv", type: "text/csv" },
  onnx: { ending: "model.onnx", type: "application/octet-stream" },
};

export async function download(kind: Download, rule: "min" | "1se"): Promise<void> {
  try {
    const content = await workbench.download(kind, rule);
    const { ending, type } = ENDINGS[kind];
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content as BlobPart], { type }));
    link.download = `${(survey.value?.name ?? "regulus").replace(/\.[^.]*$/, "")}.${ending}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  } catch (error) {
    show(error as Error);
  }
}

export const familiesHere = (): ReturnType<typeof familiesOf> => {
  const facts = survey.value?.columns.find(({ name }) => name === settings.value?.target);
  return facts ? familiesOf(facts) : [];
};
