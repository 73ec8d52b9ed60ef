/** The graph of what is being built, to be laid out as that of a compiled pipeline is. */
import { END, START } from '../../graph/pipeline-scope';
import { joined, type Scope, type ScopeEdge, type ScopeNode } from '../../graph/scope';
import type { Flow, Step, StepList } from './outline';

export function scopeOf({ trigger, list }: Flow): Scope {
  const inner = listScope(list, END);
  return {
    nodes: [{ id: START, kind: 'start', name: trigger, type: '' }, ...inner.nodes, { id: END, kind: 'end', name: 'end', type: '' }],
    edges: [{ from: START, to: list.steps[0]?.id ?? END }, ...inner.edges],
  };
}

/** What runs past the last step goes to `end`, where there is something to go to. */
function listScope({ steps }: StepList, end: string | undefined): Scope {
  const byName = new Map(steps.map((step) => [step.name, step.id]));
  return {
    nodes: steps.map(nodeOf),
    edges: steps.flatMap((step, index) => joined(edgesOf(step, steps[index + 1]?.id ?? end, end, byName))),
  };
}

function nodeOf(step: Step): ScopeNode {
  return {
    id: step.id,
    kind: step.kind,
    name: step.name === '' ? 'unnamed' : step.name,
    type: step.type,
    ...(step.condition === undefined ? {} : { condition: step.condition }),
    ...(step.undoable ? { undoable: true } : {}),
    ...(step.lanes.length === 0 ? {} : { lanes: step.lanes.map((lane) => ({ id: lane.id, label: lane.label, scope: listScope(lane.list, undefined) })) }),
  };
}

/** A way to a step that is not there is not drawn: the list of mistakes names it. */
function edgesOf(step: Step, next: string | undefined, end: string | undefined, byName: ReadonlyMap<string, string>): ScopeEdge[] {
  const edge = (to: string | undefined, label?: string): ScopeEdge[] =>
    to === undefined || to === step.id ? [] : [{ from: step.id, to, ...(label === undefined ? {} : { label }) }];
  const passed = step.condition === undefined ? [] : edge(next, 'not run');
  if (step.ends) return [...edge(end), ...passed];
  if (step.kind === 'block') {
    const merge = step.ways[0] && byName.get(step.ways[0].target);
    return edge(merge ?? next);
  }
  if (step.kind !== 'choice') return edge(next);
  const ways = step.ways.flatMap((way) => edge(byName.get(way.target), way.label));
  // Of two sides, the one that is not given goes on with the next step.
  const open = ['true', 'false'].filter((side) => !step.ways.some((way) => way.label === side));
  const implied = open.length === 1 ? edge(next, open[0]) : step.ways.length === 0 ? edge(next) : [];
  return [...ways, ...implied, ...passed];
}
