/** Browser only: the server's present moment, epoch ms. The skew is measured once per page (`shell/page-actions.tsx`). */
export function serverNow(): number {
  return Date.now() - Number(document.documentElement.dataset.skew ?? 0);
}
