/**
 * The timeline as it is now: its first page from the server, the rest on demand, and what is new whenever a live message
 * says that something happened, at most every 80 ms. Where live messages do not come through, it is asked every two seconds.
 *
 * Invariants
 * 1. What is new is asked for, not the whole again: following costs the same however long the execution is.
 * 2. Once the execution has ended nothing listens and nothing ticks; `refresh` starts it all again.
 * 3. Payloads are loaded for the one step whose details are open, and again when something new is known of it.
 */
import { $, type NoSerialize, noSerialize, useComputed$, useSignal, useVisibleTask$ } from '@builder.io/qwik';
import { FINAL_STATUSES, type TimelineStep } from '#contracts/execution';
import type { ProblemBody } from '#contracts/problems';
import { type Answer, call } from '~/lib/api';
import { browserTimers, coalesce } from '~/lib/coalesce';
import { listen } from '~/lib/live-source';
import { serverNow } from '~/lib/server-clock';
import { firstOf, type Loaded, type TimelineAnswer, withChanges, withPage } from '~/lib/timeline';

const GAP_MS = 80;
const POLL_MS = 2000;
const TICK_MS = 100;
/** Drawing the bars of so many steps ten times a second would hold the page up. */
const SLOW_TICK_ABOVE = 500;
const SLOW_TICK_MS = 1000;
const PAGE = 1000;
/** Executions up to this many steps are loaded whole, without being asked. */
const WHOLE_UP_TO = 2000;

export type Connection = 'off' | 'live' | 'polling';

interface First {
  timeline: TimelineAnswer;
  detail?: TimelineStep;
  now: number;
}

export function useLiveTimeline(first: First) {
  const loaded = useSignal<Loaded>(firstOf(first.timeline));
  const timeline = useComputed$(() => loaded.value.timeline);
  const isWhole = useComputed$(() => loaded.value.next === null);
  const now = useSignal(first.now);
  const connection = useSignal<Connection>('off');
  /** Why the last call for the timeline was refused; it is asked again by itself while the execution runs. */
  const problem = useSignal<ProblemBody>();
  const detail = useSignal<TimelineStep | undefined>(first.detail);
  const detailProblem = useSignal<ProblemBody>();
  const wanted = useSignal<string | undefined>(first.detail?.name);
  const paging = useSignal<'page' | 'all'>();
  const turning = useSignal<NoSerialize<Promise<void>>>();
  const generation = useSignal(0);
  const id = first.timeline.execution_id;
  const base = `/api/v1/executions/${id}/timeline`;
  // What was imported never goes on, whatever its status was.
  const running = useComputed$(() => !FINAL_STATUSES.includes(timeline.value.status) && timeline.value.metadata.imported_from === undefined);

  const loadDetail = $(async (step: string | undefined) => {
    wanted.value = step;
    detailProblem.value = undefined;
    if (step === undefined) return;
    if (detail.value?.name !== step) detail.value = undefined;
    const answer: Answer<{ steps: TimelineStep[] }> = await call(`${base}?step=${encodeURIComponent(step)}`);
    if (wanted.value !== step) return;
    if (answer.ok) detail.value = answer.value.steps[0] ?? detail.value;
    else detailProblem.value = answer.problem;
  });

  const restart = $(async () => {
    const answer = await call<TimelineAnswer>(`${base}?values=none&limit=${PAGE}`);
    if (answer.ok) loaded.value = firstOf(answer.value);
    problem.value = answer.ok ? undefined : answer.problem;
  });

  const turnPages = $(async () => {
    for (let another = true; another; another = isForAll(paging.value)) {
      const { next } = loaded.value;
      if (next === null) break;
      const answer = await call<TimelineAnswer>(`${base}?values=none&limit=${PAGE}&cursor=${encodeURIComponent(next)}`);
      problem.value = answer.ok ? undefined : answer.problem;
      if (!answer.ok) break;
      // Meanwhile it may have been loaded anew.
      if (loaded.value.next !== next) continue;
      loaded.value = withPage(loaded.value, answer.value);
      // A step that began again while pages were turned has moved: once more from the start.
      if (running.value && isMissingSome(loaded.value)) await restart();
    }
    paging.value = undefined;
  });

  /** The next page; all of them, where everything is needed: a filter, the last row, the failed step. Says how many steps are here then. */
  const more = $(async (all: boolean) => {
    if (loaded.value.next === null) return loaded.value.timeline.steps.length;
    if (all || !paging.value) paging.value = all ? 'all' : 'page';
    turning.value ??= noSerialize(
      turnPages().finally(() => {
        turning.value = undefined;
      }),
    );
    await turning.value;
    return loaded.value.timeline.steps.length;
  });

  const load = $(async () => {
    const answer = await call<TimelineAnswer>(`${base}?since=${loaded.value.timeline.last_seq}&limit=${PAGE}`);
    problem.value = answer.ok ? undefined : answer.problem;
    if (!answer.ok) return;
    const next = withChanges(loaded.value, answer.value);
    if (next) loaded.value = next;
    else {
      await restart();
      // Nobody waits for the pages of what goes on.
      more(true);
    }
    now.value = serverNow();
    if (wanted.value !== undefined && answer.value.steps.some((step) => step.name === wanted.value)) await loadDetail(wanted.value);
  });
  const refresh = $(async () => {
    await load();
    generation.value++;
  });

  useVisibleTask$(
    () => {
      const { next, timeline } = loaded.value;
      if (next !== null && (running.value || (timeline.steps_total ?? 0) <= WHOLE_UP_TO)) more(true);
    },
    { strategy: 'document-ready' },
  );

  useVisibleTask$(
    ({ track, cleanup }) => {
      track(generation);
      const live = track(running);
      if (!live) {
        connection.value = 'off';
        return;
      }
      const reload = coalesce(() => load(), GAP_MS, browserTimers);
      const stop = listen(
        new URLSearchParams({ execution_id: id }),
        () => reload.request(),
        (state) => {
          connection.value = state === 'on' ? 'live' : 'polling';
          // Between the page's making and the open connection something may have happened.
          if (state === 'on') reload.request();
        },
      );
      const poll = setInterval(() => {
        if (connection.value === 'polling' && !document.hidden) reload.request();
      }, POLL_MS);
      let ticked = 0;
      const tick = setInterval(() => {
        const at = serverNow();
        if (loaded.value.timeline.steps.length > SLOW_TICK_ABOVE && Math.abs(at - ticked) < SLOW_TICK_MS) return;
        ticked = at;
        now.value = at;
      }, TICK_MS);
      cleanup(() => {
        stop();
        reload.stop();
        clearInterval(poll);
        clearInterval(tick);
      });
    },
    { strategy: 'document-ready' },
  );

  return { timeline, isWhole, now, connection, problem, detail, detailProblem, running, paging, loadDetail, more, refresh };
}

function isForAll(paging: 'page' | 'all' | undefined): boolean {
  return paging === 'all';
}

function isMissingSome({ timeline, next }: Loaded): boolean {
  return next === null && timeline.steps_total !== undefined && timeline.steps.length !== timeline.steps_total;
}
