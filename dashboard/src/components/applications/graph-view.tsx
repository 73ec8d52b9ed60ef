/** The pipelines of a version as graphs: one at a time, and what is set of the step that is chosen. */
import { $, component$, useSignal } from '@builder.io/qwik';
import type { Pipeline } from '#contracts/definition';
import type { Activity, Node } from '#contracts/graph';
import type { JsonObject } from '#contracts/json';
import { PipelineGraph } from '~/components/graph/pipeline-graph';
import { Icon } from '~/components/ui/icon';
import { JsonView } from '~/components/ui/json-view';
import type { Drawing } from '~/graph/drawing';
import { nodeId } from '~/graph/pipeline-scope';
import { formatDuration } from '~/lib/time';

export interface ShownGraph {
  pipeline: Pipeline;
  drawing: Drawing;
}

interface Props {
  graph: ShownGraph | undefined;
  /** Names of all pipelines, each with the page that shows it. */
  pipelines: { name: string; href: string }[];
}

export const GraphView = component$<Props>(({ graph, pipelines }) => {
  const selected = useSignal<string>();
  const choose = $((id: string) => {
    selected.value = selected.value === id ? undefined : id;
  });
  if (!graph) return <p class="px-4 py-10 text-13 text-text-3">This version has no pipelines.</p>;
  const node = graph.pipeline.nodes.find((one) => nodeId(one.index) === selected.value);
  return (
    <div class="with-pane" data-open={node ? 'true' : 'false'}>
      <div class="min-w-0 p-3 sm:p-4">
        {pipelines.length > 1 && (
          <nav class="mb-3 flex flex-wrap gap-x-4 gap-y-1 text-13" aria-label="Pipelines">
            {pipelines.map(({ name, href }) => (
              <a
                key={name}
                class={name === graph.pipeline.name ? 'font-semibold' : 'link'}
                href={href}
                aria-current={name === graph.pipeline.name ? 'page' : undefined}
              >
                {name}
              </a>
            ))}
          </nav>
        )}
        <PipelineGraph key={graph.pipeline.name} drawing={graph.drawing} label={`Graph of ${graph.pipeline.name}`} selected={selected.value} select$={choose} />
        {graph.pipeline.compensation && (
          <p class="mt-3 text-13 text-text-2">Undone as a whole, it runs {undoing(graph.pipeline, graph.pipeline.compensation).join(', ')}.</p>
        )}
      </div>
      {node && (
        <aside class="pane" aria-label={`Settings of ${node.name}`}>
          <div class="flex items-start gap-2 px-4 pt-3 pb-2">
            <div class="min-w-0 grow">
              <h2 class="truncate text-16 font-semibold">{node.name}</h2>
              <p class="mono text-12 text-text-2">{node.type}</p>
            </div>
            <button
              type="button"
              class="btn btn-quiet btn-icon"
              aria-label="Close the settings"
              onClick$={() => {
                selected.value = undefined;
              }}
            >
              <Icon name="close" />
            </button>
          </div>
          <div class="min-h-0 grow overflow-auto overscroll-contain px-4 pb-4">
            <Facts node={node} />
            {sections(node).map(({ title, value }) => (
              <section key={title} class="mt-4">
                <h3 class="mb-1 text-12 font-medium text-text-3">{title}</h3>
                <JsonView key={`${node.name}:${title}`} value={value} label={title} />
              </section>
            ))}
          </div>
        </aside>
      )}
    </div>
  );
});

const Facts = ({ node }: { node: Node }) => {
  const rows: [string, string][] = [];
  if (node.if !== undefined) rows.push(['Runs if', node.if]);
  if (node.skip_if !== undefined) rows.push(['Skipped if', node.skip_if]);
  if (node.kind === 'activity') {
    rows.push(['Timeout', formatDuration(node.timeout_ms)]);
    if (node.retry)
      rows.push(['Calls', `${node.retry.max_attempts} at most, ${node.retry.backoff} pauses from ${formatDuration(node.retry.initial_delay_ms)}`]);
    if (node.idempotency_key) rows.push(['Idempotency key', node.idempotency_key]);
  }
  if (node.kind === 'conditional')
    rows.push(['Decides by', node.select.by === 'field' ? node.select.field : node.select.by === 'flag' ? node.select.flag : node.select.expression]);
  if (node.kind !== 'conditional' && node.on_error) rows.push(['When it fails', node.on_error]);
  if (rows.length === 0) return null;
  return (
    <dl class="grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5 text-12">
      {rows.map(([name, value]) => (
        <>
          <dt class="whitespace-nowrap text-text-3">{name}</dt>
          <dd class="min-w-0 break-words text-text-2">{value}</dd>
        </>
      ))}
    </dl>
  );
};

function sections(node: Node): { title: string; value: JsonObject }[] {
  if (node.kind === 'block') return [{ title: 'Plan', value: node.plan as unknown as JsonObject }];
  if (node.kind === 'conditional') return [{ title: 'Settings', value: node.config }];
  const undo: Activity | undefined = node.compensate;
  return [{ title: 'Settings', value: node.config }, ...(undo ? [{ title: `Undone by ${undo.type}`, value: undo.config }] : [])];
}

function undoing(pipeline: Pipeline, { from, to }: { from: number; to: number }): string[] {
  return pipeline.nodes.slice(from, to).map((node) => node.name);
}
