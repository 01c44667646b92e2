import { typeError } from "../errors.js";

/**
 * The TypeError `ERR_PEER` of a package that need not be installed, and is not, which says how. Thrown where an `import()` in a try block fails: bundlers
 * would refuse to build any other one of what is not there.
 */
export function missingPeer(owner: string, names: string, cause: unknown): TypeError {
  const error = typeError("ERR_PEER", `${owner} needs what is not installed here: npm install ${names}`);
  return Object.assign(error, { cause });
}
