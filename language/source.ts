/** A document as a tree whose every key and value knows its place in the text. */
import type { Json, JsonObject } from '#contracts/json';

/** Offsets into the text, the end exclusive. */
export type Range = readonly [start: number, end: number];

export interface ScalarNode {
  kind: 'scalar';
  range: Range;
  value: null | boolean | number | string;
  /** How the text was written; needed to find a place inside it. */
  style: 'plain' | 'single' | 'double' | 'block';
}
export interface SeqNode {
  kind: 'seq';
  range: Range;
  items: SourceNode[];
}
export interface MapNode {
  kind: 'map';
  range: Range;
  entries: Map<string, Entry>;
}
export interface Entry {
  key: string;
  keyRange: Range;
  value: SourceNode;
}
export type SourceNode = ScalarNode | SeqNode | MapNode;

/** The plain value of a node. */
export function toJson(node: SourceNode): Json {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'seq') return node.items.map(toJson);
  const object: JsonObject = {};
  for (const entry of node.entries.values()) object[entry.key] = toJson(entry.value);
  return object;
}

/** The node at a path of keys and indexes, as far as it exists, and the range of its last key. */
export function nodeAt(root: SourceNode, path: readonly PropertyKey[]): { node: SourceNode; keyRange?: Range; depth: number } {
  let node = root;
  let keyRange: Range | undefined;
  for (let depth = 0; depth < path.length; depth++) {
    const part = path[depth]!;
    if (node.kind === 'map') {
      const entry = node.entries.get(String(part));
      if (!entry) return { node, keyRange, depth };
      keyRange = entry.keyRange;
      node = entry.value;
    } else if (node.kind === 'seq' && node.items[Number(part)]) {
      node = node.items[Number(part)]!;
      keyRange = undefined;
    } else {
      return { node, keyRange, depth };
    }
  }
  return { node, keyRange, depth: path.length };
}
