/** How a trial went: how it ended, what a caller would get, and step by step. */
import { component$, type QRL } from '@builder.io/qwik';
import type { Trial } from '#contracts/api-trial';
import type { ExecutionStatus, StepStatus } from '#contracts/execution';
import type { Json } from '#contracts/json';
import { JsonView } from '~/components/ui/json-view';
import { Status, StatusMark, statusWord } from '~/components/ui/status-mark';
import { formatCount, formatDuration } from '~/lib/time';

interface Props {
  trial: Trial;
  chosen: string | undefined;
  choose$: QRL<(step: string) => unknown>;
}

const MOST = 200;

export const TrialResult = component$<Props>(({ trial, chosen, choose$ }) => {
  const { timeline, response, ended, unmocked } = trial;
  const reached = timeline.steps.filter((step) => step.status !== 'pending');
  return (
    <section class="border-t border-line px-3 py-3" aria-label="How it went" aria-live="polite">
      <p class="flex flex-wrap items-center gap-x-3 text-13">
        <Status status={timeline.status as ExecutionStatus} />
        {timeline.duration_ms !== undefined && <span class="text-text-2">{formatDuration(timeline.duration_ms)} on its own clock</span>}
        {response && (
          <span>
            Answers <span class="num font-medium">{response.status}</span>
          </span>
        )}
      </p>
      {!ended && <p class="mt-1 text-12 text-text-2">It does not come to an end: it waits for something that nobody sends.</p>}
      {timeline.error && <p class="mt-1 text-13 text-bad">{timeline.error.message}</p>}
      {unmocked.length > 0 && <p class="mt-1 text-12 text-text-2">Without a mock: {unmocked.join(', ')}.</p>}
      <ol class="mt-2 border-t border-line">
        {reached.slice(0, MOST).map((step) => (
          <li key={encodeURIComponent(step.name)} class="border-b border-line">
            <button
              type="button"
              class="try-step"
              data-status={step.status}
              aria-expanded={chosen === step.name ? 'true' : 'false'}
              onClick$={() => choose$(step.name)}
            >
              <StatusMark status={step.status as StepStatus} />
              <span class="min-w-0 grow truncate">{step.name}</span>
              {step.attempts > 1 && <span class="text-12 text-text-3">{formatCount(step.attempts)} attempts</span>}
              <span class="num text-12 text-text-3">{step.duration_ms === undefined ? '' : formatDuration(step.duration_ms)}</span>
              <span class="sr-only">, {statusWord(step.status as StepStatus)}</span>
            </button>
            {chosen === step.name && (
              <div class="grid gap-2 pb-2 pl-6">
                {step.error && <p class="text-12 text-bad">{step.error.message}</p>}
                {value('Input', step.input as Json | undefined)}
                {value('Output', step.output as Json | undefined)}
              </div>
            )}
          </li>
        ))}
      </ol>
      {reached.length > MOST && <p class="py-1 text-12 text-text-3">{formatCount(reached.length - MOST)} more steps.</p>}
      {response && response.body !== '' && value('Answer', parsed(response.body))}
    </section>
  );
});

function value(label: string, json: Json | undefined) {
  if (json === undefined) return null;
  return (
    <div>
      <h3 class="text-12 font-medium text-text-3">{label}</h3>
      <JsonView value={json} label={label} />
    </div>
  );
}

function parsed(body: string): Json {
  try {
    return JSON.parse(body) as Json;
  } catch {
    return body;
  }
}
