/** A step that waits for somebody: the approval, or the signal that ends the wait; as fields where the step has a form. */
import { $, component$, type QRL, useSignal, useVisibleTask$ } from '@builder.io/qwik';
import type { ExecutionNow, WaitingFor } from '#contracts/execution-rpc';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import type { ProblemBody } from '#contracts/problems';
import { DataField } from '~/components/schema-form/data-field';
import { dataIn, useData } from '~/components/schema-form/data-state';
import { readSchemaForm } from '~/components/schema-form/form-inputs';
import type { Reading } from '~/components/schema-form/read-form';
import { SchemaForm } from '~/components/schema-form/schema-form';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { call, post } from '~/lib/api';
import type { SlimStep } from '~/lib/timeline';

interface Props {
  executionId: string;
  step: SlimStep;
  refresh: QRL<() => Promise<void>>;
}

export const WaitPanel = component$<Props>(({ executionId, step, refresh }) => {
  const wait = useSignal<WaitingFor>();
  const problem = useSignal<ProblemBody>();
  const asked = useSignal(false);
  const busy = useSignal(false);
  const approval = step.waiting_for!.kind === 'approval';

  useVisibleTask$(
    async () => {
      const answer = await call<ExecutionNow>(`/api/v1/executions/${executionId}`);
      if (!answer.ok) problem.value = answer.problem;
      else wait.value = answer.value.waiting_for?.find((one) => one.step === step.name);
      asked.value = true;
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
      ) : !asked.value ? (
        <span class="skeleton mt-2 block h-10" role="status" aria-label="Loading what it waits for" />
      ) : (
        <>
          <Correlated correlation={wait.value?.correlation} />
          {settings.form === undefined ? <SignalText busy={busy.value} send={send} /> : <SignalForm schema={settings.form} busy={busy.value} send={send} />}
        </>
      )}
      <ProblemNotice problem={problem.value} />
    </section>
  );
});

const Approval = component$<{ settings: JsonObject; busy: boolean; send: QRL<(body: Json) => Promise<void>> }>(({ settings, busy, send }) => {
  const fields = useSignal<HTMLElement>();
  const comment = useSignal<HTMLInputElement>();
  const errors = useSignal<Reading['errors']>({});
  const decide = $(async (decision: 'approve' | 'reject') => {
    errors.value = {};
    const body: JsonObject = { decision };
    if (comment.value!.value) body.comment = comment.value!.value;
    if (settings.form !== undefined && decision === 'approve') {
      // Read when it is decided: what is typed before the page is all awake counts as well.
      const read = readSchemaForm(fields.value!, settings.form, undefined);
      errors.value = read.errors;
      if (Object.keys(read.errors).length > 0) return;
      body.form = read.value ?? {};
    }
    await send(body);
  });
  return (
    <form preventdefault:submit>
      {typeof settings.message === 'string' && <p class="mt-1 max-w-[80ch] text-14">{settings.message}</p>}
      {Array.isArray(settings.approvers) && <p class="mt-0.5 text-12 text-text-2">Decided by {settings.approvers.join(', ')}.</p>}
      <div class="mt-2 grid max-w-[560px] gap-3">
        {settings.form !== undefined && <SchemaForm schema={settings.form} root={fields} errors={errors.value} />}
        <label class="block text-12 text-text-2">
          Comment
          <input ref={comment} class="field mt-1 block w-full" autoComplete="off" />
        </label>
      </div>
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

const Correlated = component$<{ correlation?: WaitingFor['correlation'] }>(({ correlation }) =>
  correlation && correlation.paths.length > 0 ? (
    <p class="mono mt-0.5 text-12 text-text-2">
      {correlation.paths.map((path, index) => `${path === '@key' ? 'key' : path} = ${correlation.values[index]}`).join(', ')}
    </p>
  ) : null,
);

interface SignalProps {
  busy: boolean;
  send: QRL<(body: Json) => Promise<void>>;
}

/** The data of a signal as fields, where its step says what they are. */
const SignalForm = component$<SignalProps & { schema: Json }>(({ schema, busy, send }) => {
  const fields = useSignal<HTMLElement>();
  const errors = useSignal<Reading['errors']>({});
  const submit = $(async () => {
    const read = readSchemaForm(fields.value!, schema, undefined);
    errors.value = read.errors;
    if (Object.keys(read.errors).length === 0) await send(read.value ?? {});
  });
  return (
    <form preventdefault:submit onSubmit$={submit}>
      <div class="mt-2 max-w-[560px]">
        <SchemaForm schema={schema} root={fields} errors={errors.value} />
      </div>
      <button type="submit" class="btn btn-primary mt-3" disabled={busy}>
        Send signal
      </button>
    </form>
  );
});

const SignalText = component$<SignalProps>(({ busy, send }) => {
  const data = useData('{}');
  const error = useSignal('');
  const submit = $(async (_: Event, form: HTMLFormElement) => {
    try {
      const body = JSON.parse(dataIn(form, data).text) as Json;
      error.value = '';
      await send(body);
    } catch (cause) {
      error.value = `Not JSON: ${(cause as Error).message}`;
    }
  });
  return (
    <form preventdefault:submit onSubmit$={submit}>
      <div class="mt-2 max-w-[560px]">
        <DataField label="Data of the signal, as JSON" height={72} data={data} invalid={error.value !== ''} />
      </div>
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
});
