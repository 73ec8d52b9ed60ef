/** Long lists: only what is near the window is in the DOM. Pure. */

/** Rows of a long list that are in the DOM: the visible ones and some on both sides. */
export function visibleRange(total: number, rowHeight: number, scrollTop: number, viewport: number, overscan = 12): { from: number; to: number } {
  const from = Math.max(0, Math.floor(scrollTop / rowHeight) - overscan);
  const to = Math.min(total, Math.ceil((scrollTop + viewport) / rowHeight) + overscan);
  return { from: Math.min(from, total), to: Math.max(to, Math.min(from, total)) };
}
