/**
 * Where everything of a graph stands: from top to bottom, lanes side by side inside their block. Dagre lays out one scope
 * at a time, from the inside out; a block is a box of known size by then.
 *
 * Invariants
 * 1. All places are from the upper left corner of the whole drawing, in px.
 * 2. The same graph is always drawn the same.
 * 3. What is around comes before what is in it, so that it lies below.
 */
import dagre from '@dagrejs/dagre';
import type { Point } from './curve';
import { type Drawing, edgeLabel } from './drawing';
import type { Scope, ScopeNode } from './scope';

const CARD = { width: 224, height: 52 } as const;
const SIZES = { start: { width: 152, height: 32 }, end: { width: 64, height: 28 }, step: CARD, choice: CARD } as const;
/** Of a card that says when it runs. */
const CONDITION_LINE = 18;
/** Of a block: its own card on top, then the lanes. */
const PADDING = 12;
const LANE_LABEL = 26;
const EMPTY_LANE = { width: 120, height: 28 } as const;
const MARGIN = 12;
const LABEL = { character: 6.6, padding: 14, height: 20 } as const;

/** The whole drawing, with a margin around. */
export function layout(scope: Scope): Drawing {
  const drawing = draw(scope);
  return { ...moved(drawing, MARGIN, MARGIN), width: drawing.width + 2 * MARGIN, height: drawing.height + 2 * MARGIN };
}

/** One scope, without a margin. */
function draw({ nodes, edges }: Scope): Drawing {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: 28, ranksep: 34, edgesep: 16 });
  const inside = new Map<string, Drawing & { head: number }>();
  for (const node of nodes) {
    const block = node.kind === 'block' ? drawBlock(node) : undefined;
    if (block) inside.set(node.id, block);
    graph.setNode(node.id, block ? { width: block.width, height: block.height } : sizeOf(node));
  }
  for (const { from, to, label } of edges) {
    const box = label === undefined ? {} : { width: edgeLabel(label).length * LABEL.character + LABEL.padding, height: LABEL.height, labelpos: 'c' };
    // What simply comes next is the spine of the drawing.
    graph.setEdge(from, to, { ...box, weight: label === undefined ? 4 : 1 });
  }
  dagre.layout(graph);
  const drawing: Drawing = { width: 0, height: 0, nodes: [], frames: [], lanes: [], edges: [] };
  for (const { lanes: _, ...node } of nodes) {
    const place = graph.node(node.id);
    const [x, y] = [place.x - place.width / 2, place.y - place.height / 2];
    const block = inside.get(node.id);
    drawing.nodes.push({ ...node, x, y, width: place.width, height: block?.head ?? place.height });
    if (!block) continue;
    drawing.frames.push({ id: node.id, x, y, width: place.width, height: place.height });
    add(drawing, moved(block, x, y));
  }
  for (const edge of edges) {
    const { points, x, y } = graph.edge(edge.from, edge.to) as { points: Point[]; x?: number; y?: number };
    drawing.edges.push({ ...edge, points: points.map(({ x, y }) => ({ x, y })), x: x ?? points[0]!.x, y: y ?? points[0]!.y });
  }
  const { width = 0, height = 0 } = graph.graph();
  return { ...drawing, width: Number.isFinite(width) ? Math.max(0, width) : 0, height: Number.isFinite(height) ? Math.max(0, height) : 0 };
}

/** A block: its card over the whole width, and its lanes below it, from its own corner. */
function drawBlock(node: ScopeNode): Drawing & { head: number } {
  const head = sizeOf(node).height;
  const drawing: Drawing = { width: 0, height: 0, nodes: [], frames: [], lanes: [], edges: [] };
  const top = head + PADDING;
  let x = PADDING;
  let tallest = 0;
  const inner: Drawing[] = [];
  for (const { id, label, scope } of node.lanes ?? []) {
    const lane = draw(scope);
    const words = edgeLabel(label).length * LABEL.character + LABEL.padding;
    const width = Math.max(lane.width, words, lane.nodes.length === 0 ? EMPTY_LANE.width : 0) + 2 * PADDING;
    const height = Math.max(lane.height, EMPTY_LANE.height) + LANE_LABEL + PADDING;
    inner.push(moved(lane, x + (width - lane.width) / 2, top + LANE_LABEL));
    drawing.lanes.push({ id, block: node.id, label, x, y: top, width, height });
    x += width + PADDING;
    tallest = Math.max(tallest, height);
  }
  const width = Math.max(x, CARD.width);
  for (const lane of drawing.lanes) lane.height = tallest;
  for (const one of inner) add(drawing, one);
  return { ...drawing, head, width, height: drawing.lanes.length === 0 ? head : top + tallest + PADDING };
}

function sizeOf(node: ScopeNode): { width: number; height: number } {
  const size = node.kind === 'block' ? CARD : SIZES[node.kind];
  // A copy: the layout writes the place into it.
  return { width: size.width, height: size.height + (node.condition === undefined ? 0 : CONDITION_LINE) };
}

function add(to: Drawing, { nodes, frames, lanes, edges }: Drawing): void {
  to.nodes.push(...nodes);
  to.frames.push(...frames);
  to.lanes.push(...lanes);
  to.edges.push(...edges);
}

function moved({ width, height, nodes, frames, lanes, edges }: Drawing, x: number, y: number): Drawing {
  const shift = <T extends Point>(one: T): T => ({ ...one, x: one.x + x, y: one.y + y });
  return {
    width,
    height,
    nodes: nodes.map(shift),
    frames: frames.map(shift),
    lanes: lanes.map(shift),
    edges: edges.map((one) => ({ ...shift(one), points: one.points.map(shift) })),
  };
}
