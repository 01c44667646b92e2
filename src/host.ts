/** A module of Node's own, as its caller knows it; undefined elsewhere. Not imported, as bundlers for pages would look for it. */
export function builtin<Module>(name: `node:${string}`): Module | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  return process?.getBuiltinModule?.(name) as Module | undefined;
}

/**
 * What an executor has its engine under, if that reads files, and chunks of CSV the function that takes one: the entries of readers and
 * executors know nothing else of each other.
 */
export const ENGINE = /* @__PURE__ */ Symbol.for("regulus.engine");
