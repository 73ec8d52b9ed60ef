/** Nodes that are made in several places of the grammar. */
import type { Node } from '#jq/ast';

export const IDENTITY: Node = { kind: 'identity' };

/** `.key` */
export function field(target: Node, { text, at, end }: { text: string; at: number; end: number }): Node {
  return { kind: 'index', target, key: literal(text), at: at + 1, end };
}

export function literal(value: (Node & { kind: 'literal' })['value']): Node {
  return { kind: 'literal', value };
}
