/** What is due when, and what an operator can do about it: let it rest, go on, or run it now. */
import { $, component$, useSignal } from '@builder.io/qwik';
import type { ProblemBody } from '#contracts/problems';
import { Moment } from '~/components/ui/moment';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { call } from '~/lib/api';
import type { ScheduleItem } from '~/lib/api-types';

export const ScheduleList = component$<{ schedules: ScheduleItem[]; now: number }>(({ schedules, now }) => (
  <ul>
    {schedules.map((schedule) => (
      <li key={`${schedule.workflow}/${schedule.name}`} class="border-b border-line px-3 py-3 text-13 sm:px-4">
        <div class="flex flex-wrap items-center gap-x-4 gap-y-1">
          <span class="font-medium">{schedule.name}</span>
          <span class="text-text-2">
            {schedule.workflow}
            {schedule.pipeline !== schedule.name && `, ${schedule.pipeline}`}
          </span>
          <code class="mono text-12 text-text-2">{timeOf(schedule)}</code>
          {schedule.status !== 'active' && <span class="text-text-3">{schedule.status === 'paused' ? `rests, by ${schedule.paused_by}` : 'disabled'}</span>}
          <Controls schedule={schedule} />
        </div>
        <dl class="mt-2 flex flex-wrap gap-x-6 gap-y-1 text-text-2">
          <div class="flex gap-2">
            <dt class="text-text-3">Next</dt>
            <dd>{schedule.next_runs[0] ? <Moment at={schedule.next_runs[0]} now={now} /> : 'never'}</dd>
          </div>
          <div class="flex gap-2">
            <dt class="text-text-3">Last</dt>
            <dd>
              <LastRun run={schedule.last_run} now={now} />
            </dd>
          </div>
        </dl>
      </li>
    ))}
  </ul>
));

const LastRun = ({ run, now }: { run: ScheduleItem['last_run']; now: number }) => {
  if (!run) return <>not yet</>;
  const moment = <Moment at={run.at} now={now} />;
  return (
    <>
      {run.execution_id ? (
        <a class="link" href={`/executions/${run.execution_id}`}>
          {moment}
        </a>
      ) : (
        moment
      )}
      {run.note && <span class="ml-2 text-text-3">{run.note}</span>}
    </>
  );
};

const Controls = component$<{ schedule: ScheduleItem }>(({ schedule }) => {
  const busy = useSignal(false);
  const problem = useSignal<ProblemBody>();
  const order = $(async (verb: 'pause' | 'resume' | 'run') => {
    busy.value = true;
    problem.value = undefined;
    const path = `/api/v1/schedules/${encodeURIComponent(schedule.workflow)}/${encodeURIComponent(schedule.name)}/${verb}`;
    const answer = await call<{ execution_id?: string }>(`${path}?environment=${encodeURIComponent(schedule.environment)}`, { method: 'POST' });
    busy.value = false;
    if (!answer.ok) problem.value = answer.problem;
    else if (answer.value.execution_id) location.assign(`/executions/${answer.value.execution_id}`);
    else location.reload();
  });
  const rests = schedule.status === 'paused';
  return (
    <span class="flex flex-wrap items-center gap-2 sm:ml-auto">
      {schedule.status !== 'disabled' && (
        <button type="button" class="btn btn-small" disabled={busy.value} onClick$={() => order(rests ? 'resume' : 'pause')}>
          {rests ? 'Resume' : 'Pause'}
        </button>
      )}
      <button type="button" class="btn btn-small" disabled={busy.value} onClick$={() => order('run')}>
        Run now
      </button>
      {problem.value && <ProblemNotice problem={problem.value} />}
    </span>
  );
});

function timeOf({ cron, every_ms, timezone }: ScheduleItem): string {
  if (every_ms !== undefined) return `every ${every_ms % 60_000 === 0 ? `${every_ms / 60_000} min` : `${every_ms / 1000} s`}`;
  return timezone === 'UTC' ? `${cron} UTC` : `${cron} ${timezone}`;
}
