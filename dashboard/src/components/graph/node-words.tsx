/** What the card of a step says: its name, its type, and when it runs. A light part, drawn with the graph. */
import type { PlacedNode } from '~/graph/drawing';

export const NodeWords = ({ node }: { node: Pick<PlacedNode, 'name' | 'type' | 'condition'> }) => (
  <span class="min-w-0">
    <span class="block truncate font-medium" title={node.name}>
      {node.name}
    </span>
    <span class="mono block truncate text-12 text-text-3">{node.type.replace(/^step\./, '')}</span>
    {node.condition !== undefined && (
      <span class="mono block truncate text-12 text-text-3" title={node.condition}>
        if {node.condition}
      </span>
    )}
  </span>
);
