/** How a step was, is being or could not be undone. */
import type { TimelineCompensation } from '#contracts/execution';
import { ErrorDetails } from '~/components/executions/error-details';
import { JsonView } from '~/components/ui/json-view';
import { StatusMark } from '~/components/ui/status-mark';
import { formatClock, formatDuration } from '~/lib/time';

const WORDS: Record<TimelineCompensation['status'], string> = {
  pending: 'Not undone yet; other steps come first',
  running: 'Being undone',
  retrying: 'Undoing failed and is tried again',
  completed: 'Undone',
  failed: 'Undoing gave up',
};

export const CompensationDetails = ({ compensation }: { compensation: TimelineCompensation }) => (
  <div class="grid gap-3 text-13">
    <p class="flex items-center gap-2 px-1">
      <StatusMark status={compensation.status === 'completed' ? 'compensated' : compensation.status} />
      <span class="font-medium">{WORDS[compensation.status]}</span>
      <span class="mono text-12 text-text-3">{compensation.type}</span>
    </p>
    {compensation.started_at && (
      <p class="px-1 text-12 text-text-2">
        Started {formatClock(compensation.started_at)} UTC
        {compensation.duration_ms !== undefined ? `, took ${formatDuration(compensation.duration_ms)}` : ''}
        {compensation.attempts > 1 ? `, ${compensation.attempts} attempts` : ''}
      </p>
    )}
    {compensation.error && <ErrorDetails error={compensation.error} />}
    {compensation.input !== undefined && section('Input', <JsonView value={compensation.input} label="Input of the compensation" />)}
    {compensation.output !== undefined && section('Output', <JsonView value={compensation.output} label="Output of the compensation" />)}
  </div>
);

function section(title: string, body: unknown) {
  return (
    <section>
      <h3 class="mb-1 px-1 text-12 font-medium text-text-3">{title}</h3>
      {body as never}
    </section>
  );
}
