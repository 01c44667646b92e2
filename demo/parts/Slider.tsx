import type { ReadonlySignal } from "@preact/signals";
import { useId } from "preact/hooks";

interface Props {
  label: string;
  value: number | ReadonlySignal<number>;
  min: number;
  max: number;
  step: number;
  /** What is said beside it, and to those who hear it. */
  text: string | ReadonlySignal<string>;
  disabled?: boolean;
  onInput(value: number): void;
}

/** A slider with its name and its value; given as signals, these change with no component rendered again. */
export function Slider({ label, value, min, max, step, text, disabled = false, onInput }: Props) {
  const id = useId();
  return (
    <div class="slider">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="range"
        {...{ min, max, step, disabled }}
        value={value}
        aria-valuetext={text}
        onInput={({ currentTarget }) => onInput(currentTarget.valueAsNumber)}
      />
      <output for={id}>{text}</output>
    </div>
  );
}
