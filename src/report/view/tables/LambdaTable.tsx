import { useSignal } from "@preact/signals";
import { counted } from "../../../printing/numbers.js";
import type { ReportState } from "../state.js";
import { figure, plainFigure } from "../words.js";
import { Pages } from "./Pages.js";

const PAGE = 10;

/** All lambdas with their numbers; a row's button moves the cursor there, and with it the table of coefficients. */
export function LambdaTable({ state }: { state: ReportState }) {
  const { data, index, lambda, gamma } = state;
  const page = useSignal(0);
  const follows = useSignal<number | undefined>(undefined);
  const count = data.lambdas.length;
  const pageCount = Math.ceil(count / PAGE);
  // The page of the cursor, until the reader leafs.
  const ofCursor = Math.floor((index.value ?? 0) / PAGE);
  if (follows.value !== ofCursor && index.value !== undefined) {
    follows.value = ofCursor;
    page.value = ofCursor;
  }
  const kept = state.counts.value;
  const { errors, converged } = data;
  // What is known of the penalised fits is not of their mixes.
  const isMixed = data.relaxed !== undefined && gamma.value !== 1;
  const explained = isMixed ? undefined : data.explained;
  const mix = errors?.mixes.find((one) => one.gamma === gamma.value) ?? errors?.mixes[0];
  const from = page.value * PAGE;
  const rows = Array.from({ length: Math.min(PAGE, count - from) }, (_, k) => from + k);
  return (
    <section class="rg-part" aria-label="All lambdas">
      <h2>
        All lambdas <small>{counted(count)} fits on all rows</small>
      </h2>
      <div class="rg-scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">lambda</th>
              <th scope="col">kept</th>
              {explained && <th scope="col">explained, %</th>}
              {mix && <th scope="col">error</th>}
              {mix && <th scope="col">± se</th>}
              <th scope="col">gap</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((k) => (
              <tr key={k} class={index.value === k ? "rg-raised" : ""}>
                <th scope="row">
                  <button
                    type="button"
                    class="rg-row"
                    aria-pressed={index.value === k}
                    onClick={() => {
                      lambda.value = data.lambdas[k];
                    }}
                  >
                    {plainFigure(data.lambdas[k])}
                  </button>
                </th>
                <td>{kept[k] === 0 ? "○" : counted(kept[k])}</td>
                {explained && <td>{`${(100 * explained[k]).toFixed(1)}`}</td>}
                {mix && <td>{plainFigure(mix.mean[k])}</td>}
                {mix && <td>{plainFigure(mix.se[k])}</td>}
                <td>
                  {isMixed || Number.isNaN(data.gaps[k]) ? "–" : figure(data.gaps[k]).replace("○", "0")}
                  {converged[k] === 1 ? "" : " not converged"}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Pages
        page={page}
        count={pageCount}
        says={`${counted(from + 1)}–${counted(from + rows.length)} of ${counted(count)}`}
        what="lambdas"
      />
    </section>
  );
}
