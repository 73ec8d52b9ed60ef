/** The pipeline as the execution is pinned to it, with the way it took lit up. A step opens its details. */
import { $, component$, type QRL, type Signal, useSignal, useVisibleTask$ } from '@builder.io/qwik';
import type { Pipeline } from '#contracts/definition';
import type { ProblemBody } from '#contracts/problems';
import { Icon } from '~/components/ui/icon';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { Skeleton } from '~/components/ui/skeleton';
import { StatusMark, statusWord } from '~/components/ui/status-mark';
import { call } from '~/lib/api';
import type { VersionDetail } from '~/lib/api-types';
import { type FlowNode, flowOf } from '~/lib/flow';
import { formatCount } from '~/lib/time';
import type { SlimTimeline } from '~/lib/timeline';

interface Props {
  timeline: SlimTimeline;
  selected: Signal<string | undefined>;
  select: QRL<(step: string | undefined) => void>;
  /** Loads the steps that are not here yet: what is not here looks like not reached. */
  more: QRL<(all: boolean) => Promise<unknown>>;
}

export const DefinitionView = component$<Props>(({ timeline, selected, select, more }) => {
  const pipeline = useSignal<Pipeline>();
  const problem = useSignal<ProblemBody>();
  const { workflow_id, version } = timeline;
  useVisibleTask$(
    async () => {
      more(true);
      const answer = await call<VersionDetail>(`/api/v1/workflows/${encodeURIComponent(workflow_id)}/versions/${version}`);
      if (answer.ok) pipeline.value = answer.value.definition.pipelines[timeline.pipeline];
      else problem.value = answer.problem;
    },
    { strategy: 'document-ready' },
  );
  const open = $((event: Event) => {
    const step = (event.target as Element).closest<HTMLElement>('[data-flow]')?.dataset.flow;
    if (step) return select(selected.value === step ? undefined : step);
  });
  if (problem.value) {
    return (
      <div class="max-w-[560px] p-4">
        <p class="text-13 text-text-2">The definition of version {version} could not be loaded.</p>
        <ProblemNotice problem={problem.value} />
      </div>
    );
  }
  if (!pipeline.value) {
    return (
      <div class="p-4">
        <Skeleton label="Loading the definition" />
      </div>
    );
  }
  return (
    <div class="overflow-x-auto p-3 sm:p-4">
      <p class="mb-3 text-13 text-text-2">
        {timeline.pipeline} as of version {version}. What is pale was not reached.{' '}
        <a class="link" href={`/applications/${encodeURIComponent(workflow_id)}?view=source&version=${version}`}>
          Its source
        </a>
      </p>
      <div class="flow" onClick$={open}>
        {flowList(flowOf(pipeline.value, timeline.steps), selected.value)}
      </div>
    </div>
  );
});

function flowList(nodes: FlowNode[], selected: string | undefined) {
  return (
    <ol class="flow-list">
      {nodes.map((node) => (
        <li key={node.name} class="flow-item" data-reached={node.times > 0 ? 'true' : 'false'}>
          {flowCard(node, selected)}
          {node.lanes.length > 0 && (
            <div class="flow-lanes">
              {node.lanes.map((lane) => (
                <section key={lane.label} class="flow-lane" data-reached={lane.taken ? 'true' : 'false'} aria-label={`${node.name}, ${lane.label}`}>
                  <p class="flow-label">{lane.label}</p>
                  {flowList(lane.nodes, selected)}
                </section>
              ))}
            </div>
          )}
          {node.ways.length > 0 && (
            <ul class="flow-ways">
              {node.ways.map((way) => (
                <li key={`${way.label}:${way.target}`} class="flow-way" data-reached={way.taken ? 'true' : 'false'}>
                  <span class="mono">{way.label}</span>
                  <Icon name="chevron" size={10} />
                  {way.target}
                  {way.taken && <span class="sr-only">, taken</span>}
                </li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ol>
  );
}

function flowCard(node: FlowNode, selected: string | undefined) {
  const inside = (
    <>
      {node.status ? <StatusMark status={node.status} /> : <StatusMark status="pending" />}
      <span class="min-w-0">
        <span class="block truncate font-medium">{node.name}</span>
        <span class="mono block truncate text-12 text-text-3">{node.type.replace(/^step\./, '')}</span>
        {node.condition && (
          <span class="mono block truncate text-12 text-text-3" title={node.condition}>
            if {node.condition}
          </span>
        )}
      </span>
      <span class="ml-auto flex-none text-right text-12 text-text-3">
        {node.times > 1 && <span class="block">{formatCount(node.times)} times</span>}
        {node.failed > 0 && node.times > 1 && <span class="block text-bad">{formatCount(node.failed)} failed</span>}
        {node.compensates && (
          <span class="block" title="It can be undone">
            undoable
          </span>
        )}
      </span>
      <span class="sr-only">, {node.status ? statusWord(node.status) : 'not reached'}</span>
    </>
  );
  if (!node.step) return <div class="flow-card">{inside}</div>;
  return (
    <button type="button" class="flow-card" data-flow={node.step} data-status={node.status} aria-pressed={selected === node.step ? 'true' : 'false'}>
      {inside}
    </button>
  );
}
