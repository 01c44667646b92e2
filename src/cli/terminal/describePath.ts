import type { AnyModel, Path } from "../../index.js";
import type { Training } from "../table/designOf.js";
import type { Desk } from "./Desk.js";
import { headed, noted, styleOf, wrapped } from "./style.js";
import { widthOf } from "./width.js";
import { readOf } from "./words.js";

/** Where the last column of a table has no room, it stands below the others. */
function fitted(lines: readonly string[], width: number): readonly string[] {
  if (lines.every((line) => widthOf(line) <= width)) return lines;
  const place = lines[0].search(/\S+ \S+ \S+ \S+$/);
  return lines.map((line, k) => {
    const head = line.slice(0, k === 1 ? place - 3 : place).trimEnd();
    const names = k === 1 ? "" : line.slice(place);
    return names === "" ? head : [head, ...wrapped(names, width - 6).map((text) => `      ${text}`)].join("\n");
  });
}

/** What a path has found: how columns come in as lambda falls. */
export function describePath(path: Path<AnyModel>, training: Training, desk: Desk): string {
  const style = styleOf(desk.isColoured);
  const [sentence, body, notes = ""] = String(path).split("\n\n");
  const [header, rule, ...rows] = fitted(body.split("\n"), desk.width);
  const lines = [...[header, rule].map((text) => text.split("\n").map(style.dim).join("\n")), ...rows];
  return [
    headed(`${sentence}.`, readOf(training), desk.width, style),
    lines.join("\n"),
    noted([...training.notes, ...notes.split("\n")], desk.width, style),
  ].join("\n\n");
}
