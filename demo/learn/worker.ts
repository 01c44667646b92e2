/** All numbers of the lesson, off the main thread. */

import { backend } from "regulus";
import { answer } from "../parts/call.js";
import type { DataSet } from "../state.js";
import { compare, comparePaths } from "./comparing.js";
import { dataOf } from "./dataSets.js";
import { exactly, explore } from "./exploring.js";
import { mistakes } from "./mistakes.js";
import { shrink } from "./shrinking.js";
import { geometry } from "./tangency.js";

const names = (name: DataSet): readonly string[] => dataOf(name).names;

const functions = {
  names,
  backend,
  explore,
  exactly,
  compare,
  comparePaths,
  geometry,
  shrink,
  ...mistakes,
};
export type Lesson = typeof functions;

answer(functions);
