/** Numbers as people read them. */

/** A whole number, its digits in groups of three. */
const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ",");

const minus = (text: string): string => text.replace("-", "−");
const raised = (power: number): string =>
  String(power).replace(/./g, (c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)]));

/** Three significant digits; what is no number is a dash: NaN is never on the screen. */
export function rough(value: number, count = 3): string {
  if (value === 0) return "0";
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size >= 1e9 || size < 1e-4) {
    const [digits, power] = value.toExponential(1).split("e");
    return minus(`${digits}·10${raised(Number(power))}`);
  }
  if (size >= 10 ** count) return minus(grouped(Math.round(value)));
  return minus(value.toPrecision(count));
}

/** A share in per cent; 99.7 % is not 100 %. */
export function percent(share: number): string {
  if (!Number.isFinite(share)) return "–";
  const isNearlyAll = share > 0.99 && share < 1;
  return minus(`${(100 * share).toFixed(isNearlyAll ? 1 : 0)}\u00a0%`);
}

/** A count and its noun, which takes an s for all but one. */
export const counted = (count: number, noun: string): string => `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;

/** Up to `most` names, the last ones as how many there are. */
export function listed(names: readonly string[], most = 5): string {
  if (names.length <= 1) return names.join("");
  if (names.length <= most) return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  return `${names.slice(0, most - 1).join(", ")} and ${names.length - most + 1} others`;
}
