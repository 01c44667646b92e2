import { effect } from "@preact/signals";
import type { ReportState } from "../view/state.js";

/** How long the state must rest before the address says it: browsers let a page change its address only so often. */
const REST_MS = 200;

/** Takes the state from the address, and keeps it there: lambda, mix, class and pins by name. */
export function followHash(state: ReportState): void {
  read(state, new URLSearchParams(location.hash.slice(1)));
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isFirst = true;
  effect(() => {
    const hash = hashOf(state);
    clearTimeout(timer);
    if (!isFirst) timer = setTimeout(() => history.replaceState(null, "", `#${hash}`), REST_MS);
    isFirst = false;
  });
  addEventListener("hashchange", () => read(state, new URLSearchParams(location.hash.slice(1))));
}

function hashOf({ data, lambda, gamma, classAt, pins }: ReportState): string {
  const hash = new URLSearchParams({ lambda: String(lambda.value) });
  if (data.relaxed) hash.set("gamma", String(gamma.value));
  if (data.family === "multinomial") hash.set("class", String(data.classes?.[classAt.value]));
  if (pins.value.length > 0) hash.set("pins", JSON.stringify(pins.value.map((j) => data.names[j])));
  return hash.toString();
}

/** What is not there, or makes no sense, is left as it is. */
function read({ data, lambda, gamma, classAt, pins }: ReportState, hash: URLSearchParams): void {
  const { lambdas, relaxed, classes, names } = data;
  const wanted = Number(hash.get("lambda") ?? Number.NaN);
  if (wanted <= lambdas[0] && wanted >= lambdas[lambdas.length - 1]) lambda.value = wanted;
  const mix = Number(hash.get("gamma") ?? Number.NaN);
  if (relaxed?.gammas.includes(mix)) gamma.value = mix;
  const label = hash.get("class");
  const at = classes?.findIndex((one) => String(one) === label) ?? -1;
  if (at >= 0 && data.family === "multinomial") classAt.value = at;
  pins.value = placesOf(hash.get("pins"), names);
}

function placesOf(text: string | null, names: readonly string[]): number[] {
  try {
    const list: unknown = JSON.parse(text ?? "[]");
    if (!Array.isArray(list)) return [];
    return [...new Set(list.map((name) => names.indexOf(name)))].filter((j) => j >= 0);
  } catch {
    return [];
  }
}
