import { describe, rangeError } from "../errors.js";
import {
  areAlike,
  isGap,
  KINDS,
  levelOf,
  numberOf,
  type Place,
  parse,
  refuseCell,
  typeOf,
  type ValueType,
} from "./cells.js";
import type { CategoricalColumn, Missing, NumericColumn } from "./EncodingJSON.js";
import type { Rows } from "./readCells.js";

/** What is to be known of one column of a table, some rows at a time. */
export class ColumnSurvey {
  readonly place: Place;
  /** What the options say that it is. */
  readonly kind: "numeric" | "categorical" | undefined;
  readonly levels = new Set<string>();
  readonly #naValues: ReadonlySet<unknown>;
  type: ValueType | undefined;
  /** Values that are no gaps, and how many of them are not 0. */
  values = 0;
  nonzeros = 0;
  gaps = 0;
  firstGap = 0;
  #sum = 0;
  #error = 0;
  #first: { value: unknown; row: number } | undefined;

  constructor(place: Place, kind: ColumnSurvey["kind"], naValues: ReadonlySet<unknown>) {
    this.place = place;
    this.kind = kind;
    this.#naValues = naValues;
  }

  get isCategorical(): boolean {
    return this.kind === "categorical" || (this.kind === undefined && this.type === "text");
  }

  /** Reads further values, which `before` rows of other tables were before. */
  add(values: ArrayLike<unknown>, { from, count, rows }: Rows, before: number): void {
    const { place, levels } = this;
    for (let i = 0; i < count; ++i) {
      const row = rows === undefined ? from + i : rows[i];
      const value = values[row - from];
      if (isGap(value, this.#naValues)) {
        this.addGaps(1, before + row);
        continue;
      }
      const own = typeOf(value);
      const type = own !== undefined && own === this.type ? own : this.#meet(value, own, before + row);
      this.values += 1;
      if (this.isCategorical) levels.add(levelOf(value, type));
      else this.#addNumber(numberOf(place, value, type, before + row));
    }
  }

  addGaps(count: number, row: number): void {
    if (this.gaps === 0) this.firstGap = row;
    this.gaps += count;
  }

  /** A value of a type that the column has not had. */
  #meet(value: unknown, type: ValueType | undefined, row: number): ValueType {
    if (type === undefined) refuseCell(this.place, "hold numbers, booleans, strings or dates", value, row);
    if (this.type === undefined) {
      this.#first = { value, row };
      this.type = type;
    } else if (!areAlike(type, this.type)) {
      refuseCell(this.place, `hold values of one kind in a column that begins with ${KINDS[this.type]}`, value, row);
    } else if (type !== this.type) this.type = "number";
    return type;
  }

  /** Neumaier's compensated sum. */
  #addNumber(value: number): void {
    const sum = this.#sum + value;
    this.#error += Math.abs(this.#sum) >= Math.abs(value) ? this.#sum - sum + value : value - sum + this.#sum;
    this.#sum = sum;
    if (value !== 0) this.nonzeros += 1;
  }

  /** What is known in the end. @throws if it cannot be in X. */
  column(missing: Missing): NumericColumn | CategoricalColumn {
    const { place, type, gaps } = this;
    const name = place.column;
    if (type === undefined) {
      throw rangeError("ERR_VALUE", `"${place.table}" must have a value in column ${describe(name)}, got ${gaps} gaps`);
    }
    const isFilled = missing === "mean" || missing === "indicator";
    if (this.isCategorical) {
      if (this.kind === undefined) this.#checkNames();
      return { name, kind: "categorical", type, levels: [...this.levels].sort(), missingLevel: isFilled && gaps > 0 };
    }
    const mean = (this.#sum + this.#error) / this.values;
    if (!Number.isFinite(mean)) {
      const got = `${mean} in column ${describe(name)}`;
      throw rangeError("ERR_VALUE", `"${place.table}" must have columns whose sum does not overflow, got ${got}`);
    }
    return { name, kind: "numeric", type, mean, indicator: gaps > 0 && missing === "indicator" };
  }

  /** Refuses strings that all read as numbers: names of levels, or numbers that nobody has parsed. */
  #checkNames(): void {
    for (const level of this.levels) if (!Number.isFinite(parse(level))) return;
    const { value, row } = this.#first as { value: unknown; row: number };
    const expected = 'have its strings that read as numbers listed in "numeric" or "categorical"';
    refuseCell(this.place, expected, value, row);
  }
}
