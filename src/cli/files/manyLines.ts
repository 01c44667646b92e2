import type { AnyModel, ManyModels } from "../../index.js";

/** Models in a piece of text. */
const PIECE = 200;

/**
 * Many models as JSON lines, one in each: `{ key, model }`, with `cvError` and `standardError` where its lambda was chosen by cross-validation, or `{ key, error }`
 * of a group that could not be fitted. `modelFromJSON` reads the models.
 */
export async function* manyLines(
  many: ManyModels<AnyModel>,
  told: (done: number) => void,
): AsyncGenerator<string, void, undefined> {
  const { keys = [], errors, cvErrors, standardErrors } = many;
  let lines: string[] = [];
  for (let i = 0; i < many.length; ++i) {
    const key = keys[i];
    const error = errors[i];
    const chosen = cvErrors && { cvError: cvErrors[i], standardError: standardErrors?.[i] };
    lines.push(JSON.stringify(error ? { key, error: error.message } : { key, ...chosen, model: many.model(i) }));
    if (lines.length < PIECE && i < many.length - 1) continue;
    yield `${lines.join("\n")}\n`;
    told(i + 1);
    lines = [];
  }
}
