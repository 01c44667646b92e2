import { counted, rough } from "../../printing/numbers.js";
import { etasOf } from "../ReportData.js";
import type { ReportState } from "./state.js";

/** Letters that take the room of two: Chinese, Japanese, Korean, those of full width, emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\p{Extended_Pictographic}]/u;
const roomOf = (letter: string): number => (WIDE.test(letter) ? 2 : 1);

/** A name in a picture that has room for so many letters: what is too long loses its middle, and no letter its half. */
export function fitted(name: string, letters: number): string {
  const all = Array.from(name.replace(/\p{Cc}/gu, " "));
  if (all.reduce((sum, letter) => sum + roomOf(letter), 0) <= letters) return all.join("");
  let room = letters - 1;
  let [head, tail] = [0, all.length];
  for (let isHead = true; ; isHead = !isHead) {
    room -= roomOf(all[isHead ? head : tail - 1]);
    if (room < 0) break;
    if (isHead) head += 1;
    else tail -= 1;
  }
  return `${all.slice(0, head).join("")}…${all.slice(tail).join("")}`;
}

/** Three significant digits with a real minus; ○ where it is exactly 0. */
export const figure = (value: number): string => (value === 0 ? "○" : plainFigure(value));

export const plainFigure = (value: number): string => (Number.isFinite(value) ? rough(value).replace("-", "−") : "–");

/** "7 of 64 variables". */
export function keptOf({ kept, data }: ReportState): string {
  const p = data.names.length;
  return `${counted(kept.value)} of ${counted(p)} variable${p === 1 ? "" : "s"}`;
}

/** Whether the numbers at the cursor are those of a fit. */
export function exactness({ index, exact, lambda }: ReportState): "exact" | "interpolated" {
  return index.value !== undefined || exact.value?.lambda === lambda.value ? "exact" : "interpolated";
}

/** What a screen reader says of the cursor, and of the variable that is raised. */
export function spokenOf(state: ReportState): string {
  const { raised, scaled, data } = state;
  const variable = raised.value;
  const own =
    variable === undefined
      ? ""
      : `${data.names[variable]}: ${scaled.value[variable] === 0 ? "exactly zero" : plainFigure(scaled.value[variable])}. `;
  return `${own}lambda ${plainFigure(state.lambda.value)}, ${exactness(state)}. ${keptOf(state)} kept.`;
}

/** " for class_2", where each class has coefficients. */
export const ofClass = ({ data, classAt }: ReportState): string =>
  etasOf(data) > 1 ? ` for ${String(data.classes?.[classAt.value])}` : "";

/** The number of a tick of an axis: 20M rather than what no margin has room for. */
export const tickFigure = (value: number): string => {
  const size = Math.abs(value);
  const text =
    size >= 1e15 || (size > 0 && size < 1e-4)
      ? value.toExponential().replace("+", "")
      : value.toLocaleString("en-US", {
          maximumFractionDigits: 10,
          notation: size >= 1e5 ? "compact" : "standard",
        });
  return text.replace("-", "−");
};
