import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { Missing } from "regulus";
import { counted } from "../parts/numbers.js";
import { seed } from "../state.js";
import { type ColumnFacts, type FamilyName, FOLDS, type Survey } from "./survey.js";
import { change, choose, familiesHere } from "./workbench.js";
import type { Settings } from "./worker.js";

const FAMILY_WORDS: Record<FamilyName, string> = {
  gaussian: "a number (gaussian)",
  binomial: "one of two classes (binomial)",
  multinomial: "one of several classes (multinomial)",
  poisson: "a count (poisson)",
  huber: "a number with outliers (huber)",
};

const PENALTIES: readonly { words: string; l1Ratio: number | readonly number[] }[] = [
  { words: "L1 (lasso)", l1Ratio: 1 },
  { words: "L2 (ridge)", l1Ratio: 0 },
  { words: "half and half", l1Ratio: 0.5 },
  { words: "the best of 0.1, 0.5, 0.9 and 1", l1Ratio: [0.1, 0.5, 0.9, 1] },
];

const GAPS: readonly { words: string; missing: Missing }[] = [
  { words: "take the mean", missing: "mean" },
  { words: "take the mean, and say so in a column", missing: "indicator" },
  { words: "leave out their rows", missing: "drop" },
  { words: "refuse them", missing: "error" },
];

/** Columns that are shown at a time. */
const SHOWN = 60;

/** What is to be predicted, from what, and how. */
export function Choices({ survey, settings }: { survey: Survey; settings: Omit<Settings, "seed"> }) {
  return (
    <>
      <div class="fields">
        <Choice
          label="Target"
          options={survey.columns.map(({ name }) => name)}
          value={settings.target}
          onChange={choose}
        />
        <Choice
          label="It is"
          options={familiesHere().map((family) => FAMILY_WORDS[family])}
          value={FAMILY_WORDS[settings.family]}
          onChange={(_, k) => change({ family: familiesHere()[k] })}
        />
        <Choice
          label="Penalty"
          options={PENALTIES.map(({ words }) => words)}
          value={PENALTIES.find(({ l1Ratio }) => String(l1Ratio) === String(settings.l1Ratio))?.words ?? ""}
          onChange={(_, k) => change({ l1Ratio: PENALTIES[k].l1Ratio })}
        />
        <Choice
          label="Gaps"
          options={GAPS.map(({ words }) => words)}
          value={GAPS.find(({ missing }) => missing === settings.missing)?.words ?? ""}
          onChange={(_, k) => change({ missing: GAPS[k].missing })}
        />
        <Choice
          label="Folds"
          options={FOLDS.map(String)}
          value={String(settings.folds)}
          onChange={(_, k) => change({ folds: FOLDS[k] })}
        />
        <div class="field">
          <label for="seed">Seed</label>
          <input
            id="seed"
            type="number"
            min={0}
            step={1}
            value={seed.value}
            onChange={({ currentTarget }) => {
              if (Number.isInteger(currentTarget.valueAsNumber) && currentTarget.valueAsNumber >= 0) {
                seed.value = currentTarget.valueAsNumber;
              }
              currentTarget.value = String(seed.value);
            }}
          />
        </div>
      </div>
      <Columns survey={survey} settings={settings} />
    </>
  );
}

interface ChoiceProps {
  label: string;
  options: readonly string[];
  value: string;
  onChange(value: string, index: number): void;
}

function Choice({ label, options, value, onChange }: ChoiceProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={value}
        onChange={({ currentTarget }) => onChange(currentTarget.value, currentTarget.selectedIndex)}
      >
        {options.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    </div>
  );
}

function Columns({ survey, settings }: { survey: Survey; settings: Omit<Settings, "seed"> }) {
  const query = useSignal("");
  const others = survey.columns.filter(({ name }) => name !== settings.target);
  const found = others.filter(({ name }) => name.toLowerCase().includes(query.value.trim().toLowerCase()));
  const listed = found.map(({ name }) => name);
  const chosen = new Set(settings.columns);
  const take = (names: readonly string[], isIn: boolean): void => {
    const next = new Set(chosen);
    for (const name of names) {
      if (isIn) next.add(name);
      else next.delete(name);
    }
    // In the order of the table, whatever the order of the clicks.
    change({ columns: others.map(({ name }) => name).filter((name) => next.has(name)) });
  };
  return (
    <details class="columns" open={others.length <= 12}>
      <summary>
        Columns{" "}
        <span class="quiet">
          {settings.columns.length} of {others.length} are used
        </span>
      </summary>
      <div class="controls">
        {others.length > 12 && (
          <label>
            Find
            <input
              type="search"
              value={query.value}
              onInput={({ currentTarget }) => {
                query.value = currentTarget.value;
              }}
            />
          </label>
        )}
        <button type="button" onClick={() => take(listed, true)}>
          All
        </button>
        <button type="button" onClick={() => take(listed, false)}>
          None
        </button>
      </div>
      <ul>
        {found.slice(0, SHOWN).map((column) => (
          <li key={column.name}>
            <label>
              <input
                type="checkbox"
                checked={chosen.has(column.name)}
                onChange={({ currentTarget }) => take([column.name], currentTarget.checked)}
              />
              <span>
                {column.name} <small class="quiet">{wordsOf(column)}</small>
              </span>
            </label>
          </li>
        ))}
      </ul>
      {found.length > SHOWN && <p class="quiet">{found.length - SHOWN} more: the search finds them.</p>}
    </details>
  );
}

function wordsOf({ type, levels, gaps, isIdentifier, hasCommas, example }: ColumnFacts): string {
  const kind = hasCommas
    ? `text, as ${example}`
    : isIdentifier
      ? "texts of many kinds, such as a name"
      : type === "text"
        ? counted(levels, "level")
        : `numbers, as ${Number(Number(example).toPrecision(6))}`;
  return gaps > 0 ? `${kind}, ${counted(gaps, "gap")}` : kind;
}
