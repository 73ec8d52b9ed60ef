/** What lies under the cards of a graph: frames of blocks, their lanes, and the edges with what they say. */
import { component$ } from '@builder.io/qwik';
import { curve } from '~/graph/curve';
import { type Drawing, edgeLabel, type PlacedEdge } from '~/graph/drawing';
import { edgeKey, type WayTaken } from '~/graph/way-taken';
import { keyFor } from '~/lib/keys';

interface Props {
  drawing: Drawing;
  /** Edges and lanes of the way taken are lit. */
  way?: WayTaken;
  /** With a line that follows the pointer while a way is drawn. */
  pulling?: boolean;
}

export const GraphLines = component$<Props>(({ drawing, way, pulling }) => {
  const taken = new Set(way?.taken);
  const lit = (edge: PlacedEdge) => (way ? (taken.has(edgeKey(edge)) ? 'true' : 'false') : undefined);
  return (
    <svg width={drawing.width} height={drawing.height} viewBox={`0 0 ${drawing.width} ${drawing.height}`} aria-hidden="true">
      <defs>
        <marker id="graph-end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="10" markerHeight="10" markerUnits="userSpaceOnUse" orient="auto-start-reverse">
          <path d="M0 0.5 L7.5 4 L0 7.5 Z" class="graph-arrow" />
        </marker>
      </defs>
      {drawing.frames.map(({ id, x, y, width, height }) => (
        <rect key={keyFor(id)} class="graph-frame" x={x} y={y} width={width} height={height} rx="8" />
      ))}
      {drawing.lanes.map((lane) => (
        <g key={keyFor(lane.id)} class="graph-lane" data-lit={way ? (way.lanes.includes(lane.id) ? 'true' : 'false') : undefined}>
          <rect x={lane.x} y={lane.y} width={lane.width} height={lane.height} rx="8" />
          <text x={lane.x + 12} y={lane.y + 17}>
            {edgeLabel(lane.label)}
          </text>
        </g>
      ))}
      {drawing.edges.map((edge) => (
        <path key={keyFor(edgeKey(edge))} d={curve(edge.points)} class="graph-edge" data-lit={lit(edge)} marker-end="url(#graph-end)" />
      ))}
      {drawing.edges.map(
        (edge) =>
          edge.label !== undefined && (
            <text key={keyFor(`${edgeKey(edge)}:label`)} class="graph-label" data-lit={lit(edge)} x={edge.x} y={edge.y + 4} text-anchor="middle">
              {edgeLabel(edge.label)}
              <title>{edge.label}</title>
            </text>
          ),
      )}
      {pulling && <line class="builder-way" data-way-line x1="0" y1="0" x2="0" y2="0" />}
    </svg>
  );
});
