/** What the other side of each step does in a trial: an output, or a failure. */
import { component$ } from '@builder.io/qwik';
import type { MockText } from '~/editor/trial';

interface Props {
  steps: string[];
  /** Written by the fields. */
  mocks: { [step: string]: MockText };
}

const FIRST: { [kind in MockText['kind']]: string } = { output: '{}', error: '{ "status": 503 }' };

export const TrialMocks = component$<Props>(({ steps, mocks }) => {
  if (steps.length === 0) return <p class="text-12 text-text-3">No step of it goes out.</p>;
  return (
    <fieldset class="m-0 grid min-w-0 gap-2 border-0 p-0">
      <legend class="mb-1 text-12 text-text-2">What the steps that go out come to</legend>
      {steps.map((step) => {
        const mock = mocks[step] ?? { kind: 'output', text: FIRST.output };
        return (
          <div key={encodeURIComponent(step)} class="grid grid-cols-[minmax(0,1fr)_auto] gap-x-2 gap-y-1">
            <span class="mono truncate text-12" title={step}>
              {step}
            </span>
            <select
              class="field field-small"
              aria-label={`How ${step} ends`}
              onChange$={(_, field) => {
                const kind = field.value as MockText['kind'];
                mocks[step] = { kind, text: FIRST[kind] };
              }}
            >
              <option value="output" selected={mock.kind === 'output'}>
                output
              </option>
              <option value="error" selected={mock.kind === 'error'}>
                fails
              </option>
            </select>
            <textarea
              class="field schema-text mono col-span-2 block w-full text-12"
              rows={1}
              spellcheck={false}
              aria-label={`${step} comes to`}
              value={mock.text}
              onInput$={(_, field) => {
                mocks[step] = { kind: mocks[step]?.kind ?? 'output', text: field.value };
              }}
            />
          </div>
        );
      })}
    </fieldset>
  );
});
