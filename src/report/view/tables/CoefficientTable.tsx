import { useComputed, useSignal } from "@preact/signals";
import { counted } from "../../../printing/numbers.js";
import { roundedUp } from "../geometry/frame.js";
import { type ReportState, togglePin } from "../state.js";
import { figure, keptOf, ofClass } from "../words.js";
import { Pages } from "./Pages.js";

/** Up to so many variables are on one page; more are on pages of so many. */
const ALL = 16;
const PAGE = 12;

/** The coefficients at the cursor as sorted bars and numbers, per standard deviation and per unit; ○ and grey where they are exactly 0. */
export function CoefficientTable({ state }: { state: ReportState }) {
  const { data, order, found, query, scaled, coefficients, named, raised, pins } = state;
  const page = useSignal(0);
  const rows = useComputed(() => {
    const wanted = found.value;
    if (wanted === undefined) return order.value;
    const isWanted = new Set(wanted);
    return order.value.filter((j) => isWanted.has(j));
  }).value;
  const colours = new Map(named.value.map(({ variable, colour }) => [variable, colour]));
  const size = rows.length <= ALL && data.names.length <= ALL ? ALL : PAGE;
  const pageCount = Math.max(1, Math.ceil(rows.length / size));
  const at = Math.min(page.value, pageCount - 1);
  const shown = Array.from(rows.subarray(at * size, (at + 1) * size));
  // The bars' scale: the next round number above what is shown, so that it stays while the cursor moves a little.
  const values = scaled.value;
  let low = 0;
  let high = 0;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const [below, above] = [roundedUp(-low), roundedUp(high)];
  const whole = below + above || 1;
  return (
    <section class="rg-part" aria-label="Coefficients at the chosen lambda">
      <h2>
        At this lambda{" "}
        <small>
          {keptOf(state)} kept{ofClass(state)}, ○ exactly zero
        </small>
      </h2>
      {data.names.length > ALL && (
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
      )}
      <table class="rg-coefficients" style={{ "--rg-zero-at": `${(100 * below) / whole}%` }}>
        <colgroup>
          <col />
          <col style={{ width: "20%" }} />
          <col style={{ width: "78px" }} />
          <col style={{ width: "86px" }} />
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
          {shown.map((j) => {
            const value = values[j];
            const colour = colours.get(j);
            const paint = colour === undefined ? "var(--rg-edge)" : `var(--rg-c${colour})`;
            return (
              <tr
                key={j}
                class={`${value === 0 ? "rg-out" : ""} ${raised.value === j ? "rg-raised" : ""}`}
                onPointerEnter={() => {
                  raised.value = j;
                }}
              >
                <th scope="row">
                  <button
                    type="button"
                    class="rg-row"
                    aria-pressed={pins.value.includes(j)}
                    title={`${data.names[j]}: pin`}
                    onClick={() => togglePin(state, j)}
                    onFocus={() => {
                      raised.value = j;
                    }}
                    onBlur={() => {
                      raised.value = undefined;
                    }}
                  >
                    <svg width="11" height="11" viewBox="0 0 11 11" aria-hidden="true">
                      {value === 0 ? (
                        <circle
                          cx="5.5"
                          cy="5.5"
                          r="4"
                          fill="none"
                          stroke={colour === undefined ? "var(--rg-edge)" : paint}
                          stroke-width="1.4"
                        />
                      ) : (
                        <circle cx="5.5" cy="5.5" r="4.6" style={{ fill: paint }} />
                      )}
                    </svg>
                    <span>{data.names[j]}</span>
                  </button>
                </th>
                <td class="rg-bar" aria-hidden="true">
                  {value !== 0 && (
                    <span
                      style={{
                        background: paint,
                        width: `${Math.max(0.6, (100 * Math.abs(value)) / whole)}%`,
                        ...(value > 0 ? { left: "var(--rg-zero-at)" } : { right: "calc(100% - var(--rg-zero-at))" }),
                      }}
                    />
                  )}
                </td>
                <td>{data.hasScales ? figure(value) : ""}</td>
                <td>{figure(coefficients.value[j])}</td>
              </tr>
            );
          })}
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
