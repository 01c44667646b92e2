import { CodeCopy } from "./CodeCopy.js";
import type { ReportState } from "./state.js";
import { plainFigure } from "./words.js";

/** Exponents with a real minus, as in the tables. */
const withMinus = (text: string): string => text.replace(/e-(?=\d)/g, "e−");

/** Notes in words, certificate, seed and time, what importances do not mean, and the code. */
export function Facts({ state }: { state: ReportState }) {
  const { data } = state;
  const ratios = data.errors?.ratios ?? [];
  return (
    <>
      <ul class="rg-notes">
        {data.notes.map(({ kind, says, more }) => (
          <li key={kind + says} data-note={kind}>
            <b>{says}</b>
            {withMinus(more)}
          </li>
        ))}
        {ratios.length > 1 && (
          <li>
            <b>l1Ratio</b>
            {": "}
            {ratios
              .map(
                ({ l1Ratio, error, se, isBest }) =>
                  `${l1Ratio} has ${plainFigure(error)} ± ${plainFigure(se)}${isBest ? " (chosen)" : ""}`,
              )
              .join("; ")}
            .
          </li>
        )}
        {data.facts.length > 0 && <li>{withMinus(data.facts.join(" "))}</li>}
        <li>
          A large coefficient says what this model uses, not what causes {data.target ?? "the response"}: of columns
          that move together it may use either, and changing one changes nothing else for certain.
        </li>
      </ul>
      <CodeCopy state={state} />
    </>
  );
}
