import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { counted, inPercent } from "../../../printing/numbers.js";
import { useDerived } from "../hooks.js";
import type { ReportState } from "../state.js";
import { figure, ofClass, plainFigure } from "../words.js";
import { Pages } from "./Pages.js";

const PAGE = 10;

/** All lambdas with their numbers; a row's button moves the cursor there, and with it the table of coefficients. */
export function LambdaTable({ state }: { state: ReportState }) {
  const { data, gamma } = state;
  const page = useSignal(0);
  const follows = useSignal<number | undefined>(undefined);
  const count = data.lambdas.length;
  const pageCount = Math.ceil(count / PAGE);
  // The page of the cursor, until the reader leafs.
  const ofCursor = useDerived(() => Math.floor(state.axis.between(state.lambda.value).index / PAGE), [state]).value;
  if (follows.value !== ofCursor) {
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
        All lambdas{" "}
        <small>
          {counted(count)} fits on all rows
          {ofClass(state) && `, kept${ofClass(state)}`}
        </small>
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
              <Row key={k} state={state} at={k}>
                <td>{kept[k] === 0 ? "○" : counted(kept[k])}</td>
                {explained && <td>{inPercent(explained[k]).replace("-", "−")}</td>}
                {mix && <td>{plainFigure(mix.mean[k])}</td>}
                {mix && <td>{plainFigure(mix.se[k])}</td>}
                <td>
                  {isMixed || Number.isNaN(data.gaps[k]) ? "–" : figure(data.gaps[k]).replace("○", "0")}
                  {converged[k] === 1 ? "" : " not converged"}
                </td>
              </Row>
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

/** A row of one lambda, which is marked while the cursor is there. */
function Row({ state, at, children }: { state: ReportState; at: number; children: ComponentChildren }) {
  const { data, index, lambda } = state;
  const isHere = useDerived(() => index.value === at, [state, at]);
  const mark = useDerived(() => (isHere.value ? "rg-raised" : ""), [isHere]);
  return (
    <tr class={mark}>
      <th scope="row">
        <button
          type="button"
          class="rg-row"
          aria-pressed={isHere}
          onClick={() => {
            lambda.value = data.lambdas[at];
          }}
        >
          {plainFigure(data.lambdas[at])}
        </button>
      </th>
      {children}
    </tr>
  );
}
