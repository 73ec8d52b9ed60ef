/**
 * The graph of the pipeline that is being built. Cards are pressed to select and pulled to move; dots are places for a
 * step; from the corner of a choice a way is drawn to another card. All of it can be done without a pointer in the panes.
 */
import { $, component$, useSignal, useVisibleTask$ } from '@builder.io/qwik';
import { catalogOf } from '~/builder/document/catalog';
import { stepsOf } from '~/builder/document/outline';
import type { PlacedSpot } from '~/builder/document/spots';
import { diagnosticsOf, flowOf, type Session } from '~/builder/session';
import { GraphLines } from '~/components/graph/graph-lines';
import { NodeWords } from '~/components/graph/node-words';
import { Icon } from '~/components/ui/icon';
import type { PlacedNode } from '~/graph/drawing';
import { keyFor } from '~/lib/keys';

const ZOOMS = [0.4, 0.5, 0.65, 0.8, 1, 1.25, 1.5];

export const Canvas = component$<{ session: Session }>(({ session }) => {
  const zoom = useSignal(1);
  const scroller = useSignal<HTMLElement>();
  const by = $((steps: number) => {
    const at = ZOOMS.findIndex((one) => one >= zoom.value - 0.01);
    zoom.value = ZOOMS[Math.min(ZOOMS.length - 1, Math.max(0, at + steps))]!;
  });
  const fit = $(() => {
    const box = scroller.value;
    const drawing = session.model.drawing;
    if (box && drawing) zoom.value = Math.max(0.25, Math.min(1, (box.clientWidth - 24) / drawing.width, (box.clientHeight - 24) / drawing.height));
  });
  // What is wider than its place begins as small as can still be read.
  useVisibleTask$(
    () => {
      const box = scroller.value;
      const drawing = session.model.drawing;
      if (box && drawing && box.clientWidth > 0 && drawing.width > box.clientWidth) zoom.value = Math.max(0.65, (box.clientWidth - 24) / drawing.width);
    },
    { strategy: 'document-ready' },
  );
  const press = $((event: Event) => {
    const target = event.target as Element;
    const spot = target.closest<HTMLElement>('[data-spot]')?.dataset.spot;
    if (spot !== undefined) {
      const place = session.model.spots.find((one) => one.id === spot);
      session.spot = place && { list: place.list, index: place.index };
      document.dispatchEvent(new CustomEvent('addstep'));
      return;
    }
    session.selected = target.closest<HTMLElement>('[data-node]')?.dataset.node;
  });
  const flow = flowOf(session.model, session.flow);
  const { drawing, spots } = session.model;
  if (!flow || !drawing) return null;
  const kinds = catalogOf(session.types);
  const leads = [...stepsOf(flow.list)].filter(({ type }) => ['conditional', 'branch'].includes(kinds.get(type)?.kind ?? ''));
  const choices = new Set(leads.map((step) => step.id));
  return (
    <section class="builder-canvas" aria-label={`Graph of ${flow.label}`}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
      <div ref={scroller} class="builder-scroll" tabIndex={0} data-pan>
        <div style={{ width: `${drawing.width * zoom.value}px`, height: `${drawing.height * zoom.value}px` }}>
          <div
            class="graph builder-graph"
            data-graph
            style={{ width: `${drawing.width}px`, height: `${drawing.height}px`, transform: `scale(${zoom.value})` }}
            onClick$={press}
          >
            <GraphLines drawing={drawing} pulling />
            {drawing.nodes.map((node) => card(node, session))}
            {drawing.nodes.map((node) => choices.has(node.id) && handle(node))}
            {spots.map((spot) => spotButton(spot))}
          </div>
        </div>
      </div>
      <div class="builder-zoom" role="group" aria-label="Zoom">
        <button type="button" class="btn btn-icon btn-small" aria-label="Smaller" onClick$={() => by(-1)}>
          <Icon name="minus" size={12} />
        </button>
        <button type="button" class="btn btn-small" onClick$={fit}>
          Fit
        </button>
        <button type="button" class="btn btn-icon btn-small" aria-label="Larger" onClick$={() => by(1)}>
          <Icon name="plus" size={12} />
        </button>
      </div>
    </section>
  );
});

function card(node: PlacedNode, session: Session) {
  const place = { left: `${node.x}px`, top: `${node.y}px`, width: `${node.width}px`, height: `${node.height}px` };
  if (node.kind === 'start' || node.kind === 'end') {
    return (
      <div key={keyFor(node.id)} class="graph-end" style={place} data-kind={node.kind}>
        <span class="truncate px-2" title={node.name}>
          {node.name}
        </span>
      </div>
    );
  }
  const mistakes = diagnosticsOf(session.diagnostics, node.id);
  const errors = mistakes.filter((one) => one.severity === 'error').length;
  const state = mistakes.length === 0 ? undefined : errors > 0 ? 'error' : 'warning';
  return (
    <button
      key={keyFor(node.id)}
      type="button"
      class="graph-card"
      style={place}
      data-node={node.id}
      data-drag={`step ${node.id}`}
      data-kind={node.kind}
      data-problem={state}
      aria-pressed={session.selected === node.id ? 'true' : 'false'}
    >
      <NodeWords node={node} />
      {node.undoable && <span class="ml-auto flex-none text-12 text-text-3">undoable</span>}
      {state && (
        <span class="builder-flag" data-problem={state} title={mistakes.map((one) => one.message).join('\n')}>
          {mistakes.length}
          <span class="sr-only"> {state === 'error' ? 'mistakes' : 'warnings'}</span>
        </span>
      )}
    </button>
  );
}

/** Where a way begins that is pulled to another card. The pane has the same for the keyboard. */
function handle(node: PlacedNode) {
  const place = { left: `${node.x + node.width / 2 + 46}px`, top: `${node.y + node.height}px` };
  return (
    <span
      key={keyFor(`${node.id}:handle`)}
      class="builder-handle"
      style={place}
      data-drag={`way ${node.id}`}
      title="Pull to a step to lead there"
      aria-hidden="true"
    />
  );
}

function spotButton(spot: PlacedSpot) {
  return (
    <button
      key={keyFor(spot.id)}
      type="button"
      class="builder-spot"
      style={{ left: `${spot.x}px`, top: `${spot.y}px` }}
      data-spot={spot.id}
      aria-label={`Add a step ${spot.label}`}
    >
      <Icon name="plus" size={12} />
    </button>
  );
}
