/** What is known of the execution beside its steps. */
import { component$ } from '@builder.io/qwik';
import type { ExecutionCost } from '#contracts/api-metrics';
import { CostTable } from '~/components/executions/cost-table';
import { Copy } from '~/components/ui/copy';
import { JsonView } from '~/components/ui/json-view';
import { formatCount, formatExact } from '~/lib/time';
import type { SlimTimeline } from '~/lib/timeline';

export const Metadata = component$<{ timeline: SlimTimeline; cost?: ExecutionCost }>(({ timeline, cost }) => {
  const facts: [string, string][] = [
    ['Execution', timeline.execution_id],
    ['Application', timeline.workflow_id],
    ['Definition', timeline.definition],
    ['Region', timeline.region],
  ];
  const parent = timeline.metadata.parent as { execution_id: string; step_name: string; continues?: true } | undefined;
  return (
    <div class="grid gap-6 p-3 sm:p-4 lg:grid-cols-2">
      <section>
        <h2 class="mb-2 text-14 font-semibold">Facts</h2>
        <dl class="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-13">
          {facts.map(([name, value]) => (
            <>
              <dt class="text-text-3">{name}</dt>
              <dd>
                <Copy text={value} label={name} class="mono text-12" always />
              </dd>
            </>
          ))}
          {parent && (
            <>
              <dt class="text-text-3">{parent.continues ? 'Continues' : 'Called by'}</dt>
              <dd>
                <a class="link mono text-12" href={`/executions/${parent.execution_id}?step=${encodeURIComponent(parent.step_name)}`}>
                  {parent.execution_id}
                </a>
                , step {parent.step_name}
              </dd>
            </>
          )}
          {timeline.continued_as && (
            <>
              <dt class="text-text-3">Continued as</dt>
              <dd>
                <a class="link mono text-12" href={`/executions/${timeline.continued_as}`}>
                  {timeline.continued_as}
                </a>
              </dd>
            </>
          )}
          <dt class="text-text-3">Started</dt>
          <dd>{formatExact(timeline.started_at)}</dd>
          {timeline.completed_at && (
            <>
              <dt class="text-text-3">Ended</dt>
              <dd>{formatExact(timeline.completed_at)}</dd>
            </>
          )}
          <dt class="text-text-3">Events</dt>
          <dd>{formatCount(timeline.last_seq)}</dd>
          <dt class="text-text-3">Timeline</dt>
          <dd>
            <a class="link" href={`/api/v1/executions/${timeline.execution_id}/timeline`} target="_blank" rel="noopener">
              As JSON
            </a>
          </dd>
        </dl>
      </section>
      <section>
        <h2 class="mb-2 text-14 font-semibold">Metadata</h2>
        <JsonView value={timeline.metadata} label="Metadata" />
      </section>
      <section class="lg:col-span-2">
        <h2 class="mb-2 text-14 font-semibold">Trigger</h2>
        <JsonView value={timeline.trigger} label="Trigger" />
      </section>
      {cost && <CostTable cost={cost} />}
    </div>
  );
});
