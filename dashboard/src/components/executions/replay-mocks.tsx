/**
 * The mocks of a replay: for each step that is added, what it comes to. It begins with what the step gave at the origin,
 * so that only what shall differ is to be written.
 */
import { $, component$, type QRL, useSignal } from '@builder.io/qwik';
import type { TimelineStep } from '#contracts/execution';
import type { Json } from '#contracts/json';
import type { ProblemBody } from '#contracts/problems';
import { Icon } from '~/components/ui/icon';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { call } from '~/lib/api';
import type { VersionDetail } from '~/lib/api-types';
import { payloadOf } from '~/lib/json-lines';
import { mockAnswer, mockableSteps, originRun, type ReplayMock } from '~/lib/replay-mocks';
import type { SlimTimeline } from '~/lib/timeline';

/** Bytes; the API takes no more in all mocks of a replay. */
const LARGEST = 256 * 1024;

interface Props {
  timeline: SlimTimeline;
  /** As typed; empty: that of the origin. */
  version: string;
  mocks: ReplayMock[];
  /** With the mocks as they are now. */
  change$: QRL<(mocks: ReplayMock[]) => unknown>;
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
    await change$([...props.mocks, { step, kind: 'output', text: JSON.stringify(given, null, 2) }]);
  });
  const edit = $((step: string, more: Partial<ReplayMock>) => change$(props.mocks.map((one) => (one.step === step ? { ...one, ...more } : one))));

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
        A mocked step comes to what is said here. With a mock nothing of the replay goes out: a step with an effect and no mock fails, or, in a dry run, is
        taken from the record.
      </p>
      {mocks.map((mock) => (
        <div key={encodeURIComponent(mock.step)} class="mt-2 grid grid-cols-[minmax(0,1fr)_auto_auto] items-center gap-x-2 gap-y-1">
          <span class="mono truncate text-12" title={mock.step}>
            {mock.step}
          </span>
          <select
            class="field field-small"
            aria-label={`How ${mock.step} ends`}
            onChange$={(_, field) => edit(mock.step, field.value === 'error' ? { kind: 'error', text: '{ "status": 503 }' } : { kind: 'output', text: '{}' })}
          >
            <option value="output" selected={mock.kind === 'output'}>
              output
            </option>
            <option value="error" selected={mock.kind === 'error'}>
              fails
            </option>
          </select>
          <button
            type="button"
            class="btn btn-quiet btn-icon"
            aria-label={`Remove the mock of ${mock.step}`}
            onClick$={() => change$(props.mocks.filter((one) => one.step !== mock.step))}
          >
            <Icon name="close" />
          </button>
          <textarea
            class="field schema-text mono col-span-3 block w-full text-12"
            rows={3}
            spellcheck={false}
            aria-label={`${mock.step} comes to`}
            aria-invalid={'error' in mockAnswer(mock) ? 'true' : undefined}
            aria-describedby="replay-error"
            value={mock.text}
            onInput$={(_, field) => edit(mock.step, { text: field.value })}
          />
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
