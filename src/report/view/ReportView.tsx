import { Choices } from "./Choices.js";
import { AssessmentView } from "./charts/AssessmentView.js";
import { ErrorChart } from "./charts/ErrorChart.js";
import { LambdaSlider } from "./charts/LambdaSlider.js";
import { LambdaTicks } from "./charts/LambdaTicks.js";
import { PathChart } from "./charts/PathChart.js";
import { Staircase } from "./charts/Staircase.js";
import { Facts } from "./Facts.js";
import { Live } from "./Live.js";
import type { ReportState } from "./state.js";
import { CoefficientTable } from "./tables/CoefficientTable.js";
import { LambdaTable } from "./tables/LambdaTable.js";

/** A whole report: the sentence, one column of pictures, one of facts. It brings no heading of the page and no state of the address. */
export function ReportView({ state }: { state: ReportState }) {
  const { data } = state;
  const isPath = data.lambdas.length > 1;
  return (
    <div class="rg">
      <h1>{data.title}</h1>
      <p class="rg-say">{data.sentence}</p>
      <p class="rg-detail">{data.detail.replaceAll(" %", "\u00a0%")}</p>
      <Choices state={state} />
      <div class={isPath ? "rg-columns" : "rg-pair"}>
        {isPath && (
          <div>
            <PathChart state={state} />
            <LambdaSlider state={state} />
            <ErrorChart state={state} />
            <Staircase state={state} />
            <LambdaTicks state={state} />
          </div>
        )}
        <div>
          <CoefficientTable state={state} />
          {isPath && <Facts state={state} />}
        </div>
        {!isPath && (
          <div>
            <Facts state={state} />
          </div>
        )}
      </div>
      <div class={isPath ? "rg-columns" : "rg-pair"}>
        {data.assessments.length > 0 && (
          <div>
            <AssessmentView state={state} />
          </div>
        )}
        {isPath && <LambdaTable state={state} />}
      </div>
      <Live state={state} />
    </div>
  );
}
