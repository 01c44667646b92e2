import { describe, isArray, rangeError, reading, typedArrayName, typeError } from "../../errors.js";

/** Fields that are still to be checked. */
export type Fields = Record<string, unknown>;

/** The version of files that is known. */
const VERSION = 1;

/**
 * Reads a result, from its file or as it is. Everything of the caller's is read in here, and each field once: whatever may throw there, what
 * comes out is a typed error.
 *
 * @param mark - An array that it has if it is no file.
 * @param names - The fields that it may have: both as a file and as it is, then those of a file, then those of its own.
 * @param upgrade - Makes the fields of a file from before there was `format` those of one with it.
 */
export function readResult<T>(
  kind: string,
  json: unknown,
  mark: string,
  [both, ofFile, own]: readonly (readonly string[])[],
  read: (fields: Fields, isFile: boolean) => T,
  upgrade?: (fields: Fields) => void,
  form: "JSON" | "Bytes" = "JSON",
): T {
  const name = form.toLowerCase();
  return reading(`"${name}"`, () => {
    const fields = ownFields(json);
    upgrade?.(fields);
    const { format, version } = fields;
    const isFile = format !== undefined || typedArrayName(fields[mark]) === undefined;
    if (isFile && format !== `regulus-${kind}`) {
      const got = typeof format === "string" ? format : json;
      throw typeError("ERR_TYPE", `"${name}" must be a regulus-${kind}, as its to${form} gives, got ${describe(got)}`);
    }
    if (isFile && version !== VERSION) {
      throw rangeError("ERR_VALUE", `"${name}" must be of version ${VERSION}, got ${describe(version)}`);
    }
    checkNames(`a regulus-${kind}`, fields, [...both, ...(isFile ? [...ofFile, "format", "version"] : own)]);
    return read(fields, isFile);
  });
}

/** The own fields of an object, each read once; none of anything else. */
export function ownFields(value: unknown): Fields {
  const fields: Fields = Object.create(null);
  if (typeof value === "object" && value !== null && !isArray(value)) {
    for (const name of Reflect.ownKeys(value) as string[]) fields[name] = (value as Fields)[name];
  }
  return fields;
}

/** Refuses fields that are not known. */
export function checkNames(what: string, fields: Fields, known: readonly string[]): void {
  const other = Reflect.ownKeys(fields).find((name) => !known.includes(name as string));
  if (other === undefined) return;
  throw typeError("ERR_OPTION", `"json" must hold the fields of ${what} and no others, got ${describe(other)}`);
}
