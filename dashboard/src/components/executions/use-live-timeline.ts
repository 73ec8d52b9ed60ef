/**
 * The timeline as it is now: from the server at first, then asked anew whenever a live message says that something
 * happened, at most every 150 ms. Where live messages do not come through, it is asked every two seconds.
 *
 * Invariants
 * 1. An older timeline (by `last_seq`) never replaces a newer one.
 * 2. Once the execution has ended nothing listens and nothing ticks; `refresh` starts it all again.
 */
import { $, useComputed$, useSignal, useVisibleTask$ } from '@builder.io/qwik';
import { FINAL_STATUSES, type Timeline, type TimelineStep } from '#contracts/execution';
import type { ProblemBody } from '#contracts/problems';
import { call } from '~/lib/api';
import { browserTimers, coalesce } from '~/lib/coalesce';
import { listen } from '~/lib/live-source';
import { serverNow } from '~/lib/server-clock';
import { type SlimTimeline, slim } from '~/lib/waterfall';

const GAP_MS = 150;
const POLL_MS = 2000;
const TICK_MS = 100;

export type Connection = 'off' | 'live' | 'polling';

export function useLiveTimeline(initial: SlimTimeline, detail: TimelineStep | undefined, renderedAt: number) {
  const timeline = useSignal<SlimTimeline>(initial);
  const now = useSignal(renderedAt);
  const connection = useSignal<Connection>('off');
  const problem = useSignal<ProblemBody>();
  /** Steps with their payloads, once somebody has opened one. */
  const details = useSignal<{ [step: string]: TimelineStep } | undefined>(detail ? { [detail.name]: detail } : undefined);
  const complete = useSignal(false);
  const generation = useSignal(0);
  // What was imported never goes on, whatever its status was.
  const running = useComputed$(() => !FINAL_STATUSES.includes(timeline.value.status) && timeline.value.metadata.imported_from === undefined);

  const load = $(async () => {
    const answer = await call<Timeline>(`/api/v1/executions/${timeline.value.execution_id}/timeline`);
    if (!answer.ok) {
      problem.value = answer.problem;
      return;
    }
    problem.value = undefined;
    if (answer.value.last_seq < timeline.value.last_seq) return;
    if (details.value) {
      details.value = Object.fromEntries(answer.value.steps.map((step) => [step.name, step]));
      complete.value = true;
    }
    timeline.value = slim(answer.value);
    now.value = serverNow();
  });
  const loadDetails = $(async () => {
    if (complete.value) return;
    details.value ??= {};
    await load();
  });
  const refresh = $(async () => {
    await load();
    generation.value++;
  });

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
        new URLSearchParams({ execution_id: timeline.value.execution_id }),
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
      const tick = setInterval(() => {
        now.value = serverNow();
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

  return { timeline, now, connection, problem, details, running, loadDetails, refresh };
}
