import { readdirSync, readFileSync } from "node:fs";

/** Ticks of Linux' clock a second, as /proc counts. */
const TICKS = 100;

/** The seconds of processor time that a process has taken, and all that descend from it, ended ones included. */
export function processorSeconds(pid: number): number {
  const children = new Map<number, number[]>();
  const own = new Map<number, number>();
  for (const name of readdirSync("/proc").filter((one) => /^\d+$/.test(one))) {
    let text: string;
    try {
      text = readFileSync(`/proc/${name}/stat`, "utf8");
    } catch {
      // It has ended meanwhile.
      continue;
    }
    // After the name in brackets, which may hold anything: state, parent, …, and from the 14th field on user, system, and those of children.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const parent = Number(fields[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    own.set(
      Number(name),
      [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0),
    );
  }
  const sum = (one: number): number =>
    (own.get(one) ?? 0) + (children.get(one) ?? []).reduce((total, child) => total + sum(child), 0);
  return sum(pid) / TICKS;
}
