/**
 * Keys of the timeline: arrows move, left and right close and open a block, Enter opens, Escape closes, `/` filters, `f`
 * goes to the failed step; `+`, `-`, `0` and Shift with an arrow zoom and pan; `t`, `[` and `]` travel in time.
 */
import { type QRL, type Signal, useVisibleTask$ } from '@builder.io/qwik';
import type { ViewName } from '~/components/executions/execution-view';
import { isTyping } from '~/components/shell/page-actions';
import { panned, type Span, zoomed } from '~/lib/axis';
import type { Waterfall } from '~/lib/waterfall';
import { lineAfter } from '~/lib/waterfall-moves';

const MOST_FRAMES = 100;

interface Parts {
  view: Signal<ViewName>;
  /** Key of the line that the arrows stand on. */
  cursor: Signal<string | undefined>;
  selected: Signal<string | undefined>;
  waterfall: Readonly<Signal<Waterfall>>;
  zoom: Signal<Span | undefined>;
  whole: Readonly<Signal<Span>>;
  /** Event at which the time travel stands, and the last one there is. */
  at: Signal<number | undefined>;
  last: Readonly<Signal<number>>;
  /** All steps are here. */
  isWhole: Readonly<Signal<boolean>>;
  select: QRL<(step: string | undefined) => void>;
  turn: QRL<(step: string, open: boolean) => void>;
  go: QRL<(seq: number | undefined) => void>;
  more: QRL<(all: boolean) => Promise<number>>;
}

export function useTimelineKeys(parts: Parts): void {
  const { view, cursor, selected, waterfall, isWhole, at, last, select, turn, go, more } = parts;
  useVisibleTask$(
    ({ cleanup }) => {
      const travelled = (key: string): boolean => {
        const seq = at.value;
        if (key === 't') go(seq === undefined ? last.value : undefined);
        else if (seq === undefined || (key !== '[' && key !== ']')) return false;
        else go(Math.min(last.value, Math.max(1, seq + (key === ']' ? 1 : -1))));
        return true;
      };
      const left = () => {
        if (selected.value !== undefined) {
          select(undefined);
          document.getElementById('waterfall')?.focus({ preventScroll: true });
        } else if (at.value !== undefined) go(undefined);
      };
      const onKey = async (event: KeyboardEvent) => {
        if (event.metaKey || event.ctrlKey || event.altKey || document.querySelector('dialog[open]')) return;
        const target = event.target as HTMLElement;
        const filter = document.getElementById('step-filter');
        if (event.key === 'Escape') {
          if (target === filter) filter.blur();
          else left();
          return;
        }
        if (isTyping(target) && target.id !== 'scrubber') return;
        if (travelled(event.key)) {
          event.preventDefault();
          return;
        }
        if (view.value !== 'timeline' || target.id === 'scrubber') return;
        if (event.key === '/') {
          event.preventDefault();
          filter?.focus();
          return;
        }
        if (looked(event, parts)) {
          event.preventDefault();
          return;
        }
        // Inside the pane, arrows and Enter belong to its tabs and buttons.
        if (target.closest('.pane') || target.closest('[role=tablist]') || (event.key === 'Enter' && target.closest('a,button'))) return;
        const block = waterfall.value.lines.find((line) => line.key === cursor.value);
        if (block?.block && (event.key === 'ArrowRight' || event.key === 'ArrowLeft')) {
          event.preventDefault();
          turn(block.step, event.key === 'ArrowRight');
          return;
        }
        // The last step and the failed one may be on a page that is not here yet.
        if (event.key === 'End' || event.key === 'f') {
          event.preventDefault();
          // Without a wait where there is nothing to wait for: the next key counts on this one.
          if (!isWhole.value) await laidOut(waterfall, await more(true));
        }
        const { lines } = waterfall.value;
        const place = lines.findIndex((line) => line.key === cursor.value);
        const to = lineAfter(event.key, place, lines);
        if (to !== undefined) {
          event.preventDefault();
          const line = lines[to];
          if (!line) return;
          cursor.value = line.key;
          reveal(to, lines.length);
          if (selected.value !== undefined) select(line.step);
        } else if (event.key === 'Enter' && place >= 0) {
          event.preventDefault();
          select(lines[place]!.step);
        }
      };
      document.addEventListener('keydown', onKey);
      document.body.dataset.keys = 'ready';
      cleanup(() => document.removeEventListener('keydown', onKey));
    },
    { strategy: 'document-ready' },
  );
}

/** What is computed follows what it is computed from a moment later. */
async function laidOut(waterfall: Readonly<Signal<Waterfall>>, steps: number): Promise<void> {
  for (let frame = 0; frame < MOST_FRAMES && waterfall.value.steps < steps; frame++) await new Promise(requestAnimationFrame);
}

/** Zooms around the step that the arrows stand on, else the middle. */
function looked(event: KeyboardEvent, { zoom, whole, waterfall, cursor }: Parts): boolean {
  const span = zoom.value ?? whole.value;
  if (event.shiftKey && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')) {
    if (zoom.value) zoom.value = panned(span, whole.value, event.key === 'ArrowRight' ? 0.25 : -0.25);
    return true;
  }
  if (event.key === '0') zoom.value = undefined;
  else if (event.key === '+' || event.key === '=' || event.key === '-') {
    const line = waterfall.value.lines.find((one) => one.key === cursor.value);
    const center = line?.start === undefined ? (span.from + span.to) / 2 : line.start + (line.duration ?? 0) / 2;
    const inside = Math.min(span.to, Math.max(span.from, center));
    zoom.value = zoomed(span, whole.value, event.key === '-' ? 2 : 0.5, inside);
  } else return false;
  return true;
}

/** Scrolls a row into view even where it is not in the DOM. */
function reveal(index: number, total: number): void {
  const body = document.getElementById('waterfall');
  if (!body || total === 0) return;
  const box = body.getBoundingClientRect();
  const row = Number.parseFloat(getComputedStyle(body).getPropertyValue('--row')) || 28;
  // Rows that have just been loaded may not be drawn yet: there is room for them all the same.
  body.style.minHeight = `calc(${total} * var(--row))`;
  const top = box.top + index * row;
  const head = 28 + (Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--top')) || 0);
  if (top < head) window.scrollBy(0, top - head);
  else if (top + row > window.innerHeight - 12) window.scrollBy(0, top + row - window.innerHeight + 12);
}
