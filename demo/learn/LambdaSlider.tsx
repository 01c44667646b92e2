import { useComputed } from "@preact/signals";
import { rough } from "../parts/numbers.js";
import { Slider } from "../parts/Slider.js";
import { l1Ratio, lambda } from "../state.js";

/** Lambda and l1Ratio, which all views share. To the left the penalty is stronger. */
export function LambdaSlider({ lambdas }: { lambdas: Float64Array }) {
  const [first, last] = [-Math.log10(lambdas[0]), -Math.log10(lambdas[lambdas.length - 1])];
  const value = useComputed(() => -Math.log10(lambda.value || lambdas[0]));
  const text = useComputed(() => rough(lambda.value || lambdas[0]));
  return (
    <>
      <Slider
        label="lambda"
        value={value}
        min={first}
        max={last}
        step={(last - first) / 400}
        text={text}
        onInput={(place) => {
          lambda.value = 10 ** -place;
        }}
      />
      <RatioSlider />
    </>
  );
}

/** The share of L1 in the penalty. */
export function RatioSlider() {
  return (
    <Slider
      label="l1Ratio"
      value={l1Ratio.value}
      min={0}
      max={1}
      step={0.05}
      text={`${rough(l1Ratio.value, 2)}${l1Ratio.value === 1 ? " · L1 alone" : l1Ratio.value === 0 ? " · L2 alone" : ""}`}
      onInput={(ratio) => {
        l1Ratio.value = ratio;
      }}
    />
  );
}
