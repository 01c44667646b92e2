import { checkLength, rangeError, reading } from "../errors.js";

/** More than this is no list that anyone has filled: an array may be long and have nothing in it. */
const MOST = 67108864;

/** A copy of a list, holes filled with undefined; of `length` elements, if that is known. */
export function toList<T>(name: string, list: ArrayLike<T>, length?: number): T[] {
  return reading(`"${name}"`, () => {
    const count = list.length;
    if (length !== undefined) checkLength(name, { length: count }, length);
    checkCount(name, count);
    return Array.from({ length: count }, (_, i) => list[i]);
  });
}

/** Refuses what may be long and have nothing in it. */
export function checkCount(name: string, count: number): void {
  if (count > MOST) throw rangeError("ERR_LENGTH", `"${name}" must have at most ${MOST} elements, got ${count}`);
}
