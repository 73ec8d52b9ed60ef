/** What a step of a trial was given and came to, below the waterfall. */
import { component$, type QRL } from '@builder.io/qwik';
import type { TimelineStep } from '#contracts/execution';
import type { Json } from '#contracts/json';
import { AttemptList } from '~/components/executions/attempt-list';
import { CompensationDetails } from '~/components/executions/compensation-details';
import { ErrorDetails } from '~/components/executions/error-details';
import { JsonView } from '~/components/ui/json-view';
import { Status } from '~/components/ui/status-mark';

interface Props {
  step: TimelineStep;
  show$: QRL<(step: string) => unknown>;
}

export const TrialStep = component$<Props>(({ step, show$ }) => (
  <section class="grid gap-3 border-t border-line px-3 py-3" aria-label={`Details of ${step.name}`}>
    <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
      <h3 class="mono min-w-0 truncate text-13 font-semibold">{step.name}</h3>
      <Status status={step.status} />
      <button type="button" class="link ml-auto text-12" onClick$={() => show$(step.name)}>
        Go to its lines
      </button>
    </div>
    {step.reason && <p class="text-12 text-text-2">{step.reason}</p>}
    {step.error && <ErrorDetails error={step.error} />}
    {step.attempts > 1 && part('Attempts', <AttemptList step={step} />)}
    {value('Input', step.input)}
    {value('Output', step.output)}
    {step.compensation && part('Undoing', <CompensationDetails compensation={step.compensation} />)}
  </section>
));

function value(label: string, json: Json | undefined) {
  return json === undefined ? null : part(label, <JsonView value={json} label={label} />);
}

function part(label: string, body: unknown) {
  return (
    <div>
      <h4 class="mb-1 text-12 font-medium text-text-3">{label}</h4>
      {body as never}
    </div>
  );
}
