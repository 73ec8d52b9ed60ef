/** Keys of a map: put in, taken out, given another value. Each gives the change to the text, made from one parse of it. */
import * as yaml from 'yaml';
import type { Json } from '#contracts/json';
import { insertInline, json, removeInline, removeLines } from './lists';
import { colonEnd, dashOf, endOf, isEmpty, placesOf } from './places';
import { columnOf, indent, lineStart, nextLine, type Patch, withEol } from './text';
import { isBlock, keyOf, type Tree } from './tree';
import { inline, inlineKey, itemLines, pairLines, rootLines, valueLines } from './write';

/** Puts a key behind those of `order` that come before it there, or at the end. The map must have keys. */
export function insertKey(tree: Tree, map: yaml.YAMLMap, key: string, value: Json, order: readonly string[] = []): Patch {
  const { text } = tree;
  const { block, column, all } = placesOf(text, map);
  const index = placeFor(map, key, order);
  if (!block) {
    const quoted = json(text, map);
    return insertInline(text, all, index, `${inlineKey(key, quoted)}: ${inline(value, quoted)}`);
  }
  const lines = indent(pairLines(key, value), column);
  if (index === 0) {
    const { from, start } = all[0]!;
    const shares = text.slice(lineStart(text, from), from).trim() !== '';
    return { from, to: from, insert: withEol(from === start && shares ? lines.trimStart() + ' '.repeat(column) : lines, text) };
  }
  const { to } = all[index - 1]!;
  const open = to === text.length && !text.endsWith('\n');
  return { from: to, to, insert: withEol(open ? `\n${lines.trimEnd()}` : lines, text) };
}

/** Takes out a key of several. */
export function removeKey(text: string, map: yaml.YAMLMap, key: string): Patch {
  const index = map.items.findIndex((pair) => keyOf(pair) === key);
  const places = placesOf(text, map);
  return places.block ? removeLines(text, places, index) : removeInline(places.all, index);
}

/** Another value for a key. Quotes stay as they are; so does what is written behind a value of one line. */
export function replaceValue(tree: Tree, map: yaml.YAMLMap, pair: yaml.Pair, value: Json): Patch {
  const { text } = tree;
  const old = yaml.isNode(pair.value) && pair.value.range && !isEmpty(pair.value) ? pair.value : undefined;
  const colon = colonEnd(pair);
  if (!isBlock(map)) {
    const written = inline(value, json(text, map));
    if (old) return { from: old.range![0], to: old.range![1], insert: written };
    const missing = text[colon - 1] === ':' ? ' ' : ': ';
    return { from: colon, to: colon, insert: missing + written };
  }
  const column = columnOf(text, (pair.key as yaml.Node).range![0]);
  return withinBlock(tree, old, colon, column, value, (like) => valueLines(value, like));
}

/** Another value for an entry of a list. */
export function replaceItem(tree: Tree, list: yaml.YAMLSeq, index: number, value: Json): Patch {
  const { text } = tree;
  const node = list.items[index] as yaml.Node | null;
  const old = node?.range && !isEmpty(node) ? node : undefined;
  if (!isBlock(list)) return { from: old!.range![0], to: old!.range![1], insert: inline(value, json(text, list)) };
  const dash = dashOf(list, index);
  return withinBlock(tree, old, dash + 1, columnOf(text, dash), value, () => itemLines(value).slice(1).trimEnd());
}

/** The whole document was empty, or is to become another. */
export function replaceRoot(tree: Tree, value: Json): Patch {
  const node = tree.document.contents;
  const written = rootLines(value);
  if (!node?.range || isEmpty(node)) return { from: tree.text.length, to: tree.text.length, insert: withEol(written, tree.text) };
  return { from: node.range[0], to: endOf(tree.text, node), insert: withEol(written.trimEnd(), tree.text) };
}

function withinBlock(tree: Tree, old: yaml.Node | undefined, after: number, column: number, value: Json, write: (like?: yaml.Scalar.Type) => string): Patch {
  const { text } = tree;
  const like = yaml.isScalar(old) ? (old.type as yaml.Scalar.Type) : undefined;
  const written = indent(write(like), column).replace(/^ +(?=\S)/, ' ');
  if (!old) return { from: after, to: after, insert: withEol(written, text) };
  const oneLine = !written.includes('\n') && nextLine(text, old.range![0]) >= nextLine(text, endOf(text, old)) && typeof value !== 'object';
  const from = oneLine ? old.range![0] : after;
  return { from, to: endOf(text, old), insert: withEol(oneLine ? written.trimStart() : written, text) };
}

function placeFor(map: yaml.YAMLMap, key: string, order: readonly string[]): number {
  const rank = order.indexOf(key);
  if (rank === -1) return map.items.length;
  const earlier = map.items.findLastIndex((pair) => {
    const place = order.indexOf(keyOf(pair) ?? '');
    return place !== -1 && place < rank;
  });
  const later = map.items.findIndex((pair) => order.indexOf(keyOf(pair) ?? '') > rank);
  return earlier >= 0 ? earlier + 1 : later >= 0 ? later : map.items.length;
}
