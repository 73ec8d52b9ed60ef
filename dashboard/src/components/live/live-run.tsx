/** One execution as it runs: its steps as segments of a line that light up one after the other. */
import { shortId } from '~/components/ui/copy';
import { Status, StatusMark, statusWord } from '~/components/ui/status-mark';
import type { LiveRun, LiveStep } from '~/lib/live-board';
import { formatCounting, formatDuration } from '~/lib/time';

/** Above, segments are too narrow for their names: those under way have theirs, all have it on hover. */
const NAMED = 12;

export const LiveRunCard = ({ run, now }: { run: LiveRun; now: number }) => {
  const current = run.steps.find(({ status }) => status === 'running' || status === 'retrying' || status === 'waiting');
  return (
    <li key={run.execution_id} class="live-run" data-status={run.status} data-ended={run.ended_at === undefined ? undefined : 'true'}>
      <div class="flex min-w-0 items-center gap-3 text-13">
        <Status status={run.status} />
        <a class="row-link truncate font-medium" href={`/executions/${run.execution_id}`}>
          {run.pipeline}
        </a>
        <span class="truncate text-text-3 max-sm:hidden">{run.workflow}</span>
        <span class="mono flex-none text-12 text-text-3 max-md:hidden">{shortId(run.execution_id)}</span>
        {run.late && <span class="flex-none text-12 text-text-3 max-md:hidden">under way before you looked</span>}
        <span class="ml-auto flex-none tabular-nums">
          {run.ended_at === undefined ? formatCounting(now - run.started_at) : formatDuration(run.ended_at - run.started_at)}
        </span>
      </div>
      <ol class="live-line" data-many={run.steps.length > NAMED ? 'true' : undefined} aria-label={`Steps of ${run.pipeline}`}>
        {run.steps.map((step) => (
          <li
            key={encodeURIComponent(step.name)}
            class="live-step"
            data-status={step.status}
            data-current={step === current ? 'true' : undefined}
            title={`${step.name}: ${statusWord(step.status)}${timeOf(step, now)}`}
          >
            <span class="live-bar" />
            <span class="live-name">
              <StatusMark status={step.status} size={12} />
              <span class="truncate">{step.name}</span>
              {step.inside ? <span class="text-text-3">{step.inside}</span> : undefined}
            </span>
            <span class="live-time">{timeOf(step, now).replace(/^, /, '')}</span>
          </li>
        ))}
      </ol>
      {run.error && (run.status === 'failed' || run.status === 'compensating' || run.status === 'compensated') && (
        <p class="mt-1 truncate text-12 text-bad">{run.error}</p>
      )}
    </li>
  );
};

function timeOf({ status, since, duration_ms }: LiveStep, now: number): string {
  if (duration_ms !== undefined && status !== 'running' && status !== 'waiting') return `, ${formatDuration(duration_ms)}`;
  return since === undefined || status === 'pending' ? '' : `, ${formatCounting(Math.max(0, now - since))}`;
}
