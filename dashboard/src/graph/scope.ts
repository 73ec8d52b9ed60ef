/**
 * A pipeline as a graph that can be drawn: what stands in it and what leads where, without a place for any of it. The
 * pages make it from a compiled definition (`pipeline-scope`), or from a document that is being written.
 *
 * Invariants
 * 1. Ids are unique over the whole graph, lanes included.
 * 2. An edge joins two nodes of the same scope: nothing jumps into a lane, or out of one.
 */

/** Steps that follow each other: those of a pipeline, or of one lane of a block. */
export interface Scope {
  nodes: ScopeNode[];
  edges: ScopeEdge[];
}

export interface ScopeNode {
  id: string;
  kind: 'start' | 'end' | 'step' | 'choice' | 'block';
  /** The step's; of `start`, what starts the pipeline. */
  name: string;
  /** `step.http_call`; of `start` and `end` empty. */
  type: string;
  /** When it runs, where that is not always. */
  condition?: string;
  /** It can be undone. */
  undoable?: boolean;
  /** Of a block, side by side. */
  lanes?: ScopeLane[];
}

export interface ScopeLane {
  id: string;
  label: string;
  scope: Scope;
}

export interface ScopeEdge {
  from: string;
  to: string;
  /** Values that choose this way; absent: it is simply what comes next. */
  label?: string;
}

/** All nodes, those of lanes behind their block. */
export function allNodes({ nodes }: Scope): ScopeNode[] {
  return nodes.flatMap((node) => [node, ...(node.lanes ?? []).flatMap((lane) => allNodes(lane.scope))]);
}

/** Values that lead to the same step share an edge. */
export function joined(edges: ScopeEdge[]): ScopeEdge[] {
  const byTarget = new Map<string, ScopeEdge>();
  for (const one of edges) {
    const known = byTarget.get(one.to);
    byTarget.set(one.to, known ? { ...known, label: [known.label, one.label].filter(Boolean).join(', ') } : one);
  }
  return [...byTarget.values()];
}
