/** The pipeline as the execution is pinned to it, with the way it took lit up. A step opens its details. */
import { $, component$, type QRL, type Signal, useComputed$, useSignal, useVisibleTask$ } from '@builder.io/qwik';
import type { Pipeline } from '#contracts/definition';
import type { ProblemBody } from '#contracts/problems';
import { flowList } from '~/components/executions/flow-list';
import { PipelineGraph } from '~/components/graph/pipeline-graph';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { Skeleton } from '~/components/ui/skeleton';
import type { Drawing } from '~/graph/drawing';
import { pipelineScope } from '~/graph/pipeline-scope';
import { wayTaken } from '~/graph/way-taken';
import { call } from '~/lib/api';
import type { VersionDetail } from '~/lib/api-types';
import { flowOf } from '~/lib/flow';
import type { SlimTimeline } from '~/lib/timeline';

interface Props {
  timeline: SlimTimeline;
  selected: Signal<string | undefined>;
  select: QRL<(step: string | undefined) => void>;
  /** Loads the steps that are not here yet: what is not here looks like not reached. */
  more: QRL<(all: boolean) => Promise<unknown>>;
}

const FORMS = [
  { name: 'graph', label: 'Graph' },
  { name: 'list', label: 'List' },
] as const;

export const DefinitionView = component$<Props>(({ timeline, selected, select, more }) => {
  const loaded = useSignal<{ pipeline: Pipeline; drawing: Drawing }>();
  const problem = useSignal<ProblemBody>();
  const form = useSignal<'graph' | 'list'>('graph');
  const { workflow_id, version } = timeline;
  useVisibleTask$(
    async () => {
      if (!matchMedia('(width >= 640px)').matches) form.value = 'list';
      more(true);
      const [answer, { layout }] = await Promise.all([
        call<VersionDetail>(`/api/v1/workflows/${encodeURIComponent(workflow_id)}/versions/${version}`),
        // Only who looks at a definition loads what draws it.
        import('~/graph/layout'),
      ]);
      if (!answer.ok) {
        problem.value = answer.problem;
        return;
      }
      const pipeline = answer.value.definition.pipelines[timeline.pipeline];
      if (pipeline) loaded.value = { pipeline, drawing: layout(pipelineScope(pipeline)) };
    },
    { strategy: 'document-ready' },
  );
  const laid = useComputed$(() => {
    if (!loaded.value) return undefined;
    const flow = flowOf(loaded.value.pipeline, timeline.steps);
    return { flow, way: wayTaken(pipelineScope(loaded.value.pipeline), flow, timeline.status === 'completed') };
  });
  const open = $((step: string | undefined) => step !== undefined && select(selected.value === step ? undefined : step));
  const openOfList = $((event: Event) => open((event.target as Element).closest<HTMLElement>('[data-flow]')?.dataset.flow));
  const openOfGraph = $((id: string) => open(laid.value?.way.marks[id]?.step));
  if (problem.value) {
    return (
      <div class="max-w-[560px] p-4">
        <p class="text-13 text-text-2">The definition of version {version} could not be loaded.</p>
        <ProblemNotice problem={problem.value} />
      </div>
    );
  }
  if (!loaded.value || !laid.value) {
    return (
      <div class="p-4">
        <Skeleton label="Loading the definition" />
      </div>
    );
  }
  const { flow, way } = laid.value;
  return (
    <div class="p-3 sm:p-4">
      <div class="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2">
        <p class="text-13 text-text-2">
          {timeline.pipeline} as of version {version}. What is pale was not reached.{' '}
          <a class="link" href={`/applications/${encodeURIComponent(workflow_id)}?view=source&version=${version}`}>
            Its source
          </a>
        </p>
        <div class="segmented sm:ml-auto" role="group" aria-label="Form of the definition">
          {FORMS.map(({ name, label }) => (
            <button key={name} type="button" aria-pressed={form.value === name ? 'true' : 'false'} onClick$={() => (form.value = name)}>
              {label}
            </button>
          ))}
        </div>
      </div>
      {form.value === 'graph' ? (
        <PipelineGraph
          drawing={loaded.value.drawing}
          label={`Graph of ${timeline.pipeline}`}
          way={way}
          selected={Object.entries(way.marks).find(([, mark]) => mark.step === selected.value)?.[0]}
          select$={openOfGraph}
        />
      ) : (
        <div class="overflow-x-auto">
          <div class="flow" onClick$={openOfList}>
            {flowList(flow, selected.value)}
          </div>
        </div>
      )}
    </div>
  );
});
