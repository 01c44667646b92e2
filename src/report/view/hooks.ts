import { computed, type ReadonlySignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

/**
 * A signal of what follows from others. Where one stands for a text or an attribute, that alone changes with it, and no component is rendered again:
 * what is drawn in each frame of a drag is bound by these.
 *
 * @param inputs - What `from` uses besides signals.
 */
export const useDerived = <T>(from: () => T, inputs: readonly unknown[]): ReadonlySignal<T> =>
  useMemo(() => computed(from), inputs);

/** The width of an element in CSS pixels, before the first picture of it and whenever it changes. */
export function useWidth<E extends HTMLElement>(): [{ current: E | null }, number] {
  const element = useRef<E>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return;
    // Not the rectangle's, which is measured in the window's pixels: CSS may enlarge the page.
    const measure = (): void => setWidth(current.offsetWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return [element, width];
}

/** Counts the times that light became dark or dark light, for what is painted with colours read from the page. */
export function useTheme(): number {
  const [changes, setChanges] = useState(0);
  useEffect(() => {
    const query = matchMedia("(prefers-color-scheme: dark)");
    const change = (): void => setChanges((count) => count + 1);
    query.addEventListener("change", change);
    return () => query.removeEventListener("change", change);
  }, []);
  return changes;
}
