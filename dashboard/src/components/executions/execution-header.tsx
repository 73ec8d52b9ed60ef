/** What happened, in words first; then the facts, and what can be done about it. */
import { $, component$, type QRL, useSignal } from '@builder.io/qwik';
import { FINAL_STATUSES } from '#contracts/execution';
import type { ProblemBody } from '#contracts/problems';
import { CancelButton } from '~/components/executions/cancel-dialog';
import { CompareDialog } from '~/components/executions/compare-dialog';
import { PauseButton } from '~/components/executions/pause-button';
import { ReplayDialog } from '~/components/executions/replay-dialog';
import type { Connection } from '~/components/executions/use-live-timeline';
import { Copy, shortId } from '~/components/ui/copy';
import { Crumbs } from '~/components/ui/crumbs';
import { Icon } from '~/components/ui/icon';
import { Moment } from '~/components/ui/moment';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { Status } from '~/components/ui/status-mark';
import { type ActorNames, actorWords } from '~/lib/actors';
import { post } from '~/lib/api';
import { letterPage } from '~/lib/dead-letters';
import { formatUsd } from '~/lib/money';
import { describe } from '~/lib/sentence';
import { formatCounting, formatDuration } from '~/lib/time';
import type { TimeSpent } from '~/lib/time-spent';
import type { SlimTimeline } from '~/lib/timeline';

interface Props {
  timeline: SlimTimeline;
  names: ActorNames;
  now: number;
  /** Once all steps are here. */
  spent?: TimeSpent;
  /** US dollars, estimated. */
  cost?: number;
  connection: Connection;
  /** Why what is shown could not be brought up to date. */
  problem?: ProblemBody;
  refresh: QRL<() => Promise<void>>;
}

export const ExecutionHeader = component$<Props>(({ timeline, names, now, spent, cost, connection, problem: stale, refresh }) => {
  const busy = useSignal(false);
  const problem = useSignal<ProblemBody>();
  const act = $(async (action: 'cancel' | 'pause' | 'resume') => {
    busy.value = true;
    problem.value = undefined;
    const answer = await post(`/api/v1/executions/${timeline.execution_id}/${action}`, {});
    if (!answer.ok) problem.value = answer.problem;
    await refresh();
    busy.value = false;
    return problem.value;
  });
  const imported = typeof timeline.metadata.imported_from === 'string' ? timeline.metadata.imported_from : undefined;
  const final = FINAL_STATUSES.includes(timeline.status) || imported !== undefined;
  const stuck = !imported && timeline.status === 'failed' && timeline.steps.some((step) => step.compensation?.status === 'failed');
  const origin = typeof timeline.metadata.replay_of === 'string' ? timeline.metadata.replay_of : undefined;
  const elapsed = timeline.duration_ms ?? now - Date.parse(timeline.started_at);
  return (
    <header class="px-3 pt-3 pb-3 sm:px-4">
      <Crumbs
        trail={[
          { href: '/executions', label: 'Executions' },
          { href: `/executions?workflow=${encodeURIComponent(timeline.workflow)}`, label: timeline.workflow },
        ]}
      />
      <div class="flex min-h-8 flex-wrap items-center gap-x-4 gap-y-1">
        <h1 class="min-w-0 text-20 font-semibold wrap-anywhere">{timeline.pipeline}</h1>
        <Status status={timeline.status} />
        {imported && (
          <span class="rounded border border-line px-1.5 text-12 text-text-2" title="It is looked at here, and never runs">
            Imported
          </span>
        )}
        <span class="text-14 font-medium" role="timer" aria-live="off" style={{ minWidth: '64px' }}>
          {timeline.duration_ms === undefined && !final ? formatCounting(elapsed) : formatDuration(elapsed)}
        </span>
        {!final && (
          <span
            class="inline-flex items-center gap-2 text-12 text-text-3"
            title={connection === 'polling' ? 'Live messages do not come through; the page asks every two seconds.' : undefined}
          >
            <span class="live-dot" data-on={connection === 'live' ? 'true' : undefined} />
            {connection === 'live' ? 'Live' : connection === 'polling' ? 'Asking every 2 s' : 'Connecting'}
          </span>
        )}
        <span class="flex flex-wrap gap-2 max-sm:basis-full sm:ml-auto">
          {stuck && (
            <button type="button" class="btn btn-primary" disabled={busy.value} onClick$={() => act('resume')}>
              <Icon name="retry" size={14} />
              Resume undoing
            </button>
          )}
          <PauseButton timeline={timeline} busy={busy.value} act={act} />
          <a
            class="btn"
            data-command="Export this execution"
            href={`/api/v1/executions/${timeline.execution_id}/export`}
            download={`${timeline.execution_id}.jsonl`}
          >
            Export
          </a>
          <CompareDialog key={`compare-${timeline.execution_id}`} timeline={timeline} origin={origin} />
          <ReplayDialog key={timeline.execution_id} timeline={timeline} />
          {!final && timeline.status !== 'compensating' && (
            <CancelButton executionId={timeline.execution_id} busy={busy.value} cancel={$(() => act('cancel'))} />
          )}
        </span>
      </div>
      <p class="mt-1 max-w-[80ch] text-14 wrap-anywhere text-text" aria-live="polite">
        {describe(timeline, names)}
      </p>
      <ProblemNotice problem={problem.value} />
      {stale && (
        <p class="mt-1 text-13 text-retry" role="status">
          This may be old: {(stale.detail ?? stale.title).replace(/\.$/, '')}. {final ? '' : 'It is asked for again.'}
        </p>
      )}
      <dl class="mt-2 flex flex-wrap gap-x-6 gap-y-1 text-13">
        <Fact name="Id">
          <Copy text={timeline.execution_id} shown={shortId(timeline.execution_id)} label="Execution id" class="mono text-12" always />
        </Fact>
        <Fact name="Started">
          <Moment at={timeline.started_at} now={now} />
        </Fact>
        {spent && spent.waiting >= 1 && (
          <Fact name="Ran">
            {formatDuration(spent.running)} <span class="ml-2 text-text-3">waited</span> {formatDuration(spent.waiting)}
          </Fact>
        )}
        {!imported && (
          <Fact name="Cost">
            <a class="link tabular-nums" href="?view=metadata" title="Estimated; the metadata have the parts">
              {cost === undefined ? '…' : formatUsd(cost)}
            </a>
          </Fact>
        )}
        {timeline.cancelled?.by !== undefined && (
          <Fact name="Cancelled by">
            <span title={timeline.cancelled.reason}>{actorWords(timeline.cancelled.by, names)}</span>
          </Fact>
        )}
        <Fact name="Trigger">{triggerText(timeline)}</Fact>
        <Fact name="Version">{String(timeline.version)}</Fact>
        <Fact name="Environment">{timeline.environment}</Fact>
        {origin && (
          <Fact name={timeline.metadata.dry_run === true ? 'Dry run of' : 'Replay of'}>
            <a class="link mono text-12" href={`/executions/${origin}`} title={origin}>
              {shortId(origin)}
            </a>
          </Fact>
        )}
        {timeline.dead_letter && !imported && (
          <Fact name="Dead letter">
            <a class="link" href={letterPage({ ...timeline, region: undefined }, timeline.execution_id)}>
              {timeline.dead_letter.status}
            </a>
          </Fact>
        )}
        {timeline.queue?.key !== undefined && <Fact name="Turn of">{timeline.queue.key}</Fact>}
        {timeline.refused?.by && (
          <Fact name="In its place">
            <a class="link mono text-12" href={`/executions/${timeline.refused.by}`} title={timeline.refused.by}>
              {shortId(timeline.refused.by)}
            </a>
          </Fact>
        )}
        {imported && (
          <Fact name="Exported from">
            <span class="mono text-12" title={imported}>
              {String(timeline.metadata.imported_tenant)} {shortId(imported)}
            </span>
          </Fact>
        )}
        <Fact name="Region">{timeline.region}</Fact>
      </dl>
    </header>
  );
});

const Fact = ({ name, children }: { name: string; children?: unknown }) => (
  <div class="flex items-center gap-1.5">
    <dt class="text-text-3">{name}</dt>
    <dd>{children as never}</dd>
  </div>
);

function triggerText(timeline: SlimTimeline): string {
  const { type, method, path } = timeline.trigger as { type?: unknown; method?: unknown; path?: unknown };
  const call = [method, path].filter((part) => typeof part === 'string').join(' ');
  return call || (typeof type === 'string' ? type : 'unknown');
}
