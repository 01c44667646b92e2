import { useSignal } from "@preact/signals";
import { Fault } from "../parts/Fault.js";
import { Compare } from "./Compare.js";
import { Explore } from "./Explore.js";
import { Geometry } from "./Geometry.js";
import { failure } from "./lesson.js";
import { Pitfalls } from "./Pitfalls.js";
import { Steps } from "./Steps.js";

/** What penalties do, seen by dragging them. */
export function Learn() {
  const isDrawn = useSignal(false);
  return (
    <>
      {failure.value && <Fault message={failure.value} mend={{ label: "Start again", act: () => location.reload() }} />}
      <Explore
        onDrawn={() =>
          setTimeout(() => {
            isDrawn.value = true;
          })
        }
      />
      {isDrawn.value && (
        <>
          <Compare />
          <Geometry />
          <Steps />
          <Pitfalls />
        </>
      )}
    </>
  );
}
