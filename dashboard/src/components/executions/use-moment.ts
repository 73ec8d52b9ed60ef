/**
 * The context right after the event that `at` names. A slider passes many events, so it is asked for once it rests, and
 * what was asked for is kept: an event of the log never changes.
 */
import { type NoSerialize, noSerialize, type Signal, useSignal, useVisibleTask$ } from '@builder.io/qwik';
import type { z } from 'zod';
import type { contextSchema } from '#contracts/api-control';
import type { ProblemBody } from '#contracts/problems';
import { call } from '~/lib/api';

const REST_MS = 120;
const KEPT = 60;

type Context = z.infer<typeof contextSchema>;
export type Moment = Context & { after: NonNullable<Context['after']> };

export function useMoment(executionId: string, at: Signal<number | undefined>) {
  const moment = useSignal<Moment>();
  const problem = useSignal<ProblemBody>();
  const kept = useSignal<NoSerialize<Map<number, Moment>>>();
  useVisibleTask$(
    ({ track, cleanup }) => {
      const seq = track(at);
      if (seq === undefined) {
        problem.value = undefined;
        moment.value = undefined;
        return;
      }
      kept.value ??= noSerialize(new Map<number, Moment>());
      const known = kept.value!.get(seq);
      if (known) {
        problem.value = undefined;
        moment.value = known;
        return;
      }
      const abort = new AbortController();
      const timer = setTimeout(
        async () => {
          const answer = await call<Moment>(`/api/v1/executions/${executionId}/context?at=${seq}`, { signal: abort.signal });
          if (at.value !== seq) return;
          problem.value = answer.ok ? undefined : answer.problem;
          if (!answer.ok) {
            moment.value = undefined;
            return;
          }
          if (kept.value!.size >= KEPT) kept.value!.delete(kept.value!.keys().next().value!);
          kept.value!.set(seq, answer.value);
          moment.value = answer.value;
        },
        moment.value || problem.value ? REST_MS : 0,
      );
      cleanup(() => {
        clearTimeout(timer);
        abort.abort();
      });
    },
    { strategy: 'document-ready' },
  );
  return { moment, problem };
}
