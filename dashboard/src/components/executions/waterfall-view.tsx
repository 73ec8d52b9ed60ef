/**
 * The waterfall: a fixed name column, a time axis, one row per step. Rows far outside the window are not drawn, so a
 * thousand steps cost what is seen of them. Bars are positioned in percent: no measuring, no script for the first paint.
 */
import { $, component$, type QRL, type Signal, useSignal, useVisibleTask$ } from '@builder.io/qwik';
import { Minimap } from '~/components/executions/minimap';
import { WaterfallRow } from '~/components/executions/waterfall-row';
import { type Span, ticks } from '~/lib/axis';
import { wireAxis } from '~/lib/axis-pointer';
import { formatCount } from '~/lib/time';
import type { Waterfall } from '~/lib/waterfall';
import { visibleRange } from '~/lib/windowed';

interface Props {
  waterfall: Waterfall;
  /** The whole time, and the part of it that is shown. */
  whole: Span;
  zoom: Signal<Span | undefined>;
  /** ms from the start: the moment at which the time travel stands. */
  marker?: number;
  cursor: Signal<string | undefined>;
  selected: Signal<string | undefined>;
  select: QRL<(step: string | undefined) => void>;
  /** Opens or closes a block. */
  turn: QRL<(step: string, open: boolean) => void>;
  /** At most; fewer where there is little room. */
  ticks?: number;
  /** Where steps come page by page. */
  paging?: Paging;
}

interface Paging {
  /** Steps that are here, and that there are. */
  loaded: number;
  total: number;
  missing: boolean;
  loading: boolean;
  more: QRL<(all: boolean) => Promise<unknown>>;
}

/** Lists up to this length are drawn whole. */
const WINDOWED_ABOVE = 120;
const MINIMAP_ABOVE = 60;
const FIRST_ROWS = 60;
const TICKS = 8;
/** Rows before the last one at which the next page is asked for. */
const AHEAD = 40;

export const WaterfallView = component$<Props>((props) => {
  const { waterfall, whole, zoom, cursor, selected, select, turn, paging } = props;
  const rows = useSignal({ from: 0, to: FIRST_ROWS, height: 28, top: 0, viewport: FIRST_ROWS * 28 });
  const count = useSignal(waterfall.lines.length);
  count.value = waterfall.lines.length;
  // Within a closed block, more steps are no more lines.
  const missing = useSignal(0);
  missing.value = paging?.missing ? paging.total - paging.loaded : 0;

  useVisibleTask$(
    ({ track, cleanup }) => {
      const total = track(count);
      const body = document.getElementById('waterfall');
      if (!body) return;
      const more = track(missing) > 0;
      const measure = () => {
        const height = Number.parseFloat(getComputedStyle(body).getPropertyValue('--row')) || 28;
        const top = Math.max(0, -body.getBoundingClientRect().top);
        const range = total > WINDOWED_ABOVE ? visibleRange(total, height, top, window.innerHeight) : { from: 0, to: total };
        if (more && (top + window.innerHeight) / height > total - AHEAD) props.paging?.more(false);
        const now = rows.value;
        const mini = total > MINIMAP_ABOVE;
        if (
          range.from !== now.from ||
          range.to !== now.to ||
          height !== now.height ||
          (mini && Math.abs(top - now.top) >= height / 2) ||
          window.innerHeight !== now.viewport
        ) {
          rows.value = { ...range, height, top, viewport: window.innerHeight };
        }
      };
      measure();
      // Whatever it stands in may scroll.
      addEventListener('scroll', measure, { passive: true, capture: true });
      addEventListener('resize', measure, { passive: true });
      cleanup(() => {
        removeEventListener('scroll', measure, { capture: true });
        removeEventListener('resize', measure);
      });
    },
    { strategy: 'document-ready' },
  );

  const span = zoom.value ?? whole;
  useVisibleTask$(
    ({ cleanup }) => {
      const root = document.getElementById('wf');
      if (root) cleanup(wireAxis(root, (next) => (zoom.value = next)));
    },
    { strategy: 'document-ready' },
  );

  const open = $((event: Event) => {
    const row = (event.target as Element).closest<HTMLElement>('[data-key]');
    if (!row?.dataset.key) return;
    cursor.value = row.dataset.key;
    const toggle = (event.target as Element).closest<HTMLElement>('[data-toggle]');
    if (toggle) return turn(toggle.dataset.toggle!, toggle.getAttribute('aria-expanded') === 'false');
    const step = row.dataset.step;
    select(selected.value === step ? undefined : step);
  });

  if (waterfall.lines.length === 0) {
    return <p class="px-4 py-12 text-center text-text-2">{paging?.loaded === 0 ? 'The first step has not started yet.' : 'No step fits the filter.'}</p>;
  }
  const windowed = waterfall.lines.length > WINDOWED_ABOVE;
  const from = windowed ? Math.min(rows.value.from, waterfall.lines.length) : 0;
  const to = windowed ? Math.min(Math.max(rows.value.to, from), waterfall.lines.length) : waterfall.lines.length;
  const percent = (ms: number) => ((ms - span.from) / (span.to - span.from)) * 100;
  const marks = ticks(span.from, span.to, props.ticks ?? TICKS);
  return (
    <div class="pb-8">
      {(waterfall.lines.length > MINIMAP_ABOVE || zoom.value) && (
        <Minimap lines={waterfall.lines} whole={whole} zoom={zoom} top={rows.value.top / rows.value.height} rows={rows.value.viewport / rows.value.height} />
      )}
      <div id="wf" class="wf" data-from={span.from} data-to={span.to}>
        <div class="wf-head" aria-hidden="true">
          <span class="wf-name-head">Step</span>
          <span class="wf-dur">Duration</span>
          <div class="wf-axis" title="Drag to look at a part; double-click for the whole">
            {marks.map((mark, i) => {
              const at = percent(mark.at);
              return (
                <span
                  key={mark.at}
                  class="wf-tick"
                  data-minor={i % 2 === 1 ? 'true' : undefined}
                  data-edge={at < 3 ? 'start' : at > 96 ? 'end' : undefined}
                  style={{ left: `${at}%` }}
                >
                  {mark.label}
                </span>
              );
            })}
            <span class="wf-brush" />
            <span class="wf-hair-label" />
          </div>
        </div>
        <div
          id="waterfall"
          class="wf-body"
          role="grid"
          aria-label="Steps in order. Arrow keys move, Enter opens the details."
          aria-rowcount={waterfall.lines.length}
          aria-activedescendant={cursor.value ? `row-${cursor.value}` : undefined}
          tabIndex={0}
          onClick$={open}
          style={{ minHeight: `calc(${waterfall.lines.length} * var(--row))` }}
        >
          <div class="wf-grid" role="presentation">
            <div class="wf-grid-inner">
              {marks.map((mark) => (
                <span key={mark.at} class="wf-gridline" style={{ left: `${percent(mark.at)}%` }} />
              ))}
              {waterfall.undoingFrom !== undefined && percent(waterfall.undoingFrom) < 100 && (
                <span
                  class="wf-undoing"
                  title="Undoing"
                  style={{ left: `${Math.max(0, percent(waterfall.undoingFrom))}%`, right: `${Math.max(0, 100 - percent(waterfall.end))}%` }}
                />
              )}
              <span class="wf-hair" />
            </div>
          </div>
          {props.marker !== undefined && (
            <div class="wf-grid wf-moment" role="presentation">
              <div class="wf-grid-inner">
                <span class="wf-later" style={{ left: `${Math.min(100, Math.max(0, percent(props.marker)))}%` }} />
              </div>
            </div>
          )}
          {from > 0 && <div style={{ height: `calc(${from} * var(--row))` }} />}
          {waterfall.lines.slice(from, to).map((line, i) => (
            <WaterfallRow
              key={line.key}
              line={line}
              index={from + i}
              span={span}
              current={cursor.value === line.key}
              selected={selected.value === line.step && line.kind === 'step'}
            />
          ))}
        </div>
      </div>
      {paging?.missing && (
        <p class="flex items-center justify-center gap-3 py-3 text-13 text-text-2" role="status">
          {formatCount(paging.loaded)} of {formatCount(paging.total)} steps are loaded.
          <button type="button" class="btn btn-small" disabled={paging.loading} onClick$={() => props.paging?.more(true)}>
            {paging.loading ? 'Loading' : 'Load all'}
          </button>
        </p>
      )}
      {zoom.value && (
        <div class="sticky bottom-3 mt-3 flex justify-center">
          <button type="button" class="btn btn-small shadow-lg" title="The whole time (0)" onClick$={() => (zoom.value = undefined)}>
            Show the whole time
          </button>
        </div>
      )}
    </div>
  );
});
