/**
 * The graph of a pipeline: cards over lines. A card is a button that chooses its step; arrows move between the cards in
 * the order of the document. Where an execution is laid over it, what it went through is lit and the rest is pale.
 */
import { $, component$, type QRL } from '@builder.io/qwik';
import { GraphLines } from '~/components/graph/graph-lines';
import { NodeWords } from '~/components/graph/node-words';
import { StatusMark, statusWord } from '~/components/ui/status-mark';
import type { Drawing, PlacedNode } from '~/graph/drawing';
import type { NodeMark, WayTaken } from '~/graph/way-taken';
import { formatCount } from '~/lib/time';

interface Props {
  drawing: Drawing;
  /** What it is, for assistive technology. */
  label: string;
  /** Id of the node that is chosen. */
  selected?: string;
  select$: QRL<(id: string) => unknown>;
  /** What an execution did. */
  way?: WayTaken;
}

export const PipelineGraph = component$<Props>(({ drawing, label, selected, select$, way }) => {
  const choose = $((event: Event) => {
    const id = (event.target as Element).closest<HTMLElement>('[data-node]')?.dataset.node;
    if (id) return select$(id);
  });
  const move = $((event: KeyboardEvent, graph: HTMLElement) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const cards = [...graph.querySelectorAll<HTMLElement>('[data-node]')];
    const at = cards.indexOf(document.activeElement as HTMLElement);
    if (by !== undefined && at >= 0) cards[at + by]?.focus();
  });
  const leads = new Map<string, string[]>();
  const names = new Map(drawing.nodes.map((node) => [node.id, node.name]));
  for (const edge of drawing.edges) {
    if (edge.label !== undefined) leads.set(edge.from, [...(leads.get(edge.from) ?? []), `${edge.label}: to ${names.get(edge.to)}`]);
  }
  return (
    <section class="graph-scroll" aria-label={label}>
      <div
        class="graph"
        style={{ width: `${drawing.width}px`, height: `${drawing.height}px` }}
        data-way={way ? 'true' : undefined}
        onClick$={choose}
        onKeyDown$={move}
      >
        <GraphLines drawing={drawing} way={way} />
        {drawing.nodes.map((node) => card(node, way, selected, leads.get(node.id)))}
      </div>
    </section>
  );
});

function card(node: PlacedNode, way: WayTaken | undefined, selected: string | undefined, leads: string[] | undefined) {
  const place = { left: `${node.x}px`, top: `${node.y}px`, width: `${node.width}px`, height: `${node.height}px` };
  if (node.kind === 'start' || node.kind === 'end') {
    return (
      <div key={node.id} class="graph-end" style={place} data-kind={node.kind}>
        {node.name}
      </div>
    );
  }
  const mark = way?.marks[node.id];
  return (
    <button
      key={node.id}
      type="button"
      class="graph-card"
      style={place}
      data-node={node.id}
      data-kind={node.kind}
      data-status={mark?.status}
      data-reached={way ? (mark ? 'true' : 'false') : undefined}
      aria-pressed={selected === node.id ? 'true' : 'false'}
    >
      {way && <StatusMark status={mark?.status ?? 'pending'} />}
      <NodeWords node={node} />
      <span class="ml-auto flex-none text-right text-12 text-text-3">
        {mark && counts(mark)}
        {node.undoable && (
          <span class="block" title="It can be undone">
            undoable
          </span>
        )}
      </span>
      <span class="sr-only">
        {way && `, ${mark ? statusWord(mark.status) : 'not reached'}`}
        {leads && `, ${leads.join(', ')}`}
      </span>
    </button>
  );
}

function counts({ times, failed }: NodeMark) {
  if (times < 2) return null;
  return (
    <>
      <span class="block">{formatCount(times)} times</span>
      {failed > 0 && <span class="block text-bad">{formatCount(failed)} failed</span>}
    </>
  );
}
