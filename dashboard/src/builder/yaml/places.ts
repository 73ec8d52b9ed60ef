/**
 * Where the entries of a list or map stand in the text: what belongs to each when it is moved or taken out.
 *
 * Invariants
 * 1. Comments directly above an entry belong to it; those behind it that are indented deeper belong to it, too.
 * 2. Blank lines between entries belong to none.
 */
import * as yaml from 'yaml';
import { columnOf, isBlank, isComment, lineStart, nextLine } from './text';
import { isBlock } from './tree';

export interface Place {
  /** Of the dash, or the key. */
  start: number;
  /** Behind what it holds, before the rest of that line. */
  end: number;
  /** Lines that belong to it, whole; `from` is `start` where something stands before it on its line. */
  from: number;
  to: number;
}

export interface Places {
  block: boolean;
  /** Of the dashes or keys. */
  column: number;
  all: Place[];
}

export function placesOf(text: string, node: yaml.YAMLMap | yaml.YAMLSeq): Places {
  const block = isBlock(node);
  const bounds = yaml.isMap(node) ? mapBounds(text, node) : seqBounds(text, node);
  const column = bounds[0] ? columnOf(text, bounds[0][0]) : 0;
  if (!block) return { block, column, all: bounds.map(([start, end]) => ({ start, end, from: start, to: end })) };
  const all: Place[] = [];
  for (const [start, end] of bounds) all.push({ start, end, from: above(text, start, all.at(-1)?.to ?? 0), to: below(text, end, column) });
  return { block, column, all };
}

/** Behind the last character of a node. What a block of text keeps of blank lines is its own; others are not. */
export function endOf(text: string, node: yaml.Node): number {
  if (yaml.isMap(node) && node.items.length > 0 && isBlock(node)) return pairEnd(text, node.items.at(-1)!);
  if (yaml.isSeq(node) && node.items.length > 0 && isBlock(node)) return itemEnd(text, node, node.items.length - 1);
  const end = node.range![1];
  const { type } = node as yaml.Scalar;
  if (type !== 'BLOCK_LITERAL' && type !== 'BLOCK_FOLDED') return end;
  const written = text.slice(node.range![0], end);
  if (/^[|>][1-9]?\+/.test(written)) return end > 0 && text[end - 1] === '\n' ? end - (text[end - 2] === '\r' ? 2 : 1) : end;
  return node.range![0] + written.trimEnd().length;
}

/** Behind the colon; the end of the key where it has none. */
export function colonEnd(pair: yaml.Pair): number {
  const colon = pair.srcToken?.sep?.find((token) => token.type === 'map-value-ind');
  return colon ? colon.offset + 1 : (pair.key as yaml.Node).range![1];
}

function pairEnd(text: string, pair: yaml.Pair): number {
  const colon = colonEnd(pair);
  return yaml.isNode(pair.value) && pair.value.range ? Math.max(colon, isEmpty(pair.value) ? colon : endOf(text, pair.value)) : colon;
}

/** Nothing is written there. */
export function isEmpty(node: yaml.Node): boolean {
  return yaml.isScalar(node) && node.value === null && node.range![0] === node.range![1];
}

function itemEnd(text: string, seq: yaml.YAMLSeq, index: number): number {
  const node = seq.items[index];
  const dash = dashOf(seq, index) + 1;
  return yaml.isNode(node) && node.range && !isEmpty(node) ? Math.max(dash, endOf(text, node)) : dash;
}

export function dashOf(seq: yaml.YAMLSeq, index: number): number {
  const token = seq.srcToken as yaml.CST.BlockSequence;
  return token.items[index]!.start.find((one) => one.type === 'seq-item-ind')!.offset;
}

function mapBounds(text: string, map: yaml.YAMLMap): [number, number][] {
  return map.items.map((pair) => {
    const first = pair.srcToken?.start.find((token) => token.type === 'anchor' || token.type === 'tag' || token.type === 'explicit-key-ind');
    return [first?.offset ?? (pair.key as yaml.Node).range![0], pairEnd(text, pair)];
  });
}

function seqBounds(text: string, seq: yaml.YAMLSeq): [number, number][] {
  if (isBlock(seq)) return seq.items.map((_, index) => [dashOf(seq, index), itemEnd(text, seq, index)]);
  return seq.items.map((item) => {
    const [start, end] = (yaml.isPair(item) ? (item.key as yaml.Node) : (item as yaml.Node)).range!;
    return [start, yaml.isPair(item) ? pairEnd(text, item) : end];
  });
}

/** Comments above, as far as they follow each other; not before `bound`. */
function above(text: string, start: number, bound: number): number {
  let from = lineStart(text, start);
  if (!isBlank(text.slice(from, start))) return start;
  while (from > bound) {
    const before = lineStart(text, from - 1);
    if (before < bound || !isComment(text.slice(before, from))) break;
    from = before;
  }
  return from;
}

/** The rest of its last line, and comments below that are indented deeper than `column`. */
function below(text: string, end: number, column: number): number {
  let to = nextLine(text, end);
  while (to < text.length) {
    const next = nextLine(text, to);
    const line = text.slice(to, next);
    if (!isComment(line) || line.length - line.trimStart().length <= column) break;
    to = next;
  }
  return to;
}
