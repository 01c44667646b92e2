import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { ReportData } from "regulus/report";
import {
  CoefficientTable,
  createState,
  ErrorChart,
  Facts,
  LambdaSlider,
  LambdaTicks,
  Live,
  PathChart,
  type ReportState,
} from "../../src/report/view/index.js";
import "../../src/report/view/theme.css";
import { newest } from "../parts/call.js";
import { counted, listed } from "../parts/numbers.js";
import { DATA_SETS, type DataSet, dataSet, l1Ratio, lambda, pins, seed } from "../state.js";
import { RatioSlider } from "./LambdaSlider.js";
import { background, fail, lesson } from "./lesson.js";

/** Milliseconds that lambda rests before it is fitted exactly: in a drag the stored fits are drawn, and the worker leaves the processor to them. */
const REST = 60;

const WORDS: Record<DataSet, string> = {
  diabetes: "diabetes, 442 × 10",
  products: "diabetes with squares and products, 442 × 64",
  wide: "made up, 2,000 × 200",
};

/** A whole path under one cursor: weights of real data become exactly zero as lambda grows. */
export function Explore({ onDrawn }: { onDrawn(): void }) {
  const found = useSignal<{ name: DataSet; ratio: number; data: ReportData } | undefined>(undefined);
  const ask = useMemo(
    () =>
      newest(
        (...args: Parameters<typeof lesson.explore>) => background().explore(...args),
        (data, isNewest, [name, , ratio]) => {
          // A data set that was left again would leave its lambda behind.
          if (isNewest || name === found.peek()?.name) found.value = { name, ratio, data };
        },
        fail,
      ),
    [],
  );
  const [name, number, ratio] = [dataSet.value, seed.value, l1Ratio.value];
  useEffect(() => ask(name, number, ratio), [name, number, ratio]);
  const shown = found.value;
  // What is below waits until lambda can be dragged.
  useEffect(() => {
    if (shown) onDrawn();
  }, [shown === undefined]);
  return (
    <div class="explore">
      <div class="controls">
        <span class="field">
          <label for="data-set">Data</label>
          <select
            id="data-set"
            value={name}
            onChange={({ currentTarget }) => {
              dataSet.value = DATA_SETS[currentTarget.selectedIndex];
              lambda.value = 0;
              pins.value = [];
            }}
          >
            {DATA_SETS.map((one) => (
              <option key={one} value={one}>
                {WORDS[one]}
              </option>
            ))}
          </select>
        </span>
        <div class="ratio">
          <RatioSlider />
        </div>
      </div>
      {shown ? <Shown key={shown.name} {...shown} /> : <Waiting />}
    </div>
  );
}

/** What is there before the first path is: as high as it will be. */
function Waiting() {
  return (
    <>
      <p class="over">&nbsp;</p>
      <h1>Drag lambda, and weights become exactly zero.</h1>
      <p class="lead two" />
      <div class="waiting" />
    </>
  );
}

const indicesOf = (names: readonly string[], data: ReportData): number[] =>
  names.map((name) => data.names.indexOf(name)).filter((j) => j >= 0);

interface ShownProps {
  name: DataSet;
  ratio: number;
  data: ReportData;
}

function Shown({ name, ratio, data }: ShownProps) {
  const before = useRef<{ state: ReportState; id: number } | undefined>(undefined);
  const { state, id } = useMemo(() => {
    const { lambdas } = data;
    const now = lambda.peek();
    const isWithin = now <= lambdas[0] && now >= lambdas[lambdas.length - 1];
    if (!isWithin) lambda.value = data.start.lambda;
    const made = createState(data, { lambda, after: before.current?.state });
    if (before.current === undefined) {
      made.pins.value = indicesOf(pins.peek(), data);
    }
    before.current = { state: made, id: (before.current?.id ?? 0) + 1 };
    return before.current;
  }, [data]);
  // What the views compute is of one state: another one has views of its own.
  return <Views key={id} name={name} ratio={ratio} state={state} />;
}

function Views({ name, ratio, state }: { name: DataSet; ratio: number; state: ReportState }) {
  const exactly = useMemo(
    () =>
      newest(
        lesson.exactly,
        (coefficients, _, [, at]) => {
          state.exact.value = { lambda: at, coefficients };
        },
        fail,
      ),
    [],
  );
  useSignalEffect(() => {
    const at = lambda.value;
    const timer = setTimeout(() => at > 0 && exactly(name, at, ratio), REST);
    return () => clearTimeout(timer);
  });
  // Pins are set here, and by another address; not those of a data set that is only on its way.
  useSignalEffect(() => {
    const names = state.pins.value.map((j) => state.data.names[j]);
    if (dataSet.peek() === name) pins.value = names;
  });
  useSignalEffect(() => {
    const wanted = indicesOf(pins.value, state.data);
    if (dataSet.peek() === name && String(wanted) !== String(state.pins.peek())) state.pins.value = wanted;
  });
  return (
    <>
      <Headline state={state} />
      <div class="rg">
        <div class="rg-columns">
          <div>
            <PathChart state={state} />
            <LambdaSlider state={state} />
            <ErrorChart state={state} />
            <LambdaTicks state={state} />
          </div>
          <div>
            <CoefficientTable state={state} />
            <Facts state={state} />
          </div>
        </div>
        <Live state={state} />
      </div>
    </>
  );
}

function Headline({ state }: { state: ReportState }) {
  const { data } = state;
  const says = useComputed(() => {
    const [kept, all] = [state.kept.value, data.names.length];
    if (kept === 0) return `So strong a penalty makes all ${all} weights zero.`;
    if (kept === all) return `All ${all} variables are kept, none is exactly zero.`;
    return `${kept} of ${all} variables are kept; ${counted(all - kept, "weight")} ${all - kept === 1 ? "is" : "are"} exactly zero.`;
  });
  const names = useComputed(() => {
    const largest = Array.from(state.order.value.subarray(0, state.kept.value), (j) => data.names[j]);
    return largest.length === 0 ? "Everyone is predicted the average." : `Kept: ${listed(largest, 6)}.`;
  });
  return (
    <>
      <p class="over">{data.title}</p>
      <h1>{says}</h1>
      <p class="lead two">{names}</p>
    </>
  );
}
