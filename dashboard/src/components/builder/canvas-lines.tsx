/** Lanes and edges of the graph, and the line that follows the pointer while a way is drawn. */
import { component$ } from '@builder.io/qwik';
import { keyFor } from '~/builder/keys';
import { curve } from '~/graph/curve';
import { type Drawing, edgeLabel } from '~/graph/drawing';
import { edgeKey } from '~/graph/way-taken';

export const CanvasLines = component$<{ drawing: Drawing }>(({ drawing }) => (
  <svg width={drawing.width} height={drawing.height} viewBox={`0 0 ${drawing.width} ${drawing.height}`} aria-hidden="true">
    <defs>
      <marker id="graph-end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">
        <path d="M0 0.5 L7.5 4 L0 7.5 Z" class="graph-arrow" />
      </marker>
    </defs>
    {drawing.lanes.map((lane) => (
      <g key={keyFor(lane.id)} class="graph-lane">
        <rect x={lane.x} y={lane.y} width={lane.width} height={lane.height} rx="8" />
        <text x={lane.x + 12} y={lane.y + 17}>
          {edgeLabel(lane.label)}
        </text>
      </g>
    ))}
    {drawing.edges.map((edge) => (
      <path key={keyFor(edgeKey(edge))} d={curve(edge.points)} class="graph-edge" marker-end="url(#graph-end)" />
    ))}
    {drawing.edges.map(
      (edge) =>
        edge.label !== undefined && (
          <text key={keyFor(`${edgeKey(edge)}:label`)} class="graph-label" x={edge.x} y={edge.y + 4} text-anchor="middle">
            {edgeLabel(edge.label)}
            <title>{edge.label}</title>
          </text>
        ),
    )}
    <line class="builder-way" data-way-line x1="0" y1="0" x2="0" y2="0" />
  </svg>
));
