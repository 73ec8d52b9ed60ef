/**
 * A YAML text, parsed so that each node knows its place; edits find here where to write.
 *
 * Invariants
 * 1. Parsing never throws; a text with faults is read as far as it goes, and says that it has some.
 * 2. A path leads through what is written at its place: never through an alias or a merge, whose text stands elsewhere.
 */
import * as yaml from 'yaml';
import type { Json } from '#contracts/json';

/** Keys of maps and places in lists, from the root. */
export type Path = readonly (string | number)[];

export interface Tree {
  text: string;
  document: yaml.Document;
  /** The first fault of the syntax. */
  fault?: { message: string; line: number; column: number };
}

/** Why an edit cannot be made, in words for the person who wants it. */
export class EditRefused extends Error {}

export function parse(text: string): Tree {
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, { keepSourceTokens: true, uniqueKeys: false, merge: true, prettyErrors: false, lineCounter: lines });
  const first = document.errors[0];
  const fault = first ? { at: first.pos[0], message: first.message } : text.includes('*') ? looseAlias(document) : undefined;
  if (!fault) return { text, document };
  const { line, col } = lines.linePos(fault.at);
  return { text, document, fault: { message: fault.message, line, column: col } };
}

/** An alias whose anchor is not there; the parser lets it pass. */
function looseAlias(document: yaml.Document): { at: number; message: string } | undefined {
  let found: { at: number; message: string } | undefined;
  yaml.visit(document, {
    Alias(_, node) {
      if (node.resolve(document)) return undefined;
      found = { at: node.range![0], message: `No anchor "&${node.source}" stands before this alias.` };
      return yaml.visit.BREAK;
    },
  });
  return found;
}

export function pathText(path: Path): string {
  return path.reduce<string>((text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`), '');
}

export function samePath(left: Path, right: Path): boolean {
  return left.length === right.length && left.every((part, index) => part === right[index]);
}

export function within(path: Path, outer: Path): boolean {
  return path.length >= outer.length && samePath(path.slice(0, outer.length), outer);
}

export function keyOf(pair: yaml.Pair): string | undefined {
  const { key } = pair;
  if (!yaml.isScalar(key) || typeof key.value === 'symbol') return undefined;
  return key.type === 'PLAIN' && key.source !== undefined ? key.source : String(key.value);
}

export function pairAt(map: yaml.YAMLMap, key: string): yaml.Pair | undefined {
  return map.items.find((pair) => keyOf(pair) === key);
}

/** The node at a path as it is written there; `null` where a key has no value, `undefined` where there is none. */
export function nodeAt(tree: Tree, path: Path): yaml.Node | null | undefined {
  let node: unknown = tree.document.contents;
  for (const part of path) {
    if (yaml.isAlias(node)) throw new EditRefused(`This stands elsewhere in the text, at the anchor &${node.source}. Edit it there.`);
    if (yaml.isMap(node)) {
      const pair = pairAt(node, String(part));
      if (!pair) return undefined;
      node = pair.value;
    } else if (yaml.isSeq(node)) {
      if (typeof part !== 'number' || part >= node.items.length) return undefined;
      node = node.items[part];
    } else return undefined;
  }
  return node === undefined ? undefined : (node as yaml.Node | null);
}

/** The value there, aliases filled in. */
export function valueAt(tree: Tree, path: Path): Json | undefined {
  const node = nodeAt(tree, path);
  return node === undefined ? undefined : node === null ? null : plainOf(tree, node);
}

export function plainOf(tree: Tree, node: yaml.Node): Json {
  try {
    return (node.toJS(tree.document, { maxAliasCount: 100 }) ?? null) as Json;
  } catch {
    return null;
  }
}

/** Written over lines, not in braces. */
export function isBlock(node: yaml.YAMLMap | yaml.YAMLSeq): boolean {
  return node.srcToken?.type !== 'flow-collection';
}
