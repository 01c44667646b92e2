import { type AnyModel, type Encoding, modelFromJSON } from "../../index.js";
import type { Chunk, ChunkColumn } from "../../readers/index.js";

type Key = string | number;

/** Models by their keys, as lines of JSON hold them (`manyLines`): what of `ManyModels` predicts. */
export class KeyedModels {
  readonly keys: Key[] = [];
  /** Any of the models, which are of one family and of the same columns. */
  readonly first: AnyModel;
  readonly #models = new Map<Key, AnyModel>();

  /**
   * @param text - One model in a line, or why there is none.
   * @throws Error that says which line holds neither.
   */
  constructor(text: string) {
    text.split("\n").forEach((line, k) => {
      if (line.trim() === "") return;
      try {
        this.#read(JSON.parse(line) as Record<string, unknown>);
      } catch (error) {
        throw new Error(`line ${k + 1}: ${(error as Error).message}`, { cause: error });
      }
    });
    const [first] = this.#models.values();
    if (first === undefined) throw new Error("none of its groups could be fitted");
    this.first = first;
  }

  get length(): number {
    return this.keys.length;
  }

  #read(line: Record<string, unknown>): void {
    const { key, model, error } = Object(line) as Record<string, unknown>;
    if (typeof key !== "string" && typeof key !== "number") throw new Error("it has no key");
    this.keys.push(key);
    if (typeof error === "string") return;
    const own = modelFromJSON(model as never);
    const [other = own] = this.#models.values();
    if (own.encoding === undefined) throw new Error("its model is of no table");
    if (own.family !== other.family || JSON.stringify(own.encoding) !== JSON.stringify(other.encoding))
      throw new Error("its model is of another family or of another table than those before");
    this.#models.set(key, own);
  }

  /** Each row by the model of its group; nothing where there is none. */
  predict(table: Chunk, groups: ChunkColumn, { offset }: { offset?: ArrayLike<number> }): unknown[] {
    const rowsOf = new Map<Key, number[]>();
    for (let i = 0; i < table.rows; ++i) {
      const key = groups[i];
      if (key === null || !this.#models.has(key)) continue;
      const rows = rowsOf.get(key);
      if (rows === undefined) rowsOf.set(key, [i]);
      else rows.push(i);
    }
    const X = (this.first.encoding as Encoding).apply(table);
    const predicted: unknown[] = new Array(table.rows).fill(undefined);
    for (const [key, rows] of rowsOf) {
      const own = offset && { offset: Float64Array.from(rows, (i) => offset[i]) };
      const values = (this.#models.get(key) as AnyModel).predict(X.takeRows(Int32Array.from(rows)), own);
      rows.forEach((i, k) => {
        predicted[i] = values[k];
      });
    }
    return predicted;
  }
}
