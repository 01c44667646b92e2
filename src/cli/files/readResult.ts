import { createReadStream } from "node:fs";
import { basename } from "node:path";
import {
  type AnyModel,
  type CrossValidation,
  crossValidationFromJSON,
  type ManyModels,
  manyFromJSON,
  modelFromJSON,
  type Path,
  pathFromJSON,
} from "../../index.js";
import { Failure } from "../failures.js";
import type { Settings } from "../Job.js";
import { standardInput } from "../table/bytes.js";
import { wordsOf } from "../table/openTable.js";
import { KeyedModels } from "./KeyedModels.js";

/** What a file holds. */
export type Result =
  | { kind: "model"; result: AnyModel }
  | { kind: "path"; result: Path<AnyModel> }
  | { kind: "cv"; result: CrossValidation<AnyModel> }
  | { kind: "many"; result: ManyModels<AnyModel> }
  | { kind: "lines"; result: KeyedModels };

/** Reads what fit, path, cv or many wrote. */
export async function readResult(file: string): Promise<Result> {
  const name = file === "-" ? "standard input" : basename(file);
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of file === "-" ? standardInput() : createReadStream(file)) pieces.push(piece);
  } catch (error) {
    throw new Failure(`${name} cannot be read: ${wordsOf(error)}`);
  }
  try {
    return resultIn(Buffer.concat(pieces).toString("utf8"));
  } catch (error) {
    const { message } = error as Error;
    const [, known, version] = /"json" must be of version (\d+), got (\d+)$/.exec(message) ?? [];
    if (Number(version) > Number(known)) {
      throw new Failure(
        `${name} is of version ${version}, and this regulus knows version ${known}`,
        "npm install regulus@latest brings one that reads it",
      );
    }
    if (pieces.length > 0 && /^(PAR1|ARROW1)/.test(Buffer.from(pieces[0]).toString("latin1", 0, 6))) {
      throw new Failure(`${name} is a table, and no saved result`, "many --output models.jsonl writes one for predict");
    }
    throw new Failure(
      `${name} is no saved result: ${message.replace(/^"json" must/, "it must")}`,
      "cv, fit and path write one with --output model.json",
    );
  }
}

function resultIn(text: string): Result {
  // Of many models each line is a value of its own, with its key, and so there may be one line.
  if (/^\s*\{"key":/.test(text)) return { kind: "lines", result: new KeyedModels(text) };
  let json: never;
  try {
    json = JSON.parse(text) as never;
  } catch {
    throw new Error("it is not one JSON value");
  }
  const { format } = Object(json) as { format?: unknown };
  if (format === "regulus-path") return { kind: "path", result: pathFromJSON(json) as Path<AnyModel> };
  if (format === "regulus-cv")
    return { kind: "cv", result: crossValidationFromJSON(json) as CrossValidation<AnyModel> };
  if (format === "regulus-many") return { kind: "many", result: manyFromJSON(json) as ManyModels<AnyModel> };
  return { kind: "model", result: modelFromJSON(json) };
}

/** The one model that is meant. */
export function modelIn(name: string, { kind, result }: Result, { rule, lambda }: Settings): AnyModel {
  if (kind === "cv") return result.model(rule ?? "min");
  if (kind === "path") {
    const { lambdas } = result;
    const range = `from ${lambdas[0]} to ${lambdas[lambdas.length - 1]}`;
    if (typeof lambda !== "number")
      throw new Failure(`${name} is a path of ${lambdas.length} models`, `--lambda says which: ${range}`);
    try {
      return result.at(lambda);
    } catch {
      throw new Failure(`${name} has no model at lambda ${lambda}`, `its lambdas are ${range}`);
    }
  }
  if (kind === "many" || kind === "lines")
    throw new Failure(`${name} holds ${result.length} models`, "predict takes them with --by, the column of groups");
  return result;
}
