/**
 * A number for what a module exports, by names and kinds: FNV-1a of 32 bits.
 *
 * @throws TypeError if it is no WebAssembly.Module.
 */
export function outline(module: WebAssembly.Module): number {
  const text = WebAssembly.Module.exports(module)
    .map(({ name, kind }) => `${kind} ${name}`)
    .join();
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; ++i) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
