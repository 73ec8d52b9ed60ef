/**
 * The lines of a search: its pages, as far back as one looks, and new ones as they are said. New lines appear on top while
 * the reader is there; further down they gather behind a button, so that nothing moves from under the pointer.
 *
 * Invariants
 * 1. A line is there once, whichever way it came.
 * 2. What was said while the connection was lost is asked for when it stands again.
 * 3. Bounded: at most MOST_LINES are held, those said last.
 */
import { $, useSignal, useStore, useVisibleTask$ } from '@builder.io/qwik';
import type { ProblemBody } from '#contracts/problems';
import { call } from '~/lib/api';
import type { LogItem, LogsAnswer } from '~/lib/api-types';
import { listenToLines } from '~/lib/live-source';
import { isFollowed, type LogFilters, liveLogQuery, logQuery } from '~/lib/log-filters';
import { keyOfLine, MOST_LINES, unknownOf } from '~/lib/log-lines';
import { serverNow } from '~/lib/server-clock';

const PAGE = 100;
/** Where a search finds few, so many requests look on without being told to; each for so long. */
const FEW = 30;
const BY_ITSELF = 1;
const WITHIN = '3s';
/** From the first line that comes to its picture, ms; those that come meanwhile go along. */
const GATHER_MS = 50;
/** Nearer to the top than this, the reader is there, px. */
const AT_TOP = 120;

export interface LogStart {
  filters: LogFilters;
  now: number;
  /** What the server has found already. */
  first?: LogsAnswer;
}

export interface LinesState {
  lines: LogItem[];
  next: string | null;
  /** New ones that wait for the reader. */
  held: LogItem[];
  /** Keys of those that came last. */
  fresh: string[];
  looked: LogsAnswer['looked'];
  /** Older lines were let go of. */
  thinned: boolean;
  loading: boolean;
  loaded: boolean;
}

export function useLogLines({ filters, now: madeAt, first }: LogStart) {
  const state = useStore<LinesState>(
    {
      lines: first?.items ?? [],
      next: first?.next_cursor ?? null,
      held: [],
      fresh: [],
      looked: first?.looked ?? { executions: 0 },
      thinned: false,
      loading: first === undefined,
      loaded: first !== undefined,
    },
    { deep: false },
  );
  const now = useSignal(madeAt);
  const connection = useSignal<'off' | 'on' | 'lost'>('off');
  const problem = useSignal<ProblemBody>();

  const stopped = useSignal(false);
  const ask = $(async (cursor: string | undefined, within?: string) => {
    const answer = await call<LogsAnswer>(`/api/v1/logs?${logQuery({ ...filters, cursor: cursor ?? filters.cursor }, madeAt, PAGE, within)}`);
    problem.value = answer.ok ? undefined : answer.problem;
    return answer.ok ? answer.value : undefined;
  });
  /** Request after request, each of which says how far it came, until there is enough, or somebody stops it. */
  const further = $(async (requests: number) => {
    stopped.value = false;
    let found = 0;
    for (let turn = 0; turn < requests && state.next !== null && !problem.value && !stopped.value && found < FEW; turn++) {
      state.loading = true;
      const page = await ask(state.next, filters.execution ? undefined : WITHIN);
      state.loading = false;
      if (!page) return;
      found += page.items.length;
      const known = state.lines;
      state.lines = [...known, ...page.items.filter((line) => !known.some((one) => keyOfLine(one) === keyOfLine(line)))];
      state.next = state.lines.length >= MOST_LINES ? null : page.next_cursor;
      state.thinned ||= state.lines.length >= MOST_LINES && page.next_cursor !== null;
      state.looked = together(state.looked, page.looked);
    }
  });
  const stop = $(() => {
    stopped.value = true;
  });
  const begin = $(async () => {
    state.loading = true;
    const page = await ask(undefined);
    state.loading = false;
    if (!page) return;
    state.lines = page.items;
    state.next = page.next_cursor;
    state.looked = page.looked;
    state.loaded = true;
  });
  const release = $(() => {
    const { held } = state;
    state.fresh = held.map(keyOfLine);
    state.thinned ||= held.length + state.lines.length > MOST_LINES;
    state.lines = [...held, ...state.lines].slice(0, MOST_LINES);
    state.held = [];
    window.scrollTo({ top: 0 });
  });
  const retry = $(async () => {
    problem.value = undefined;
    await (state.loaded ? further(1) : begin());
  });

  useVisibleTask$(
    async () => {
      if (!state.loaded) await begin();
      if (state.lines.length < FEW) await further(BY_ITSELF);
      document.body.dataset.logs = 'ready';
    },
    { strategy: 'document-ready' },
  );

  useVisibleTask$(
    ({ cleanup }) => {
      if (!isFollowed(filters)) return;
      let come: LogItem[] = [];
      let timer: ReturnType<typeof setTimeout> | undefined;
      const show = () => {
        timer = undefined;
        const fresh = unknownOf([...state.held, ...state.lines], come);
        come = [];
        now.value = serverNow();
        if (fresh.length === 0) return;
        if (window.scrollY > AT_TOP) {
          state.held = [...fresh, ...state.held].slice(0, MOST_LINES);
          return;
        }
        state.fresh = fresh.map(keyOfLine);
        state.thinned ||= fresh.length + state.lines.length > MOST_LINES;
        state.lines = [...fresh, ...state.lines].slice(0, MOST_LINES);
      };
      const take = (lines: LogItem[]) => {
        come.push(...lines);
        timer ??= setTimeout(show, GATHER_MS);
      };
      const stop = listenToLines(
        liveLogQuery(filters),
        (line) => take([line]),
        async (now) => {
          connection.value = now;
          if (now !== 'on') return;
          // Between the page's making, or the loss, and the open connection something may have been said.
          const page = await ask(undefined);
          if (page && state.loaded) take(page.items);
        },
      );
      cleanup(() => {
        stop();
        clearTimeout(timer);
      });
    },
    { strategy: 'document-ready' },
  );

  return { state, now, connection, problem, further, stop, release, retry };
}

function together(left: LogsAnswer['looked'], right: LogsAnswer['looked']): LogsAnswer['looked'] {
  return {
    executions: left.executions + right.executions,
    back_to: right.back_to ?? left.back_to,
    unread: (left.unread ?? 0) + (right.unread ?? 0),
  };
}
