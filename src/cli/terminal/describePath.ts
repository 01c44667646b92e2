import type { AnyModel, Path } from "../../index.js";
import type { Training } from "../table/designOf.js";
import type { Desk } from "./Desk.js";
import { headed, noted, styleOf } from "./style.js";
import { readOf } from "./words.js";

/** What a path has found: how columns come in as lambda falls. */
export function describePath(path: Path<AnyModel>, training: Training, desk: Desk): string {
  const style = styleOf(desk.isColoured);
  const [sentence, body, notes = ""] = String(path).split("\n\n");
  const lines = body.split("\n").map((line, k) => (k < 2 ? style.dim(line) : line));
  return [
    headed(`${sentence}.`, readOf(training), desk.width, style),
    lines.join("\n"),
    noted([...training.notes, ...notes.split("\n")], desk.width, style),
  ].join("\n\n");
}
