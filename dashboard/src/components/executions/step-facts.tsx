/** The few facts above the tabs of a step. */
import type { ExecutionCost } from '#contracts/api-metrics';
import type { TimelineStep } from '#contracts/execution';
import { Copy } from '~/components/ui/copy';
import { keyPage } from '~/lib/effect-key';
import { segmentsOf } from '~/lib/segments';
import { costOfStep, effectOf } from '~/lib/step-effect';
import { formatClock, formatDuration, formatExact } from '~/lib/time';
import type { SlimStep } from '~/lib/timeline';

interface Props {
  step: SlimStep;
  /** Of the execution. */
  environment: string;
  detail?: TimelineStep;
  cost?: ExecutionCost;
}

export const StepFacts = ({ step, environment, detail, cost }: Props) => {
  const cents = costOfStep(step, cost);
  const child = (detail?.response?.child as { execution_id?: string } | undefined)?.execution_id;
  return (
    <dl class="grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5 px-4 py-2 text-12">
      {step.started_at && row('Started', <span title={formatExact(step.started_at)}>{formatClock(step.started_at)} UTC</span>)}
      {step.duration_ms !== undefined && row('Took', took(step))}
      {cents && row('Cost', cents)}
      {step.waiting_until && row('Waits until', formatExact(step.waiting_until))}
      {step.waiting_for &&
        row(
          'Waits for',
          step.waiting_for.kind === 'approval' ? 'A decision' : step.waiting_for.kind === 'call' ? execution(step.waiting_for.event) : step.waiting_for.event,
        )}
      {child && row('Called', execution(child))}
      {step.block && row('Lanes', lanes(step.block))}
      {step.mocked && row('Mocked', `By ${step.mocked.by}; nothing went out.`)}
      {step.reason && row('Reason', step.reason)}
      {step.route && row('Route', `${JSON.stringify(step.route.value)} leads to ${step.route.target}`)}
      {detail && row('Effect', effectOf(step, detail))}
      {detail?.idempotency_key && row('Idempotency key', <Copy text={detail.idempotency_key} label="Idempotency key" class="mono break-all" />)}
      {detail?.idempotent && detail.idempotency_key && row('Under the key', whoHad(detail.idempotency_key, environment))}
      {detail?.trace_id && row('Trace', <Copy text={detail.trace_id} label="Trace id" class="mono" />)}
    </dl>
  );
};

/** With what of it was waiting: for a time, an answer, or the next attempt. */
function took(step: SlimStep): string {
  const whole = formatDuration(step.duration_ms ?? 0);
  if (step.block || step.started_at === undefined) return whole;
  const start = Date.parse(step.started_at);
  const parts = segmentsOf(step, 0, step.duration_ms ?? 0, false, start).filter(({ kind }) => kind === 'wait');
  const waited = parts.reduce((sum, { start: from, end }) => sum + end - from, 0);
  return waited < 1 ? whole : `${whole}, of it waiting ${formatDuration(waited)}`;
}

function whoHad(key: string, environment: string) {
  return (
    <a class="link" href={keyPage({ key, environment, phase: 'run' })}>
      Who had the effect, and until when it is kept
    </a>
  );
}

function execution(id: string) {
  return (
    <a class="link mono" href={`/executions/${id}`}>
      {id}
    </a>
  );
}

function lanes({ begun, completed, failed, stopped, items, branch }: NonNullable<SlimStep['block']>): string {
  if (branch !== undefined) return `Took ${branch}`;
  const ends = [`${completed} completed`, ...(failed > 0 ? [`${failed} failed`] : []), ...(stopped > 0 ? [`${stopped} stopped`] : [])];
  return `${begun}${items === undefined ? '' : ` of ${items}`} begun, ${ends.join(', ')}`;
}

function row(name: string, value: unknown) {
  return (
    <>
      <dt class="whitespace-nowrap text-text-3">{name}</dt>
      <dd class="min-w-0 text-text-2">{value as never}</dd>
    </>
  );
}
