/** The step that is held: what it would get, what it sees, and the decision about it. */
import { $, component$, type QRL, useSignal, useVisibleTask$ } from '@builder.io/qwik';
import { useNavigate } from '@builder.io/qwik-city';
import type { ContextView } from '#contracts/execution-rpc';
import type { Json } from '#contracts/json';
import type { ProblemBody } from '#contracts/problems';
import { DataField } from '~/components/schema-form/data-field';
import type { Reading } from '~/components/schema-form/read-form';
import { JsonView } from '~/components/ui/json-view';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { call, post } from '~/lib/api';
import { replaySteps } from '~/lib/replay';
import { stepSchema } from '~/lib/step-types';
import type { SlimTimeline } from '~/lib/timeline';

interface Props {
  timeline: SlimTimeline;
  refresh: QRL<() => Promise<void>>;
}

export const BreakpointPanel = component$<Props>(({ timeline, refresh }) => {
  const navigate = useNavigate();
  const held = timeline.paused!.breakpoint!;
  const view = useSignal<ContextView>();
  const text = useSignal('');
  const original = useSignal('');
  const faults = useSignal<Reading['errors']>({});
  const busy = useSignal(false);
  const problem = useSignal<ProblemBody>();
  const steps = replaySteps(timeline).names.filter((name) => name !== held.step);
  const from = useSignal(steps.at(-1) ?? '');

  const load = $(async () => {
    const answer = await call<ContextView>(`/api/v1/executions/${timeline.execution_id}/context`);
    if (!answer.ok) {
      problem.value = answer.problem;
      return;
    }
    view.value = answer.value;
    const input = answer.value.next?.input;
    original.value = text.value = input === undefined ? '' : JSON.stringify(input, null, 2);
  });
  useVisibleTask$(() => load(), { strategy: 'document-ready' });

  const act = $(async (action: 'resume' | 'modify' | 'skip' | 'abort' | 'replay') => {
    problem.value = undefined;
    let body: Record<string, Json> = { action };
    if (action === 'replay') body = { action, from_step: from.value };
    if ((action === 'resume' || action === 'modify') && text.value !== original.value) {
      try {
        body = { action, input: JSON.parse(text.value) as Json };
      } catch (error) {
        problem.value = { type: 'about:blank', title: `The input is not JSON: ${(error as Error).message}`, status: 400, code: 'invalid_json' };
        return;
      }
    }
    busy.value = true;
    const answer = await post<{ replayed_as?: string }>(`/api/v1/executions/${timeline.execution_id}/breakpoint`, body);
    busy.value = false;
    if (!answer.ok) problem.value = answer.problem;
    else if (answer.value.replayed_as) return navigate(`/executions/${answer.value.replayed_as}`);
    else if (action === 'modify') await load();
    await refresh();
  });

  const changed = text.value !== original.value;
  const wrong = Object.keys(faults.value).length > 0;
  return (
    <section class="mx-3 mb-3 rounded-lg border border-line bg-surface p-3 sm:mx-4" aria-labelledby="held-title">
      <h2 id="held-title" class="text-14 font-semibold">
        Held before {held.step}
      </h2>
      {held.condition && <p class="mono mt-0.5 text-12 text-text-2">{held.condition}</p>}
      {view.value?.next?.error ? (
        <p class="notice notice-bad mt-2">Its settings give no input: {view.value.next.error.message}</p>
      ) : original.value !== '' ? (
        <div class="mt-2">
          <DataField
            label={`Input it will get${view.value?.next?.modified ? ', as modified' : ''}`}
            text={text}
            faults={faults}
            schema$={$(() => stepSchema(view.value!.next!.type))}
          />
        </div>
      ) : (
        !view.value && !problem.value && <span class="skeleton mt-2 block h-10" role="status" aria-label="Loading the input" />
      )}
      {view.value && (
        <details class="mt-2">
          <summary class="cursor-pointer text-12 text-text-2">What the step sees</summary>
          <div class="mt-1 max-h-[320px] overflow-auto">
            <JsonView value={view.value.context} label="Context" />
          </div>
        </details>
      )}
      <ProblemNotice problem={problem.value} />
      <div class="mt-3 flex flex-wrap items-center gap-2">
        <button type="button" class="btn btn-primary" disabled={busy.value || wrong} onClick$={() => act('resume')}>
          {changed ? 'Resume with this input' : 'Resume'}
        </button>
        {original.value !== '' && (
          <button type="button" class="btn" disabled={busy.value || !changed || wrong} onClick$={() => act('modify')}>
            Save input, stay here
          </button>
        )}
        <button type="button" class="btn" disabled={busy.value} onClick$={() => act('skip')}>
          Skip the step
        </button>
        <button type="button" class="btn btn-danger" disabled={busy.value} onClick$={() => act('abort')}>
          Abort
        </button>
        {steps.length > 0 && (
          <span class="flex min-w-0 flex-wrap items-center gap-2 sm:ml-auto">
            <label class="sr-only" for="held-from">
              Step to replay from
            </label>
            <select id="held-from" class="field max-w-full" onChange$={(_, field) => (from.value = field.value)}>
              {steps.map((name) => (
                <option key={name} value={name} selected={name === from.value}>
                  {name}
                </option>
              ))}
            </select>
            <button type="button" class="btn" disabled={busy.value} title="A new execution goes on in place of this one" onClick$={() => act('replay')}>
              Replay from here
            </button>
          </span>
        )}
      </div>
    </section>
  );
});
