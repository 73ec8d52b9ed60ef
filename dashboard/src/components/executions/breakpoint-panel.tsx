/** The step that is held: what it would get, what it sees, and the decision about it. */
import { $, component$, type QRL, useSignal, useVisibleTask$ } from '@builder.io/qwik';
import { useNavigate } from '@builder.io/qwik-city';
import type { ContextView } from '#contracts/execution-rpc';
import type { Json } from '#contracts/json';
import type { ProblemBody } from '#contracts/problems';
import { DataField } from '~/components/schema-form/data-field';
import { dataIn, useData } from '~/components/schema-form/data-state';
import { Choice, named } from '~/components/ui/choice';
import { valuesOf } from '~/components/ui/form-values';
import { JsonView } from '~/components/ui/json-view';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { call, post } from '~/lib/api';
import { mistake } from '~/lib/mistake';
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
  const panel = useSignal<HTMLElement>();
  const data = useData();
  const original = useSignal('');
  const busy = useSignal(false);
  const problem = useSignal<ProblemBody>();
  const steps = replaySteps(timeline).names.filter((name) => name !== held.step);
  /** Kept here: a select that is drawn anew forgets what was chosen. */
  const from = useSignal(steps.at(-1) ?? '');

  const load = $(async () => {
    const answer = await call<ContextView>(`/api/v1/executions/${timeline.execution_id}/context`);
    if (!answer.ok) {
      problem.value = answer.problem;
      return;
    }
    view.value = answer.value;
    const input = answer.value.next?.input;
    original.value = data.text = input === undefined ? '' : JSON.stringify(input, null, 2);
  });
  useVisibleTask$(() => load(), { strategy: 'document-ready' });

  const order = $(async (body: { action: string } & Record<string, Json>) => {
    problem.value = undefined;
    busy.value = true;
    const answer = await post<{ replayed_as?: string }>(`/api/v1/executions/${timeline.execution_id}/breakpoint`, body);
    busy.value = false;
    if (!answer.ok) problem.value = answer.problem;
    else if (answer.value.replayed_as) return navigate(`/executions/${answer.value.replayed_as}`);
    else if (body.action === 'modify') await load();
    await refresh();
  });
  const goOn = $((action: 'resume' | 'modify') => {
    const { text, faults } = dataIn(panel.value!, data);
    data.faults = faults;
    if (Object.keys(faults).length > 0) return;
    if (text === original.value) return order({ action });
    try {
      return order({ action, input: JSON.parse(text) as Json });
    } catch (error) {
      problem.value = mistake(`The input is not JSON: ${(error as Error).message}`, 'invalid_json');
    }
  });
  const replay = $((_: Event, form: HTMLFormElement) => order({ action: 'replay', from_step: valuesOf(form).text('from_step') }));

  const changed = data.text !== original.value;
  const wrong = Object.keys(data.faults).length > 0;
  return (
    <section ref={panel} class="mx-3 mb-3 rounded-lg border border-line bg-surface p-3 sm:mx-4" aria-labelledby="held-title">
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
            data={data}
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
        <button type="button" class="btn btn-primary" disabled={busy.value || wrong} onClick$={() => goOn('resume')}>
          {changed ? 'Resume with this input' : 'Resume'}
        </button>
        {original.value !== '' && (
          <button type="button" class="btn" disabled={busy.value || !changed || wrong} onClick$={() => goOn('modify')}>
            Save input, stay here
          </button>
        )}
        <button type="button" class="btn" disabled={busy.value} onClick$={() => order({ action: 'skip' })}>
          Skip the step
        </button>
        <button type="button" class="btn btn-danger" disabled={busy.value} onClick$={() => order({ action: 'abort' })}>
          Abort
        </button>
        {steps.length > 0 && (
          <form preventdefault:submit onSubmit$={replay} class="flex min-w-0 flex-wrap items-center gap-2 sm:ml-auto">
            <label class="sr-only" for="held-from">
              Step to replay from
            </label>
            <Choice
              id="held-from"
              name="from_step"
              class="max-w-full"
              value={steps.at(-1) ?? ''}
              options={named(steps)}
              onChange$={(_, field) => (from.value = field.value)}
            />
            <button type="submit" class="btn" disabled={busy.value} title="A new execution goes on in place of this one">
              Replay from here
            </button>
          </form>
        )}
      </div>
    </section>
  );
});
