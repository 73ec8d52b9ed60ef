/** A step that waits for somebody: the approval with its form, or the signal that ends the wait. */
import { $, component$, type QRL, useSignal, useVisibleTask$ } from '@builder.io/qwik';
import type { ExecutionNow, WaitingFor } from '#contracts/execution-rpc';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import type { ProblemBody } from '#contracts/problems';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { call, post } from '~/lib/api';
import { fieldsOf, valuesOf } from '~/lib/form-fields';
import type { SlimStep } from '~/lib/timeline';

interface Props {
  executionId: string;
  step: SlimStep;
  refresh: QRL<() => Promise<void>>;
}

export const WaitPanel = component$<Props>(({ executionId, step, refresh }) => {
  const wait = useSignal<WaitingFor>();
  const problem = useSignal<ProblemBody>();
  const busy = useSignal(false);
  const approval = step.waiting_for!.kind === 'approval';

  useVisibleTask$(
    async () => {
      const answer = await call<ExecutionNow>(`/api/v1/executions/${executionId}`);
      if (!answer.ok) problem.value = answer.problem;
      else wait.value = answer.value.waiting_for?.find((one) => one.step === step.name);
    },
    { strategy: 'document-ready' },
  );
  const send = $(async (body: Json) => {
    busy.value = true;
    problem.value = undefined;
    const answer = await post(`/api/v1/executions/${executionId}/signals/${encodeURIComponent(step.name)}`, body);
    busy.value = false;
    if (!answer.ok) problem.value = answer.problem;
    await refresh();
  });

  const settings: JsonObject = isJsonObject(wait.value?.input) ? wait.value.input : {};
  return (
    <section class="mx-3 mb-3 rounded-lg border border-line bg-surface p-3 sm:mx-4" aria-label={`${step.name} waits`}>
      <h2 class="text-14 font-semibold">{approval ? `${step.name} waits for a decision` : `${step.name} waits for ${step.waiting_for!.event}`}</h2>
      {approval ? (
        <Approval settings={settings} busy={busy.value} send={send} />
      ) : (
        <SignalForm correlation={wait.value?.correlation} busy={busy.value} send={send} />
      )}
      <ProblemNotice problem={problem.value} />
    </section>
  );
});

const Approval = component$<{ settings: JsonObject; busy: boolean; send: QRL<(body: Json) => Promise<void>> }>(({ settings, busy, send }) => {
  const form = useSignal<HTMLFormElement>();
  const error = useSignal('');
  const fields = fieldsOf(settings.form);
  const decide = $(async (decision: 'approve' | 'reject') => {
    error.value = '';
    // Read when it is decided: what is typed before the page is all awake counts as well.
    const elements = form.value!.elements;
    const typed = Object.fromEntries(
      fieldsOf(settings.form).map(({ name, kind }) => {
        const field = elements.namedItem(`form-${name}`) as HTMLInputElement | HTMLSelectElement;
        return [name, kind === 'boolean' ? (field as HTMLInputElement).checked : field.value];
      }),
    );
    const comment = (elements.namedItem('form-comment-of-decision') as HTMLInputElement).value;
    const read = valuesOf(fieldsOf(settings.form), typed);
    if ('error' in read) {
      error.value = read.error;
      return;
    }
    const body: JsonObject = { decision };
    if (comment) body.comment = comment;
    if (settings.form !== undefined && decision === 'approve') body.form = read.values;
    await send(body);
  });
  return (
    <form ref={form} preventdefault:submit>
      {typeof settings.message === 'string' && <p class="mt-1 max-w-[80ch] text-14">{settings.message}</p>}
      {Array.isArray(settings.approvers) && <p class="mt-0.5 text-12 text-text-2">Decided by {settings.approvers.join(', ')}.</p>}
      <div class="mt-2 grid max-w-[560px] gap-2">
        {fields.map((field) => (
          <div key={field.name} class={field.kind === 'boolean' ? 'flex items-center gap-2 text-13' : 'text-12 text-text-3'}>
            {field.kind === 'boolean' && <input id={`form-${field.name}`} type="checkbox" />}
            <label for={`form-${field.name}`} class="capitalize">
              {field.label}
              {field.required && field.kind !== 'boolean' ? ' *' : ''}
            </label>
            {field.kind === 'choice' && (
              <select id={`form-${field.name}`} class="field mt-1 block w-full">
                <option value="">Choose</option>
                {field.choices!.map((choice) => (
                  <option key={choice} value={choice}>
                    {choice}
                  </option>
                ))}
              </select>
            )}
            {(field.kind === 'text' || field.kind === 'number' || field.kind === 'json') && (
              <input id={`form-${field.name}`} class="field mt-1 block w-full" inputMode={field.kind === 'number' ? 'decimal' : undefined} />
            )}
            {field.hint && <p class="mt-0.5">{field.hint}</p>}
          </div>
        ))}
        <label class="block text-12 text-text-3">
          Comment
          <input id="form-comment-of-decision" class="field mt-1 block w-full" />
        </label>
      </div>
      {error.value && (
        <p class="mt-1 text-12 text-bad" role="alert">
          {error.value}
        </p>
      )}
      <div class="mt-3 flex gap-2">
        <button type="button" class="btn btn-primary" disabled={busy} onClick$={() => decide('approve')}>
          Approve
        </button>
        <button type="button" class="btn btn-danger" disabled={busy} onClick$={() => decide('reject')}>
          Reject
        </button>
      </div>
    </form>
  );
});

const SignalForm = component$<{ correlation?: WaitingFor['correlation']; busy: boolean; send: QRL<(body: Json) => Promise<void>> }>(
  ({ correlation, busy, send }) => {
    const error = useSignal('');
    const submit = $(async (_: Event, form: HTMLFormElement) => {
      try {
        const body = JSON.parse(String(new FormData(form).get('data'))) as Json;
        error.value = '';
        await send(body);
      } catch (cause) {
        error.value = `Not JSON: ${(cause as Error).message}`;
      }
    });
    return (
      <form preventdefault:submit onSubmit$={submit}>
        {correlation && correlation.paths.length > 0 && (
          <p class="mono mt-0.5 text-12 text-text-2">
            {correlation.paths.map((path, index) => `${path === '@key' ? 'key' : path} = ${correlation.values[index]}`).join(', ')}
          </p>
        )}
        <label class="mt-2 block max-w-[560px] text-12 text-text-3">
          Data of the signal, as JSON
          <textarea
            class="field mono mt-1 block w-full py-2 text-12"
            style={{ height: '72px' }}
            spellcheck={false}
            aria-invalid={error.value ? 'true' : undefined}
            name="data"
            value="{}"
          />
        </label>
        {error.value && (
          <p class="mt-1 text-12 text-bad" role="alert">
            {error.value}
          </p>
        )}
        <button type="submit" class="btn btn-primary mt-3" disabled={busy}>
          Send signal
        </button>
      </form>
    );
  },
);
