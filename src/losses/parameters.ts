import { checkPositive, typeError } from "../errors.js";
import {
  FAMILIES,
  type Family,
  type FamilyParameters,
  families,
  type OwnParameters,
  ownParameters,
  PARAMETERS,
} from "./families.js";

/**
 * The parameters of the family's own among the options, checked.
 *
 * @param y - For those that are not given, y less the offset; without it they must be.
 * @throws TypeError for a parameter of another family; RangeError for one that is not positive and finite.
 */
export function readParameters(
  owner: string,
  family: Family,
  options: FamilyParameters,
  y?: () => Float64Array,
): OwnParameters {
  const read: OwnParameters = {};
  const defaults: Readonly<Record<string, (y: Float64Array) => number>> = families[family].parameters ?? {};
  for (const name of PARAMETERS) {
    const byDefault = defaults[name];
    const given = options[name];
    if (byDefault === undefined) {
      if (given === undefined) continue;
      const its = FAMILIES.filter((one) => ownParameters(one).includes(name)).join(" or ");
      throw typeError("ERR_OPTION", `${owner} takes "${name}" only for the ${its} family, got a ${family} family`);
    }
    const value = given === undefined && y ? byDefault(y()) : given;
    checkPositive(name, value);
    read[name] = value;
  }
  return read;
}
