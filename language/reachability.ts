/** Steps that no way leads to: behind an answer or the start of the next run, or behind a choice whose every side jumps over them. */
import type { Node } from '#contracts/graph';

/** Nodes of one lane, in order, `from` the index of the first. Gives those that are never come by. */
export function unreachable(nodes: readonly (Node | undefined)[], from: number): Node[] {
  // A step that could not be read is none that anybody could judge by.
  if (nodes.includes(undefined)) return [];
  const seen = new Set<number>();
  const open = [from];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const node = nodes[at - from];
    if (seen.has(at) || !node) continue;
    seen.add(at);
    open.push(...waysOn(node));
  }
  return nodes.filter((node): node is Node => node !== undefined && !seen.has(node.index));
}

/** Where it may go on from a step, within its lane. `goesOn`: the pipeline goes on after a failure. */
export function waysOn(node: Node, goesOn = false): number[] {
  const after = node.index + 1;
  const error = node.kind === 'conditional' ? undefined : node.on_error;
  const passed = goesOn || error === 'skip' || error === 'continue' || node.if !== undefined || node.skip_if !== undefined ? [after] : [];
  switch (node.kind) {
    case 'activity':
      return node.responds || node.continues ? passed : [after];
    case 'conditional':
      return [...Object.values(node.routes), ...(node.default === undefined ? [] : [node.default]), ...passed];
    case 'block':
      return [after, ...(node.plan.kind === 'branch' && node.plan.merge !== undefined ? [node.plan.merge] : [])];
    default:
      return node satisfies never;
  }
}
