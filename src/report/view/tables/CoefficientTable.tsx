import { type ReadonlySignal, type Signal, useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { counted } from "../../../printing/numbers.js";
import { roundedUp } from "../geometry/frame.js";
import { useDerived } from "../hooks.js";
import { type ReportState, togglePin } from "../state.js";
import { figure, keptOf, ofClass, plainFigure } from "../words.js";
import { Pages } from "./Pages.js";

/** Up to so many variables are on one page; more are on pages of so many. */
const ALL = 16;
const PAGE = 12;

/** The coefficients at the cursor as sorted bars and numbers, per standard deviation and per unit; ○ and grey where they are exactly 0. */
export function CoefficientTable({ state }: { state: ReportState }) {
  const { data, raised, named } = state;
  const page = useSignal(0);
  const rows = useFound(state);
  const colours = new Map(named.value.map(({ variable, colour }) => [variable, colour]));
  const size = rows.length <= ALL && data.names.length <= ALL ? ALL : PAGE;
  const pageCount = Math.max(1, Math.ceil(rows.length / size));
  const at = Math.min(page.value, pageCount - 1);
  const shown = Array.from(rows.subarray(at * size, (at + 1) * size));
  const bars = useBars(state);
  const heading = useDerived(() => `${keptOf(state)} kept${ofClass(state)}, ○ exactly zero`, [state]);
  return (
    <section class="rg-part" aria-label="Coefficients at the chosen lambda">
      <h2>
        At this lambda <small>{heading}</small>
      </h2>
      {data.names.length > ALL && <Search state={state} page={page} />}
      <table class="rg-coefficients" style={bars.style}>
        <colgroup>
          <col />
          <col class="rg-col-bar" />
          <col class="rg-col-scaled" />
          <col class="rg-col-own" />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">variable</th>
            <td />
            <th scope="col">{data.hasScales ? "scaled" : ""}</th>
            <th scope="col">per unit</th>
          </tr>
        </thead>
        <tbody
          onPointerLeave={() => {
            raised.value = undefined;
          }}
        >
          {shown.map((j) => (
            <Row key={j} state={state} variable={j} colour={colours.get(j)} bars={bars} />
          ))}
          {shown.length === 0 && (
            <tr class="rg-out">
              <td colSpan={4} style={{ textAlign: "left" }}>
                No variable is called that.
              </td>
            </tr>
          )}
        </tbody>
      </table>
      <Pages
        page={page}
        count={pageCount}
        says={`${counted(at * size + 1)}–${counted(Math.min(rows.length, (at + 1) * size))} of ${counted(rows.length)}`}
        what="variables"
      />
    </section>
  );
}

/** Letters of the longest figure: those of small numbers have as many as -0.000123, of large ones as the largest. */
function figuresOf({ coefficients, sds }: ReportState["data"]): number {
  let most = 0;
  for (let k = 0; k < coefficients.length; ++k) {
    most = Math.max(most, Math.abs(coefficients[k]) * Math.max(1, sds[k % sds.length] || 1));
  }
  return Math.max(9, plainFigure(-most).length);
}

/** The variables that are searched for, all unless there is a search, in their order. */
function useFound({ order, found }: ReportState): Int32Array {
  return useDerived(() => {
    const wanted = found.value;
    if (wanted === undefined) return order.value;
    const isWanted = new Set(wanted);
    return order.value.filter((j) => isWanted.has(j));
  }, [order, found]).value;
}

/** Looks for variables from the first page on, and raises the only one that is found. */
function Search({ state, page }: { state: ReportState; page: Signal<number> }) {
  const { query, found, raised } = state;
  return (
    <input
      type="search"
      placeholder="Find a variable"
      aria-label="Find a variable"
      value={query.value}
      style={{ width: "100%" }}
      onInput={(event) => {
        query.value = event.currentTarget.value;
        page.value = 0;
        const [first, ...others] = found.value ?? [];
        raised.value = first !== undefined && others.length === 0 ? first : undefined;
      }}
    />
  );
}

/** The scale of the bars: per cent of their column; where 0 is in it, and the width of the figures beside, as a style. */
interface Bars {
  below: ReadonlySignal<number>;
  whole: ReadonlySignal<number>;
  style: ReadonlySignal<string>;
}

/** Up to the next round number beyond the smallest and the largest, so that it stays while the cursor moves a little. */
function useBars({ scaled, data }: ReportState): Bars {
  const figures = useMemo(() => figuresOf(data), [data]);
  const below = useDerived(() => roundedUp(-scaled.value.reduce((a, b) => Math.min(a, b), 0)), [scaled]);
  const above = useDerived(() => roundedUp(scaled.value.reduce((a, b) => Math.max(a, b), 0)), [scaled]);
  const whole = useDerived(() => below.value + above.value || 1, [below, above]);
  const style = useDerived(
    () => `--rg-zero-at: ${(100 * below.value) / whole.value}%; --rg-figures: ${figures}`,
    [below, whole, figures],
  );
  return { below, whole, style };
}

interface RowProps {
  state: ReportState;
  variable: number;
  colour: number | undefined;
  bars: Bars;
}

function Row({ state, variable, colour, bars }: RowProps) {
  const { data, scaled, coefficients, raised, pins } = state;
  const inputs = [state, variable];
  const value = useDerived(() => scaled.value[variable], inputs);
  const isZero = useDerived(() => value.value === 0, inputs);
  const mark = useDerived(
    () => `${isZero.value ? "rg-out" : ""} ${raised.value === variable ? "rg-raised" : ""}`,
    inputs,
  );
  const paint = colour === undefined ? "var(--rg-edge)" : `var(--rg-c${colour})`;
  // What is cut off is not drawn: a bar of another width would be laid out anew with all that is around it.
  const bar = useDerived(() => {
    if (isZero.value) return "display: none";
    const zero = (100 * bars.below.value) / bars.whole.value;
    const size = Math.max(0.6, (100 * Math.abs(value.value)) / bars.whole.value);
    const [left, right] = value.value > 0 ? [zero, 100 - zero - size] : [zero - size, 100 - zero];
    return `background: ${paint}; clip-path: inset(0 ${right.toFixed(2)}% 0 ${left.toFixed(2)}% round 2px)`;
  }, [...inputs, bars.whole, paint]);
  const isPinned = useDerived(() => pins.value.includes(variable), inputs);
  const scaledFigure = useDerived(() => (data.hasScales ? figure(value.value) : ""), inputs);
  const ownFigure = useDerived(() => figure(coefficients.value[variable]), inputs);
  return (
    <tr
      class={mark}
      onPointerEnter={() => {
        raised.value = variable;
      }}
    >
      <th scope="row">
        <button
          type="button"
          class="rg-row"
          aria-pressed={isPinned}
          title={`${data.names[variable]}: pin`}
          onClick={() => togglePin(state, variable)}
          onFocus={() => {
            raised.value = variable;
          }}
          onBlur={() => {
            raised.value = undefined;
          }}
        >
          <svg width="11" height="11" viewBox="0 0 11 11" aria-hidden="true">
            {isZero.value ? (
              <circle cx="5.5" cy="5.5" r="4" fill="none" stroke={paint} stroke-width="1.4" />
            ) : (
              <circle cx="5.5" cy="5.5" r="4.6" style={{ fill: paint }} />
            )}
          </svg>
          <span>{data.names[variable]}</span>
        </button>
      </th>
      <td class="rg-bar" aria-hidden="true">
        <span style={bar} />
      </td>
      <td>{scaledFigure}</td>
      <td>{ownFigure}</td>
    </tr>
  );
}
