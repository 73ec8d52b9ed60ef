/**
 * Browser only: the hairline at the hovered moment, and choosing a part of the time by dragging over the axis. It writes
 * to the elements directly: a pointer's every move must not draw the rows anew.
 */
import { formatDuration } from './time';

const LEAST_DRAG_PX = 6;

/** `zoomTo` gets the chosen part in ms, or `undefined` for the whole. The answer takes the listeners away. */
export function wireAxis(root: HTMLElement, zoomTo: (span: { from: number; to: number } | undefined) => void): () => void {
  let dragFrom: number | undefined;
  const axis = () => root.querySelector<HTMLElement>('.wf-axis');
  const span = () => ({ from: Number(root.dataset.from), to: Number(root.dataset.to) });

  const fractionOf = (event: PointerEvent): number | undefined => {
    const box = axis()?.getBoundingClientRect();
    return box && box.width > 0 ? (event.clientX - box.left) / box.width : undefined;
  };
  const moment = (fraction: number) => {
    const { from, to } = span();
    return from + fraction * (to - from);
  };

  const onMove = (event: PointerEvent) => {
    const fraction = fractionOf(event);
    const inside = fraction !== undefined && fraction >= 0 && fraction <= 1 && event.pointerType !== 'touch';
    if (!inside && dragFrom === undefined) {
      delete root.dataset.hair;
      return;
    }
    const at = Math.min(1, Math.max(0, fraction ?? 0));
    const left = `${at * 100}%`;
    root.dataset.hair = '';
    const hair = root.querySelector<HTMLElement>('.wf-hair');
    const label = root.querySelector<HTMLElement>('.wf-hair-label');
    if (hair) hair.style.left = left;
    if (label) {
      label.style.left = `clamp(28px, ${left}, 100% - 28px)`;
      label.textContent = formatDuration(moment(at));
    }
    if (dragFrom !== undefined) showBrush(Math.min(dragFrom, at), Math.max(dragFrom, at));
  };
  const showBrush = (from: number, to: number) => {
    const brush = root.querySelector<HTMLElement>('.wf-brush');
    if (brush) Object.assign(brush.style, { display: 'block', left: `${from * 100}%`, width: `${(to - from) * 100}%` });
  };
  const onDown = (event: PointerEvent) => {
    if (!(event.target as Element).closest('.wf-axis') || event.pointerType === 'touch') return;
    dragFrom = fractionOf(event);
    axis()?.setPointerCapture(event.pointerId);
    event.preventDefault();
  };
  const onUp = (event: PointerEvent) => {
    if (dragFrom === undefined) return;
    const to = Math.min(1, Math.max(0, fractionOf(event) ?? dragFrom));
    const width = (axis()?.getBoundingClientRect().width ?? 0) * Math.abs(to - dragFrom);
    if (width >= LEAST_DRAG_PX) {
      // The moment under the pointer is another one now.
      delete root.dataset.hair;
      zoomTo({ from: moment(Math.min(dragFrom, to)), to: moment(Math.max(dragFrom, to)) });
    }
    dragFrom = undefined;
    const brush = root.querySelector<HTMLElement>('.wf-brush');
    if (brush) brush.style.display = 'none';
  };
  const onLeave = () => {
    if (dragFrom === undefined) delete root.dataset.hair;
  };
  const onDouble = (event: MouseEvent) => {
    if ((event.target as Element).closest('.wf-axis')) zoomTo(undefined);
  };

  root.addEventListener('pointermove', onMove);
  root.addEventListener('pointerdown', onDown);
  root.addEventListener('pointerup', onUp);
  root.addEventListener('pointerleave', onLeave);
  root.addEventListener('dblclick', onDouble);
  return () => {
    root.removeEventListener('pointermove', onMove);
    root.removeEventListener('pointerdown', onDown);
    root.removeEventListener('pointerup', onUp);
    root.removeEventListener('pointerleave', onLeave);
    root.removeEventListener('dblclick', onDouble);
  };
}
