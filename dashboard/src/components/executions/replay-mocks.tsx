/**
 * The mocks of a replay: for each step that is added, what it comes to, call by call. It begins with what the step gave at
 * the origin, so that only what shall differ is to be written.
 */
import { $, component$, type QRL, useSignal } from '@builder.io/qwik';
import type { TimelineStep } from '#contracts/execution';
import type { Json } from '#contracts/json';
import type { ProblemBody } from '#contracts/problems';
import { MockAnswers } from '~/components/mocks/mock-answers';
import { Icon } from '~/components/ui/icon';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { call } from '~/lib/api';
import type { VersionDetail } from '~/lib/api-types';
import { payloadOf } from '~/lib/json-lines';
import { type AnswerForm, FIRST_ANSWER, type MockForm } from '~/lib/mock-form';
import { mockableSteps, originRun } from '~/lib/replay-mocks';
import type { SlimTimeline } from '~/lib/timeline';

/** Bytes; the API takes no more in all mocks of a replay. */
const LARGEST = 256 * 1024;

interface Props {
  timeline: SlimTimeline;
  /** As typed; empty: that of the origin. */
  version: string;
  mocks: MockForm[];
  /** With the mocks as they are now. */
  change$: QRL<(mocks: MockForm[]) => unknown>;
}

export const ReplayMocks = component$<Props>((props) => {
  const { timeline, mocks, change$ } = props;
  const steps = useSignal<{ version: string; names: string[] }>();
  const problem = useSignal<ProblemBody>();

  const load = $(async () => {
    const version = /^\d+$/.test(props.version.trim()) ? props.version.trim() : String(timeline.version);
    if (steps.value?.version === version) return;
    problem.value = undefined;
    const answer = await call<VersionDetail>(`/api/v1/workflows/${encodeURIComponent(timeline.workflow_id)}/versions/${version}`);
    if (answer.ok) steps.value = { version, names: mockableSteps(answer.value.definition.pipelines[timeline.pipeline]) };
    else problem.value = answer.problem;
  });
  const add = $(async (step: string) => {
    problem.value = undefined;
    const run = originRun(timeline.steps, step);
    const given = run === undefined ? {} : await outputOf(timeline.execution_id, run);
    await change$([...props.mocks, { step, answers: [{ ...FIRST_ANSWER, output: JSON.stringify(given, null, 2) }] }]);
  });
  const edit = $((step: string, answers: AnswerForm[]) => change$(props.mocks.map((one) => (one.step === step ? { step, answers } : one))));

  const free = (steps.value?.names ?? []).filter((name) => !mocks.some((one) => one.step === name));
  return (
    <details
      class="mt-3"
      onToggle$={(_, details) => {
        if (details.open) return load();
      }}
    >
      <summary class="cursor-pointer text-13">Mocks{mocks.length > 0 ? ` (${mocks.length})` : ''}</summary>
      <p class="mt-1 text-12 text-text-2">
        A mocked step gives the answer that is set here. With a mock no call of the replay goes out: a step with an effect and no mock fails or, in a dry run,
        is taken from the record.
      </p>
      {mocks.map(({ step, answers }) => (
        <div key={encodeURIComponent(step)} class="mt-3 border-l border-line pl-3">
          <div class="mb-1 flex items-center gap-2">
            <span class="mono min-w-0 grow truncate text-12" title={step}>
              {step}
            </span>
            <button
              type="button"
              class="btn btn-quiet btn-icon"
              aria-label={`Remove the mock of ${step}`}
              onClick$={() => change$(props.mocks.filter((one) => one.step !== step))}
            >
              <Icon name="close" />
            </button>
          </div>
          <MockAnswers step={step} answers={answers} change$={(next) => edit(step, next)} />
        </div>
      ))}
      <ProblemNotice problem={problem.value} />
      {free.length > 0 && (
        <label class="mt-2 block text-12 text-text-3">
          Mock a step
          <select
            id="replay-mock"
            class="field mt-1 block w-full"
            onChange$={(_, field) => {
              const step = field.value;
              field.value = '';
              if (step !== '') return add(step);
            }}
          >
            <option value="">Choose</option>
            {free.map((name) => (
              <option key={encodeURIComponent(name)} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
    </details>
  );
});

/** What the step gave; `{}` where that cannot be had, or is more than a mock may say. */
async function outputOf(execution: string, run: string): Promise<Json> {
  const answer = await call<{ steps: TimelineStep[] }>(`/api/v1/executions/${execution}/timeline?step=${encodeURIComponent(run)}`);
  const output = (answer.ok ? answer.value.steps[0]?.output : undefined) ?? {};
  const large = payloadOf(output);
  if (!large) return output;
  const whole = large.size <= LARGEST ? await call<Json>(large.url) : undefined;
  return whole?.ok ? whole.value : {};
}
