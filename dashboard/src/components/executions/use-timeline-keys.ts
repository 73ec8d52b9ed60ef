/** Keys of the timeline: arrows move, left and right close and open a block, Enter opens, Escape closes, `/` filters, `f` goes to the failed step. */
import { type QRL, type Signal, useVisibleTask$ } from '@builder.io/qwik';
import type { ViewName } from '~/components/executions/execution-view';
import { isTyping } from '~/components/shell/page-actions';
import type { Waterfall } from '~/lib/waterfall';

interface Parts {
  view: Signal<ViewName>;
  /** Key of the line that the arrows stand on. */
  cursor: Signal<string | undefined>;
  selected: Signal<string | undefined>;
  waterfall: Readonly<Signal<Waterfall>>;
  select: QRL<(step: string | undefined) => void>;
  turn: QRL<(step: string, open: boolean) => void>;
}

export function useTimelineKeys({ view, cursor, selected, waterfall, select, turn }: Parts): void {
  useVisibleTask$(
    ({ cleanup }) => {
      const onKey = (event: KeyboardEvent) => {
        if (view.value !== 'timeline' || event.metaKey || event.ctrlKey || event.altKey || document.querySelector('dialog[open]')) return;
        const target = event.target as HTMLElement;
        const filter = document.getElementById('step-filter');
        if (event.key === 'Escape') {
          if (target === filter) filter.blur();
          else if (selected.value !== undefined) {
            select(undefined);
            document.getElementById('waterfall')?.focus({ preventScroll: true });
          }
          return;
        }
        if (isTyping(target)) return;
        if (event.key === '/') {
          event.preventDefault();
          filter?.focus();
          return;
        }
        // Inside the pane, arrows and Enter belong to its tabs and buttons.
        if (target.closest('.pane') || (event.key === 'Enter' && target.closest('a,button'))) return;
        const { lines } = waterfall.value;
        const at = lines.findIndex((line) => line.key === cursor.value);
        const block = lines[at]?.block;
        if (block && (event.key === 'ArrowRight' || event.key === 'ArrowLeft')) {
          event.preventDefault();
          turn(lines[at]!.step, event.key === 'ArrowRight');
          return;
        }
        const to = destination(event.key, at, lines);
        if (to !== undefined) {
          event.preventDefault();
          const line = lines[to];
          if (!line) return;
          cursor.value = line.key;
          reveal(to, lines.length);
          if (selected.value !== undefined) select(line.step);
        } else if (event.key === 'Enter' && at >= 0) {
          event.preventDefault();
          select(lines[at]!.step);
        }
      };
      document.addEventListener('keydown', onKey);
      document.body.dataset.keys = 'ready';
      cleanup(() => document.removeEventListener('keydown', onKey));
    },
    { strategy: 'document-ready' },
  );
}

function destination(key: string, at: number, lines: Waterfall['lines']): number | undefined {
  const last = lines.length - 1;
  if (key === 'ArrowDown' || key === 'j') return Math.min(last, at + 1);
  if (key === 'ArrowUp' || key === 'k') return Math.max(0, at - 1);
  if (key === 'Home') return 0;
  if (key === 'End') return last;
  if (key === 'f') {
    const failed = lines.findLastIndex((line) => line.status === 'failed');
    return failed < 0 ? undefined : failed;
  }
  return undefined;
}

/** Scrolls a row into view even where it is not in the DOM. */
function reveal(index: number, total: number): void {
  const body = document.getElementById('waterfall');
  if (!body || total === 0) return;
  const box = body.getBoundingClientRect();
  const row = Number.parseFloat(getComputedStyle(body).getPropertyValue('--row')) || 28;
  const top = box.top + index * row;
  const head = 28 + (Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--top')) || 0);
  if (top < head) window.scrollBy(0, top - head);
  else if (top + row > window.innerHeight - 12) window.scrollBy(0, top + row - window.innerHeight + 12);
}
