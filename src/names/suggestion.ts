/**
 * What other libraries call options, written as small letters and digits alone, and what that is here: an option, and whatever is to be
 * said of it; several, joined by " or ", of which an owner's are meant. A name that means something else for one owner is
 * listed as `owner.name` too.
 */
export type OtherNames = Readonly<Record<string, string>>;

/**
 * What to say of an option that does not exist: the known one that is spelt alike, what is known of its name elsewhere, or the known one of
 * which it is a slip: by at most a quarter of its letters, 3 at the most. Empty where it is none of these.
 */
export function suggestion(owner: string, name: string, known: readonly string[], elsewhere: OtherNames): string {
  const wanted = plain(name);
  const alike = known.find((option) => plain(option) === wanted);
  if (alike !== undefined) return `: did you mean "${alike}"?`;
  const entry = [`${owner}.${wanted}`, wanted].find((key) => Object.hasOwn(elsewhere, key));
  if (entry !== undefined) {
    const here = elsewhere[entry].split(" or ").filter((text) => known.includes(text.replace(/\W.*/, "")));
    // A name that is known to be no slip, of what this owner does not have
    return here.length === 0
      ? ""
      : `: here it is ${here.map((text) => text.replace(/^.*?(?= \(|$)/, '"$&"')).join(" or ")}`;
  }
  const best = nearest(wanted, known, 4, 1 / 4);
  return best && `: did you mean "${best}"?`;
}

/** Longer names are compared with none. */
const LONGEST = 100;

/** The known name that fewer than so many slips, up to a share of its letters, lie between it and a wanted one; empty for none. */
export function nearest(name: string, known: readonly string[], least: number, share: number): string {
  const wanted = plain(name);
  let best = "";
  for (const option of known) {
    const target = plain(option);
    const longest = Math.max(wanted.length, target.length);
    // Names of any length are read: those far too long are not compared.
    if (longest > LONGEST || longest - Math.min(wanted.length, target.length) >= least) continue;
    const count = slips(wanted, target);
    if (count < least && count <= longest * share) [best, least] = [option, count];
  }
  return best;
}

/** Without what conventions differ in: `l1_ratio`, `penalty.factor` and `maxIter` are l1ratio, penaltyfactor and maxiter. */
function plain(name: string): string {
  return name.replace(/[\s_.-]/g, "").toLowerCase();
}

/** The characters to insert, leave out, change, or swap with the next, until a is b. */
function slips(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; ++i) {
    const row = [i];
    for (let j = 1; j <= b.length; ++j) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j], rows[i - 2][j - 2] + 1);
      }
    }
    rows.push(row);
  }
  return rows[a.length][b.length];
}
