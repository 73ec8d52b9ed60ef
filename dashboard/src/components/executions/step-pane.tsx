/** The details of a step, beside the waterfall or as a sheet over it. Opens at what matters: the error, else the output. */
import { $, component$, type QRL, useSignal, useVisibleTask$ } from '@builder.io/qwik';
import type { ExecutionCost } from '#contracts/api-metrics';
import type { TimelineStep } from '#contracts/execution';
import type { ProblemBody } from '#contracts/problems';
import { AttemptList } from '~/components/executions/attempt-list';
import { CompensationDetails } from '~/components/executions/compensation-details';
import { ErrorDetails } from '~/components/executions/error-details';
import { StepFacts } from '~/components/executions/step-facts';
import { StepLogs } from '~/components/logs/step-logs';
import { Copy } from '~/components/ui/copy';
import { Icon } from '~/components/ui/icon';
import { JsonView } from '~/components/ui/json-view';
import { Skeleton } from '~/components/ui/skeleton';
import { Status } from '~/components/ui/status-mark';
import { Tabs } from '~/components/ui/tabs';
import type { SlimStep } from '~/lib/timeline';

interface Props {
  executionId: string;
  environment: string;
  step: SlimStep;
  /** With its payloads, once loaded. */
  detail?: TimelineStep;
  problem?: ProblemBody;
  /** Of the execution, once it is known. */
  cost?: ExecutionCost;
  now: number;
  close: QRL<(step: string | undefined) => void>;
  retry: QRL<() => Promise<void>>;
}

type TabName = 'input' | 'output' | 'error' | 'attempts' | 'compensation' | 'logs';
const LABELS: Record<TabName, string> = { input: 'Input', output: 'Output', error: 'Error', attempts: 'Attempts', compensation: 'Compensation', logs: 'Logs' };

export const StepPane = component$<Props>((props) => {
  const { step, detail, close } = props;
  const chosen = useSignal<TabName>();
  const tabs = tabsOf(step);
  const tab =
    chosen.value && tabs.includes(chosen.value)
      ? chosen.value
      : step.status === 'failed'
        ? 'error'
        : step.compensation?.status === 'failed'
          ? 'compensation'
          : step.status === 'completed'
            ? 'output'
            : 'input';

  useVisibleTask$(({ cleanup }) => {
    // A sheet covers what was behind it, so the focus goes along; a pane beside the list leaves it where it was.
    const before = document.activeElement as HTMLElement | null;
    if (!matchMedia('(width >= 900px)').matches) document.getElementById('pane-close')?.focus();
    cleanup(() => {
      if (before?.isConnected) before.focus({ preventScroll: true });
    });
  });
  const choose = $((name: string) => {
    chosen.value = name as TabName;
  });

  return (
    <aside class="pane" aria-label={`Details of ${step.name}`}>
      <div class="flex items-start gap-2 px-4 pt-3">
        <div class="min-w-0 grow">
          <h2 class="truncate text-16 font-semibold">{step.name}</h2>
          <p class="flex flex-wrap items-center gap-x-3 text-13 text-text-2">
            <Status status={step.status} />
            <span class="mono text-12">{step.type}</span>
          </p>
        </div>
        <button
          id="pane-close"
          type="button"
          class="btn btn-quiet btn-icon"
          onClick$={() => close(undefined)}
          aria-label="Close the details"
          title="Close (Esc)"
        >
          <Icon name="close" />
        </button>
      </div>
      <StepFacts step={step} environment={props.environment} detail={detail} cost={props.cost} />
      <Tabs
        label="Details"
        class="px-2"
        panel="step-panel"
        current={tab}
        choose={choose}
        tabs={tabs.map((name) => ({ name, label: LABELS[name], count: name === 'attempts' && step.attempts > 1 ? step.attempts : undefined }))}
      />
      <div id="step-panel" role="tabpanel" aria-label={LABELS[tab]} class="min-h-0 grow overflow-auto overscroll-contain p-3">
        {tab === 'error' && <ErrorDetails error={step.error} />}
        {tab === 'logs' && (
          <StepLogs executionId={props.executionId} step={step.name} stamp={`${step.status}/${step.attempts}/${step.duration_ms}`} now={props.now} />
        )}
        {tab !== 'error' &&
          tab !== 'logs' &&
          (detail ? (
            <>
              {tab === 'input' && <Payload value={detail.input} label="Input" missing="This step has recorded no input." />}
              {tab === 'output' && (
                <>
                  <Payload
                    value={detail.output}
                    label="Output"
                    missing={detail.status === 'failed' ? 'The step failed, so there is no output.' : 'There is no output yet.'}
                  />
                  {detail.response && (
                    <>
                      <h3 class="mt-4 mb-1 text-12 font-medium text-text-3">Response</h3>
                      <JsonView value={detail.response} label="Response" />
                    </>
                  )}
                </>
              )}
              {tab === 'attempts' && <AttemptList step={detail} />}
              {tab === 'compensation' && detail.compensation && <CompensationDetails compensation={detail.compensation} />}
            </>
          ) : props.problem ? (
            <div class="text-13 text-text-2" role="alert">
              <p class="mb-2">
                The details could not be loaded: {props.problem.detail ?? props.problem.title} <span class="mono text-12">({props.problem.code})</span>
              </p>
              {props.problem.request_id && (
                <p class="mb-3">
                  Request id <Copy text={props.problem.request_id} label="Request id" class="mono text-12" always />
                </p>
              )}
              <button type="button" class="btn btn-small" onClick$={() => props.retry()}>
                Try again
              </button>
            </div>
          ) : (
            <Skeleton label="Loading the details" />
          ))}
      </div>
    </aside>
  );
});

const Payload = ({ value, label, missing }: { value: TimelineStep['input']; label: string; missing: string }) =>
  value === undefined ? <p class="px-1 text-13 text-text-3">{missing}</p> : <JsonView value={value} label={label} />;

function tabsOf(step: SlimStep): TabName[] {
  const tabs: TabName[] = ['input', 'output'];
  if (step.error) tabs.push('error');
  if (step.attempts > 0) tabs.push('attempts');
  if (step.compensation) tabs.push('compensation');
  if (step.status !== 'pending') tabs.push('logs');
  return tabs;
}
