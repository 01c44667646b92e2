import { useEffect } from "preact/hooks";
import { dataSet, l1Ratio, lambda, seed } from "../state.js";
import { fail, lesson } from "./lesson.js";

export function Explore() {
  useEffect(() => {
    lesson.explore(dataSet.value, seed.value, l1Ratio.value).then(({ lambda1se }) => {
      lambda.value ??= lambda1se;
    }, fail);
  }, []);
  return <h1>Weights that reach exactly zero</h1>;
}
