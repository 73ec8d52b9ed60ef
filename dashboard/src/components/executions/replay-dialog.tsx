/** Runs the execution again: the same, with another trigger, from one of its steps, or with mocks. */
import { $, component$, useSignal, useStore, useVisibleTask$ } from '@builder.io/qwik';
import { useNavigate } from '@builder.io/qwik-city';
import type { Json } from '#contracts/json';
import type { ProblemBody } from '#contracts/problems';
import { ReplayMocks } from '~/components/executions/replay-mocks';
import { answersBelow, answersIn } from '~/components/mocks/answers-in';
import { DataField } from '~/components/schema-form/data-field';
import { dataIn, useData } from '~/components/schema-form/data-state';
import { Choice, named } from '~/components/ui/choice';
import { Dialog, FormFoot } from '~/components/ui/dialog';
import { valuesOf } from '~/components/ui/form-values';
import { Radio } from '~/components/ui/radio';
import { call, post } from '~/lib/api';
import type { VersionDetail } from '~/lib/api-types';
import { replaceQuery } from '~/lib/page-url';
import { type ReplayForm, replayBody, replaySteps, triggerData, triggerSchema } from '~/lib/replay';
import type { SlimTimeline } from '~/lib/timeline';

const MODES = [
  { value: 'exact', label: 'Everything, with the same trigger' },
  { value: 'modified', label: 'Everything, with another trigger' },
  { value: 'step_from', label: 'From a step on, the results before it taken from the record' },
];

export const ReplayDialog = component$<{ timeline: SlimTimeline }>(({ timeline }) => {
  const navigate = useNavigate();
  const dialog = useSignal<HTMLDialogElement>();
  const busy = useSignal(false);
  const error = useSignal('');
  const problem = useSignal<ProblemBody>();
  const data = useData();
  const steps = replaySteps(timeline);
  const form = useStore<Omit<ReplayForm, 'text'>>({
    mode: 'exact',
    from_step: steps.preset,
    original: '',
    dry_run: false,
    environment: '',
    version: '',
    mocks: [],
  });

  // From elsewhere one is led here with `?replay=1`.
  useVisibleTask$(
    () => {
      if (!new URL(location.href).searchParams.has('replay')) return;
      replaceQuery({ replay: undefined });
      dialog.value?.showModal();
    },
    { strategy: 'document-ready' },
  );
  const choose = $(async (mode: string) => {
    form.mode = mode;
    error.value = '';
    if (mode === 'exact') {
      data.form = undefined;
      data.faults = {};
    }
    if (mode === 'exact' || form.original !== '') return;
    const trigger = triggerData(timeline.trigger);
    const whole = 'url' in trigger ? await call<Json>(trigger.url) : { ok: true as const, value: trigger.value };
    if (!whole.ok) problem.value = whole.problem;
    else form.original = data.text = JSON.stringify(whole.value, null, 2);
  });
  const check = $(() => {
    const made = replayBody({ ...form, text: data.text });
    error.value = 'error' in made ? made.error : '';
  });
  const schema = $(async () => {
    const { workflow_id, version, pipeline } = timeline;
    const answer = await call<VersionDetail>(`/api/v1/workflows/${encodeURIComponent(workflow_id)}/versions/${version}`);
    return answer.ok ? triggerSchema(timeline.trigger, answer.value.definition.pipelines[pipeline]?.schema?.schema) : undefined;
  });
  const start = $(async (_: Event, fields: HTMLFormElement) => {
    const { text, faults } = dataIn(fields, data);
    const typed = typedIn(fields, form, text);
    data.faults = faults;
    if (typed.mode !== 'exact' && Object.keys(faults).length > 0) return;
    const made = replayBody(typed);
    if ('error' in made) {
      error.value = made.error;
      return;
    }
    busy.value = true;
    problem.value = undefined;
    const answer = await post<{ execution_id: string }>(`/api/v1/executions/${timeline.execution_id}/replay`, made.body);
    busy.value = false;
    if (!answer.ok) {
      problem.value = answer.problem;
      return;
    }
    dialog.value?.close();
    await navigate(`/executions/${answer.value.execution_id}`);
  });

  return (
    <Dialog label="Replay" title="Replay this execution" width={560} dialog={dialog}>
      <form preventdefault:submit onSubmit$={start}>
        <p class="mb-3 text-text-2">A new execution, of the same version where nothing else is said. This one stays as it is.</p>
        <fieldset class="m-0 border-0 p-0">
          <legend class="sr-only">What is run again</legend>
          {MODES.map((mode) => (
            <Radio
              key={mode.value}
              name="mode"
              value={mode.value}
              checked={form.mode === mode.value}
              disabled={mode.value === 'step_from' && steps.names.length === 0}
              onChange$={(_, field) => choose(field.value)}
            >
              {mode.label}
            </Radio>
          ))}
        </fieldset>
        {form.mode === 'step_from' && (
          <label class="mt-3 block text-12 text-text-3">
            First step to run
            <Choice
              id="replay-step"
              name="from_step"
              value={steps.preset}
              options={named(steps.names)}
              onChange$={(_, field) => (form.from_step = field.value)}
            />
          </label>
        )}
        {form.mode !== 'exact' && (
          <div class="mt-3">
            <DataField
              label="Trigger data"
              height={200}
              data={data}
              schema$={schema}
              change$={check}
              invalid={error.value.startsWith('This')}
              describedBy="replay-error"
            />
          </div>
        )}
        <div class="mt-3 grid grid-cols-2 gap-3">
          <label class="block text-12 text-text-3">
            Environment
            <input
              id="replay-environment"
              name="environment"
              class="field mt-1 block w-full"
              placeholder={timeline.environment}
              autoComplete="off"
              value={form.environment}
              onInput$={(_, field) => {
                form.environment = field.value;
                return check();
              }}
            />
          </label>
          <label class="block text-12 text-text-3">
            Version
            <input
              id="replay-version"
              name="version"
              class="field mt-1 block w-full"
              inputMode="numeric"
              placeholder={String(timeline.version)}
              autoComplete="off"
              aria-invalid={error.value.startsWith('A version') ? 'true' : undefined}
              aria-describedby="replay-error"
              value={form.version}
              onInput$={(_, field) => {
                form.version = field.value;
                return check();
              }}
            />
          </label>
        </div>
        <ReplayMocks
          timeline={timeline}
          version={form.version}
          mocks={form.mocks}
          change$={(mocks) => {
            form.mocks = mocks;
            return check();
          }}
        />
        <p id="replay-error" class="min-h-5 text-12 text-bad" aria-live="polite">
          {error.value}
        </p>
        <label class="flex min-h-7 items-center gap-2 text-13">
          <input id="replay-dry" name="dry_run" type="checkbox" checked={form.dry_run} onChange$={(_, field) => (form.dry_run = field.checked)} />
          Dry run: take every effect from the record, nothing goes out
        </label>
        <FormFoot
          dialog={dialog}
          problem={problem.value}
          disabled={busy.value || error.value !== '' || (form.mode !== 'exact' && Object.keys(data.faults).length > 0)}
          verb={form.dry_run ? 'Start dry run' : 'Start replay'}
        />
      </form>
    </Dialog>
  );
});

/** What is asked for as it stands on the page; what is not drawn yet is as it was. */
function typedIn(fields: HTMLFormElement, kept: Omit<ReplayForm, 'text'>, text: string): ReplayForm {
  const values = valuesOf(fields);
  return {
    mode: values.text('mode'),
    from_step: values.text('from_step') || kept.from_step,
    text,
    original: kept.original,
    dry_run: values.isOn('dry_run'),
    environment: values.text('environment'),
    version: values.text('version'),
    mocks: kept.mocks.map(({ step, answers }) => ({ step, answers: answersIn(answersBelow(fields, step), answers) })),
  };
}
