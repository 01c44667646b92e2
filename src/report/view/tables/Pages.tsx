import type { Signal } from "@preact/signals";

/** Leafs through a table. */
export function Pages({
  page,
  count,
  says,
  what,
}: {
  page: Signal<number>;
  count: number;
  says: string;
  what: string;
}) {
  if (count < 2) return null;
  const at = Math.min(page.value, count - 1);
  const go = (to: number) => () => {
    page.value = to;
  };
  return (
    <div class="rg-pages">
      <span>{says}</span>
      <button type="button" disabled={at === 0} onClick={go(at - 1)} aria-label={`Previous ${what}`}>
        ←
      </button>
      <button type="button" disabled={at === count - 1} onClick={go(at + 1)} aria-label={`Next ${what}`}>
        →
      </button>
    </div>
  );
}
