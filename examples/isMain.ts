/** Whether the module is what Node was started with. */
export function isMain(url: string): boolean {
  return process.argv[1] !== undefined && url.endsWith(process.argv[1].replaceAll("\\", "/").split("/").at(-1) ?? "");
}
