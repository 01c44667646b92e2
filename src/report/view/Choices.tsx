import { etasOf } from "../ReportData.js";
import type { ReportState } from "./state.js";

/** Whose coefficients are shown, of several classes, and which mix of a relaxed path. */
export function Choices({ state }: { state: ReportState }) {
  const { data, classAt, gamma } = state;
  const isMany = etasOf(data) > 1;
  if (!isMany && data.relaxed === undefined) return null;
  return (
    <div class="rg-bar-of-controls rg-part">
      {isMany && (
        <label>
          Coefficients of class{" "}
          <select
            value={classAt.value}
            onChange={(event) => {
              classAt.value = Number(event.currentTarget.value);
            }}
          >
            {data.classes?.map((label, k) => (
              <option key={label} value={k}>
                {String(label)}
              </option>
            ))}
          </select>
        </label>
      )}
      {data.relaxed && (
        <label>
          Mix{" "}
          <select
            value={gamma.value}
            onChange={(event) => {
              gamma.value = Number(event.currentTarget.value);
            }}
          >
            {data.relaxed.gammas.map((mix) => (
              <option key={mix} value={mix}>
                {mix === 1 ? "penalised (gamma 1)" : mix === 0 ? "refitted without penalty (gamma 0)" : `gamma ${mix}`}
              </option>
            ))}
          </select>
        </label>
      )}
    </div>
  );
}
