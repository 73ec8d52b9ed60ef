/** Another version of a pipeline: a step put in or taken out somewhere, in the pipeline itself or within a block. */
import type { Node } from '#contracts/graph';
import { type Nested, pure } from '../unit/engine/simulation.ts';
import type { Draft } from './definition.ts';
import type { Dice } from './random.ts';

export function varied(draft: Draft, dice: Dice, name: string): Draft {
  const lists = listsIn(draft.nodes);
  const chosen = dice.pick(lists);
  const at = dice.int(0, chosen.length);
  return { ...draft, nodes: changed(draft.nodes, chosen, (list) => inserted(list, at, pure(name, {}))) };
}

/** The pipeline's own steps, and those of each lane. */
function listsIn(nodes: Node[]): Node[][] {
  return [nodes, ...nodes.flatMap((node) => (node.kind === 'block' ? (node as Nested).bodies.flatMap(listsIn) : []))];
}

function changed(nodes: Node[], chosen: Node[], change: (list: Node[]) => Node[]): Node[] {
  if (nodes === chosen) return change(nodes);
  return nodes.map((node) =>
    node.kind === 'block' ? ({ ...node, bodies: (node as Nested).bodies.map((body) => changed(body, chosen, change)) } as Nested) : node,
  );
}

/** Jumps count from the first step of their list. */
function inserted(list: Node[], at: number, node: Node): Node[] {
  const there = (index: number) => (index >= at ? index + 1 : index);
  const moved = list.map((each): Node => {
    if (each.kind === 'conditional') {
      const routes = Object.fromEntries(Object.entries(each.routes).map(([value, to]) => [value, there(to)]));
      return { ...each, routes, ...(each.default === undefined ? {} : { default: there(each.default) }) };
    }
    if (each.kind === 'block' && each.plan.kind === 'branch' && each.plan.merge !== undefined) {
      return { ...each, plan: { ...each.plan, merge: there(each.plan.merge) } };
    }
    return each;
  });
  return [...moved.slice(0, at), node, ...moved.slice(at)];
}
