/** The graph of a compiled pipeline. Pure. */
import type { Pipeline } from '#contracts/definition';
import type { Choice, Node } from '#contracts/graph';
import { joined, type Scope, type ScopeEdge, type ScopeNode } from './scope';

export const START = 'start';
export const END = 'end';

/** Of the node at this place of the definition. */
export function nodeId(index: number): string {
  return `n${index}`;
}

export function pipelineScope(pipeline: Pipeline): Scope {
  const { nodes, trigger, main = nodes.length } = pipeline;
  const inner = range(pipeline, 0, main, END);
  return {
    nodes: [{ id: START, kind: 'start', name: trigger.type, type: '' }, ...inner.nodes, { id: END, kind: 'end', name: 'end', type: '' }],
    edges: [{ from: START, to: main > 0 ? nodeId(0) : END }, ...inner.edges],
  };
}

/** The nodes from `from` to before `to`; what runs past the last one goes to `end`, where there is something to go to. */
function range(pipeline: Pipeline, from: number, to: number, end: string | undefined): Scope {
  const at = (index: number) => (index < to ? nodeId(index) : end);
  const slice = pipeline.nodes.slice(from, to);
  return {
    nodes: slice.map((node) => drawn(node, pipeline)),
    edges: slice.flatMap((node) => joined(edgesOf(node, at, end))),
  };
}

function drawn(node: Node, pipeline: Pipeline): ScopeNode {
  const condition = node.if ?? (node.skip_if === undefined ? undefined : `not (${node.skip_if})`);
  return {
    id: nodeId(node.index),
    kind: node.kind === 'activity' ? 'step' : node.kind === 'conditional' ? 'choice' : 'block',
    name: node.name,
    type: node.type,
    ...(condition === undefined ? {} : { condition }),
    ...(node.kind === 'activity' && node.compensate ? { undoable: true } : {}),
    ...(node.kind === 'block'
      ? {
          lanes: node.lanes.map((lane, at) => ({
            id: `${nodeId(node.index)}l${at}`,
            label: laneLabel(node.plan.kind, lane.name),
            scope: range(pipeline, lane.from, lane.to, undefined),
          })),
        }
      : {}),
  };
}

function edgesOf(node: Node, at: (index: number) => string | undefined, end: string | undefined): ScopeEdge[] {
  const from = nodeId(node.index);
  const next = at(node.index + 1);
  const conditional = node.if !== undefined || node.skip_if !== undefined;
  const otherwise = conditional ? edge(from, next, 'not run') : [];
  if (node.kind === 'conditional') return [...waysOf(node, from, at), ...otherwise];
  if (node.kind === 'activity' && (node.responds || node.continues)) return [...edge(from, end), ...otherwise];
  if (node.kind === 'block' && node.plan.kind === 'branch' && node.plan.merge !== undefined) return edge(from, at(node.plan.merge));
  return edge(from, next);
}

function waysOf({ routes, default: otherwise }: Choice, from: string, at: (index: number) => string | undefined): ScopeEdge[] {
  const ways = Object.entries(routes).flatMap(([value, index]) => edge(from, at(index), value === '' ? 'empty' : value));
  return otherwise === undefined ? ways : [...ways, ...edge(from, at(otherwise), 'otherwise')];
}

function edge(from: string, to: string | undefined, label?: string): ScopeEdge[] {
  return to === undefined ? [] : [{ from, to, ...(label === undefined ? {} : { label }) }];
}

/** What stands over a lane of a block. */
export function laneLabel(kind: 'parallel' | 'foreach' | 'branch' | 'while' | 'retry', name: string): string {
  switch (kind) {
    case 'foreach':
      return 'for each item';
    case 'while':
      return 'again and again';
    case 'retry':
    case 'parallel':
    case 'branch':
      return name;
    default: {
      const never: never = kind;
      return never;
    }
  }
}
