/** What is due when, and what an operator can do about it: let it rest, go on, or run it now. */
import { $, component$, useSignal } from '@builder.io/qwik';
import type { ProblemBody } from '#contracts/problems';
import { Moment } from '~/components/ui/moment';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { type ActorNames, actorWords } from '~/lib/actors';
import { call } from '~/lib/api';
import type { ScheduleItem } from '~/lib/api-types';

export const ScheduleList = component$<{ schedules: ScheduleItem[]; names: ActorNames; now: number }>(({ schedules, names, now }) => (
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
          {schedule.status !== 'active' && (
            <span class="text-text-3">{schedule.status === 'paused' ? `paused by ${actorWords(schedule.paused_by ?? '', names)}` : 'disabled'}</span>
          )}
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
              <Time time={schedule.last_run} now={now} />
            </dd>
          </div>
          {schedule.waiting && (
            <div class="flex gap-2">
              <dt class="text-text-3">Waits</dt>
              <dd>
                <Waiting waiting={schedule.waiting} now={now} />
              </dd>
            </div>
          )}
        </dl>
        {schedule.recent.length > 1 && (
          <details class="mt-2 text-text-2">
            <summary class="cursor-pointer text-text-3">The last {schedule.recent.length} times</summary>
            <ol class="mt-1 grid gap-1">
              {schedule.recent.map((time) => (
                <li key={time.at}>
                  <Time time={time} now={now} />
                </li>
              ))}
            </ol>
          </details>
        )}
      </li>
    ))}
  </ul>
));

/** What was due and could not be started, and why. */
const Waiting = ({ waiting, now }: { waiting: NonNullable<ScheduleItem['waiting']>; now: number }) => {
  const { times, again_at, reason } = waiting;
  return (
    <>
      {times.length > 1 && `${times.length} times, the first due `}
      <Moment at={times[0]!} now={now} />
      <span class="ml-2 text-text-3">
        {reason} Tried again <Moment at={again_at} now={now} />.
      </span>
    </>
  );
};

const Time = ({ time, now }: { time: ScheduleItem['last_run']; now: number }) => {
  if (!time) return <>not yet</>;
  const moment = <Moment at={time.at} now={now} />;
  return (
    <>
      {time.execution_id ? (
        <a class="link" href={`/executions/${time.execution_id}`}>
          {moment}
        </a>
      ) : (
        moment
      )}
      {time.note && <span class="ml-2 text-text-3">{time.note}</span>}
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
        <button
          type="button"
          class="btn btn-small"
          aria-label={`${rests ? 'Resume' : 'Pause'} ${schedule.name}`}
          disabled={busy.value}
          onClick$={() => order(rests ? 'resume' : 'pause')}
        >
          {rests ? 'Resume' : 'Pause'}
        </button>
      )}
      <button type="button" class="btn btn-small" aria-label={`Run now: ${schedule.name}`} disabled={busy.value} onClick$={() => order('run')}>
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
