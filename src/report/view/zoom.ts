/**
 * How many of the window's pixels one of an element's own has, where CSS enlarges it, as on screens of 4K. Rectangles and pointers are measured in the
 * window's, pictures are drawn in the element's.
 */
export const zoomOf = (element: Element): number => (element as { currentCSSZoom?: number }).currentCSSZoom ?? 1;

/** Where a pointer is in an element, in the element's own pixels from its upper left corner. */
export function pointIn(element: Element, { clientX, clientY }: MouseEvent): { x: number; y: number } {
  const { left, top } = element.getBoundingClientRect();
  const zoom = zoomOf(element);
  return { x: (clientX - left) / zoom, y: (clientY - top) / zoom };
}
