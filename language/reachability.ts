/** Steps that no way leads to: behind an answer or the start of the next run, or behind a choice whose every side jumps over them. */
import type { Node } from '#contracts/definition';

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
    open.push(...nextOf(node));
  }
  return nodes.filter((node): node is Node => node !== undefined && !seen.has(node.index));
}

function nextOf(node: Node): number[] {
  const after = node.index + 1;
  const passed = node.if === undefined && node.skip_if === undefined ? [] : [after];
  switch (node.kind) {
    case 'activity':
      return node.responds || (node.continues && !node.on_error) ? passed : [after];
    case 'conditional':
      return [...Object.values(node.routes), ...(node.default === undefined ? [] : [node.default]), ...passed];
    case 'block':
      return [after, ...(node.plan.kind === 'branch' && node.plan.merge !== undefined ? [node.plan.merge] : [])];
    default:
      return node satisfies never;
  }
}
