/** A module of Node's own, as its caller knows it; undefined elsewhere. Not imported, as bundlers for pages would look for it. */
export function builtin<Module>(name: `node:${string}`): Module | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  return process?.getBuiltinModule?.(name) as Module | undefined;
}
