/**
 * The rows of the list: pages that are loaded as they come near, let go of when they are far, and kept live. Where the
 * reader stands is in the URL (`row`), and which pages there were in the session, so that Back leads to the same place.
 */
import { $, type Signal, useComputed$, useSignal, useStore, useVisibleTask$ } from '@builder.io/qwik';
import type { ExecutionSummary } from '#contracts/execution';
import type { ProblemBody } from '#contracts/problems';
import { call } from '~/lib/api';
import type { Page } from '~/lib/api-types';
import { apiQuery, type Filters, matches, pageQuery } from '~/lib/filters';
import { applied, type LiveData, type LiveRow, rowsFrom, started } from '~/lib/live-rows';
import { listenAll } from '~/lib/live-source';
import { replaceQuery } from '~/lib/page-url';
import { between, countOf, filled, keptOf, lacking, type RowChunk, readKept, rowAt, thinned, withRow } from '~/lib/row-chunks';
import { serverNow } from '~/lib/server-clock';
import { visibleRange } from '~/lib/windowed';

const PAGE = 200;
/** As many as the server has made. */
const FIRST = 60;
/** Rows before the end at which the next page is asked for. */
const AHEAD = 100;
/** Rows on both sides of the window that stay in memory. */
const MARGIN = 2000;
/** Where scrolling ends; what is older is a link away. */
const MOST = 100_000;
/** Above, new executions wait behind the button. */
const MOST_LIVE = 2000;
const NOTE_AFTER_MS = 250;
/** What may lead to another page. */
const ACTS = ['click', 'keydown'];
/** For so many frames the page is waited for to grow. */
const FRAMES = 60;

export type Connection = 'off' | 'on' | 'lost';

interface Start {
  items: ExecutionSummary[];
  nextCursor: string | null;
  filters: Filters;
  now: number;
  /** Workflows of the project that is looked at, by name; absent: all. */
  within?: string[];
}

interface ListState {
  chunks: RowChunk[];
  next: string | null;
  /** New ones that wait for the reader. */
  held: LiveRow[];
  fresh: string[];
}

export function useExecutionRows({ items, nextCursor, filters, now: startedAt, within }: Start, cursor: Signal<number>) {
  const live = filters.live && !filters.cursor;
  const list = useStore<ListState>(
    { chunks: [{ cursor: filters.cursor ?? null, count: items.length, rows: rowsFrom(items) }], next: nextCursor, held: [], fresh: [] },
    { deep: false },
  );
  const range = useSignal({ from: 0, to: FIRST, height: 36 });
  const now = useSignal(startedAt);
  const connection = useSignal<Connection>('off');
  const problem = useSignal<ProblemBody>();
  /** Pages that are being asked for, by cursor. */
  const asking = useSignal<string[]>([]);
  /** A list of then is shown again: newer ones are a link away. */
  const asOf = useSignal<string>();

  const ask = $(async (at: string | null, limit: number, to?: string) => {
    const key = at ?? '';
    if (asking.value.includes(key)) return undefined;
    asking.value = [...asking.value, key];
    const query = new URLSearchParams(apiQuery({ ...filters, cursor: at ?? undefined }, startedAt, limit));
    if (to) query.set('to', to);
    const answer = await call<Page<ExecutionSummary>>(`/api/v1/executions?${query}`);
    asking.value = asking.value.filter((one) => one !== key);
    problem.value = answer.ok ? undefined : answer.problem;
    return answer.ok ? answer.value : undefined;
  });
  const further = $(async () => {
    const at = list.next;
    if (at === null || problem.value || countOf(list.chunks) >= MOST) return;
    const page = await ask(at, PAGE);
    if (!page || list.next !== at) return;
    // A page of a rare filter may be empty and still have a next.
    if (page.items.length > 0) list.chunks = [...list.chunks, { cursor: at, count: page.items.length, rows: rowsFrom(page.items) }];
    list.next = page.next_cursor;
  });
  const fill = $(async (at: number) => {
    const chunk = list.chunks[at];
    if (!chunk || chunk.rows) return;
    const page = at === 0 && chunk.cursor === null ? await ask(null, chunk.count, justAfter(asOf.value)) : await ask(chunk.cursor, Math.min(PAGE, chunk.count));
    const index = list.chunks.indexOf(chunk);
    if (page && index >= 0) list.chunks = filled(list.chunks, index, rowsFrom(page.items));
  });
  const retry = $(async () => {
    problem.value = undefined;
    const holes = lacking(list.chunks, range.value.from, range.value.to);
    for (const hole of holes) await fill(hole);
    if (holes.length === 0) await further();
  });
  const release = $(() => {
    const [first, ...rest] = list.chunks;
    if (!first?.rows || first.count > MOST_LIVE) return location.assign(`/executions${pageQuery(filters, {})}`);
    list.fresh = list.held.map((row) => row.execution_id);
    list.chunks = [{ ...first, rows: [...list.held, ...first.rows], count: first.count + list.held.length }, ...rest];
    list.held = [];
  });

  useVisibleTask$(
    async ({ cleanup }) => {
      const box = document.getElementById('executions');
      if (!box) return;
      const address = `executions${pageQuery(filters, { cursor: filters.cursor })}`;
      const measure = () => {
        const shown = box.querySelector('[data-rows]');
        if (!shown) return;
        const height = shown.querySelector<HTMLElement>('[data-index]')?.getBoundingClientRect().height || range.value.height;
        const total = countOf(list.chunks);
        const top = Math.max(0, -shown.getBoundingClientRect().top);
        const next = visibleRange(total, height, top, window.innerHeight);
        if (next.from !== range.value.from || next.to !== range.value.to || height !== range.value.height) range.value = { ...next, height };
        list.chunks = near(list.chunks, next);
        for (const hole of lacking(list.chunks, next.from, next.to)) fill(hole);
        if (next.to > total - AHEAD) further();
      };
      let noted: ReturnType<typeof setTimeout> | undefined;
      const note = () => {
        noted = undefined;
        const row = Math.round(Math.max(0, -(box.querySelector('[data-rows]')?.getBoundingClientRect().top ?? 0)) / range.value.height);
        replaceQuery({ row: row > 0 ? String(row) : undefined });
        const kept = keptOf(list.chunks, list.next);
        if (kept) sessionStorage.setItem(address, JSON.stringify(asOf.value ? { ...kept, top: asOf.value } : kept));
      };
      const onScroll = () => {
        measure();
        clearTimeout(noted);
        noted = setTimeout(note, NOTE_AFTER_MS);
      };
      /** Whoever goes on right after scrolling comes back to where they went from. */
      const onAct = () => {
        if (noted === undefined) return;
        clearTimeout(noted);
        note();
      };
      const row = Number(new URLSearchParams(location.search).get('row'));
      const kept = row > 0 ? readKept(sessionStorage.getItem(address)) : undefined;
      if (kept) {
        const isSame = rowAt(list.chunks, 0)?.started_at === kept.top;
        if (!isSame) asOf.value = kept.top;
        list.chunks = kept.pages.map(([at, count], index) => ({
          cursor: at,
          count,
          ...(index === 0 && isSame && list.chunks[0]?.count === count ? { rows: list.chunks[0].rows } : {}),
        }));
        list.next = kept.next;
        if (!list.chunks[0]?.rows) await fill(0);
        range.value = { ...range.value, from: row, to: row + FIRST };
        // The page has to be as long as it was before it can be scrolled.
        const scroll = (frames: number) => {
          const rows = box.querySelector<HTMLElement>('[data-rows]');
          const isLong = rows !== null && rows.offsetHeight >= row * range.value.height;
          if (!isLong && frames > 0) return void requestAnimationFrame(() => scroll(frames - 1));
          if (rows) window.scrollTo({ top: window.scrollY + rows.getBoundingClientRect().top + row * range.value.height });
          measure();
        };
        scroll(FRAMES);
      } else measure();
      window.addEventListener('scroll', onScroll, { passive: true });
      window.addEventListener('resize', measure);
      for (const kind of ACTS) window.addEventListener(kind, onAct, { capture: true });
      cleanup(() => {
        clearTimeout(noted);
        for (const kind of ACTS) window.removeEventListener(kind, onAct, { capture: true });
        window.removeEventListener('scroll', onScroll);
        window.removeEventListener('resize', measure);
      });
    },
    { strategy: 'document-ready' },
  );

  useVisibleTask$(
    ({ cleanup }) => {
      if (!live) return;
      const ticker = setInterval(() => {
        if (between(list.chunks, range.value.from, range.value.to).some(({ row }) => row?.duration_ms === undefined)) now.value = serverNow();
      }, 250);
      const reading = () =>
        cursor.value >= 0 || asOf.value !== undefined || window.scrollY > 40 || document.querySelector('#executions [data-rows]:hover') !== null;
      const take = (event: string, data: LiveData) => {
        const changed = withRow(list.chunks, data.execution_id, (row) => applied(row, event, data));
        if (changed) {
          list.chunks = changed;
          return;
        }
        const waiting = list.held.findIndex((row) => row.execution_id === data.execution_id);
        if (waiting >= 0) {
          const next = applied(list.held[waiting]!, event, data);
          if (next) list.held = list.held.with(waiting, next);
          return;
        }
        const row = started(event, data, rowAt(list.chunks, 0)?.tenant ?? '');
        if (!row || !matches(filters, row) || (within && !within.includes(row.workflow))) return;
        const [first, ...rest] = list.chunks;
        if (reading() || !first?.rows || first.count >= MOST_LIVE) list.held = [row, ...list.held].slice(0, MOST_LIVE);
        else {
          list.fresh = [row.execution_id];
          list.chunks = [{ ...first, rows: [row, ...first.rows], count: first.count + 1 }, ...rest];
        }
      };
      const stop = listenAll(filters, take, async (state) => {
        const regained = connection.value === 'lost' && state === 'on';
        connection.value = state;
        if (!regained || asOf.value !== undefined) return;
        // What went by unheard: the list is asked once more, from its beginning.
        const again = await ask(null, FIRST);
        if (!again) return;
        list.chunks = [{ cursor: null, count: again.items.length, rows: rowsFrom(again.items) }];
        list.next = again.next_cursor;
      });
      cleanup(() => {
        clearInterval(ticker);
        stop();
      });
    },
    { strategy: 'document-ready' },
  );

  const total = useComputed$(() => countOf(list.chunks));
  return { live, list, range, now, connection, problem, asking, asOf, total, release, retry };
}

/** The filter takes what started before an instant. */
function justAfter(at: string | undefined): string | undefined {
  return at === undefined ? undefined : new Date(Date.parse(at) + 1).toISOString();
}

/** The same array where nothing was let go of, so that nothing is drawn again. */
function near(chunks: RowChunk[], { from, to }: { from: number; to: number }): RowChunk[] {
  const thin = thinned(chunks, from, to, MARGIN);
  return thin.some((chunk, at) => chunk !== chunks[at]) ? thin : chunks;
}
