import { typeError } from "../errors.js";

/** A package that need not be installed. @throws TypeError `ERR_PEER` that says how, if it is not. */
export async function peer<T>(owner: string, names: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const needed = typeError("ERR_PEER", `${owner} needs what is not installed here: npm install ${names}`);
    throw Object.assign(needed, { cause: error });
  }
}
