/** What comes from outside for each step that waits, in a trial: a signal, or somebody's decision; fields where the step has a form. */
import { $, component$, type QRL, useTask$ } from '@builder.io/qwik';
import type { Json } from '#contracts/json';
import type { OutlineStep } from '#contracts/outline';
import { DataField } from '~/components/schema-form/data-field';
import { useData } from '~/components/schema-form/data-state';
import { Choice } from '~/components/ui/choice';
import { carriesData, NO_SIGNAL, type SignalForm, type TrialForm } from '~/editor/trial';

interface Props {
  steps: readonly OutlineStep[];
  /** Written by the fields. */
  signals: TrialForm['signals'];
}

export const TrialSignals = component$<Props>(({ steps, signals }) => {
  if (steps.length === 0) return null;
  return (
    <fieldset class="m-0 grid min-w-0 gap-3 border-0 p-0">
      <legend class="mb-1 text-12 text-text-2">What comes for the steps that wait</legend>
      {steps.map((step) => (
        <TrialSignal
          key={encodeURIComponent(`${step.name} ${JSON.stringify(step.waits)}`)}
          step={step}
          signal={signals[step.name] ?? NO_SIGNAL}
          change$={(more) => {
            signals[step.name] = { ...(signals[step.name] ?? NO_SIGNAL), ...more };
          }}
        />
      ))}
    </fieldset>
  );
});

/** What comes for a step as it stands below `root`; data in a form is as it was when it was last read. */
export function signalIn(root: ParentNode, step: string, kept: SignalForm): SignalForm {
  const group = [...root.querySelectorAll<HTMLElement>('[data-signal]')].find(({ dataset }) => dataset.signal === step);
  const parts = [...(group?.querySelectorAll<HTMLInputElement>('[data-part]') ?? [])].map(({ dataset, value }) => [dataset.part!, value]);
  const text = group?.querySelector<HTMLTextAreaElement>('textarea[data-json]')?.value;
  return { ...kept, ...Object.fromEntries(parts), ...(text === undefined ? {} : { data: text }) };
}

const CHOICES: { readonly [decides: string]: readonly (readonly [comes: SignalForm['comes'], words: string])[] } = {
  true: [
    ['', 'nobody decides'],
    ['approve', 'approved'],
    ['reject', 'rejected'],
  ],
  false: [
    ['', 'nothing comes'],
    ['signal', 'a signal comes'],
  ],
};

const TrialSignal = component$<{ step: OutlineStep; signal: SignalForm; change$: QRL<(more: Partial<SignalForm>) => unknown> }>((props) => {
  const { step, signal, change$ } = props;
  const data = useData(signal.data);
  useTask$(async ({ track }) => {
    const [first] = Object.entries(track(() => data.faults));
    const fault = first && `${first[0] === '' ? '' : `${first[0]}: `}${first[1]}`;
    if (fault !== props.signal.fault) await change$({ fault });
  });
  const schema = $(async (): Promise<Json | undefined> => props.step.waits?.form as Json | undefined);
  return (
    <div class="grid min-w-0 gap-1" data-signal={step.name}>
      <p class="mono truncate text-12" title={step.name}>
        {step.name}
      </p>
      <div class="flex flex-wrap items-center gap-x-2 gap-y-1 text-12 text-text-3">
        <Choice
          class="field-small"
          part="comes"
          label={`What comes for ${step.name}`}
          value={signal.comes}
          options={CHOICES[String(step.waits?.decides ?? false)]!}
          onChange$={(_, field) => change$({ comes: field.value as SignalForm['comes'] })}
        />
        {signal.comes !== '' && (
          <label class="flex items-center gap-1">
            after
            <input
              class="field field-small num w-20"
              data-part="after"
              inputMode="numeric"
              autoComplete="off"
              aria-label={`How long after the start it comes for ${step.name}, ms`}
              value={signal.after}
              onInput$={(_, field) => change$({ after: field.value })}
            />
            ms
          </label>
        )}
      </div>
      {carriesData(step, signal.comes) && (
        <DataField
          label={signal.comes === 'approve' ? 'What comes with the approval' : 'What the signal carries, as JSON'}
          data={data}
          height={64}
          {...(step.waits?.form === undefined ? {} : { schema$: schema, asForm: true })}
          change$={(text) => change$({ data: text })}
        />
      )}
    </div>
  );
});
