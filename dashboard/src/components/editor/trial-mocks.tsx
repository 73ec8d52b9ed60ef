/** What the other side of each step does in a trial. */
import { component$ } from '@builder.io/qwik';
import { MockAnswers } from '~/components/mocks/mock-answers';
import { TRIAL_ANSWER, type TrialForm } from '~/editor/trial';

interface Props {
  steps: string[];
  /** Written by the fields. */
  mocks: TrialForm['mocks'];
}

export const TrialMocks = component$<Props>(({ steps, mocks }) => {
  if (steps.length === 0) return <p class="text-12 text-text-3">No step of it calls out.</p>;
  return (
    <fieldset class="m-0 grid min-w-0 gap-3 border-0 p-0">
      <legend class="mb-1 text-12 text-text-2">Answers of the steps that call out</legend>
      {steps.map((step) => (
        <div key={encodeURIComponent(step)} class="min-w-0">
          <p class="mono mb-1 truncate text-12" title={step}>
            {step}
          </p>
          <MockAnswers
            step={step}
            answers={mocks[step] ?? [TRIAL_ANSWER]}
            change$={(answers) => {
              mocks[step] = answers;
            }}
          />
        </div>
      ))}
    </fieldset>
  );
});
