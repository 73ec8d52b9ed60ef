/**
 * Steps put in, taken out, moved and wrapped, in the text. A step that moves takes its comments along.
 *
 * Invariants
 * 1. Where a list holds a single step without a dash, it becomes a list before another comes to it.
 */
import * as yaml from 'yaml';
import type { Json, JsonObject } from '#contracts/json';
import type { Draft } from '../yaml/edit';
import { insertItem, itemText } from '../yaml/lists';
import { colonEnd, endOf, placesOf } from '../yaml/places';
import { columnOf, indent, lineStart, type Patch, withEol } from '../yaml/text';
import { EditRefused, isBlock, keyOf, type Path, pairAt, samePath, within } from '../yaml/tree';
import { itemLines } from '../yaml/write';
import { afterInsert, afterRemove, type Spot } from './places';

/** Keys of a step in the order in which people write them. */
export const STEP_ORDER = [
  'name',
  'type',
  'description',
  'if',
  'skip_if',
  'config',
  'timeout',
  'retry',
  'circuit_breaker',
  'idempotent',
  'idempotency_key',
  'detached',
  'on_error',
  'compensate',
];

/** @returns where the step stands then. */
export function addStep(draft: Draft, spot: Spot, step: JsonObject): Path {
  return putItem(draft, spot, itemLines(step));
}

export function removeStep(draft: Draft, path: Path): void {
  if (typeof path.at(-1) === 'number') draft.remove(path);
  else leaveEmpty(draft, path);
}

/** @returns where the step stands then. */
export function moveStep(draft: Draft, path: Path, spot: Spot): Path {
  if (within(spot.list, path)) throw new EditRefused('A step cannot be moved into itself.');
  const index = path.at(-1);
  const inPlace = samePath(spot.list, path.slice(0, -1)) && (spot.index === index || spot.index === Number(index) + 1);
  if (inPlace) return path;
  const lines = linesOf(draft, path);
  const put = putItem(draft, spot, lines);
  const left = afterInsert(path, { list: put.slice(0, -1), index: Number(put.at(-1)) });
  removeStep(draft, left);
  return afterRemove(put, left);
}

/** Puts a step into the first lane of a new one, which takes its place. @returns where the new one stands. */
export function wrapStep(draft: Draft, path: Path, block: JsonObject, lane: Path): Path {
  if (typeof path.at(-1) !== 'number') toList(draft, path);
  const at: Path = typeof path.at(-1) === 'number' ? path : [...listPath(path), 0];
  const outer = addStep(draft, { list: at.slice(0, -1), index: Number(at.at(-1)) }, block);
  const inner = [...at.slice(0, -1), Number(at.at(-1)) + 1];
  moveStep(draft, inner, { list: [...outer, ...lane], index: 0 });
  return outer;
}

/** What is written of a step, at the margin, without its dash. */
export function stepText(draft: Draft, path: Path): string {
  const lines = linesOf(draft, path);
  const dash = /^- /m.exec(lines)!.index;
  return `${lines.slice(0, dash)}${indent(`  ${lines.slice(dash + 2)}`, -2)}`;
}

/** Writes a step anew, as text at the margin. */
export function writeStep(draft: Draft, path: Path, text: string): void {
  const value = yaml.parseDocument(text);
  if (value.errors.length > 0 || !yaml.isMap(value.contents)) throw new EditRefused(value.errors[0]?.message ?? 'A step is a map with a name and a type.');
  const around = draft.node(path.slice(0, -1));
  const comments = /^(?:[ \t]*(?:#.*)?\r?\n)*/.exec(text)![0];
  const body = text.slice(comments.length);
  const block = yaml.isSeq(around) && isBlock(around) && value.contents.srcToken?.type !== 'flow-collection';
  if (!block) return draft.replace(path, value.toJS() as Json);
  const { column, all } = placesOf(draft.text, around);
  const { from, to, start } = all[Number(path.at(-1))]!;
  const lines = indent(`${comments}- ${indent(body.trimEnd(), 2).trimStart()}\n`, column);
  const shared = from === start && column > 0 && draft.text[from - 1] !== '\n';
  const open = to === draft.text.length && !draft.text.endsWith('\n');
  draft.apply({ from, to, insert: withEol(open ? lines.trimEnd() : shared ? lines.trimStart() : lines, draft.text) });
}

/** Puts an entry, written at the margin with its dash, into a list that may be empty, missing, or a single step. */
function putItem(draft: Draft, { list, index }: Spot, lines: string): Path {
  const node = draft.node(list);
  if (yaml.isMap(node) && node.items.length > 0) {
    const path = toList(draft, list);
    return putItem(draft, { list: path, index: Math.min(index, 1) }, lines);
  }
  if (yaml.isSeq(node) && node.items.length > 0) {
    const place = Math.min(index, node.items.length);
    draft.apply(insertItem(draft.tree, node, place, lines));
    return [...list, place];
  }
  if (yaml.isAlias(node)) throw new EditRefused(`These steps stand elsewhere in the text, at the anchor &${node.source}. Edit them there.`);
  const around = draft.node(list.slice(0, -1));
  if (yaml.isMap(around) && around.items.length > 0 && isBlock(around)) {
    if (node === undefined) draft.set(list, []);
    const pair = pairAt(draft.map(list.slice(0, -1)), String(list.at(-1)))!;
    draft.apply(fill(draft.text, pair, lines));
  } else draft.set(list, [plainOfItem(lines)]);
  return [...list, 0];
}

/** An entry as lines of a list at the margin. */
function linesOf(draft: Draft, path: Path): string {
  const around = draft.node(path.slice(0, -1));
  const last = path.at(-1)!;
  if (yaml.isSeq(around)) return itemText(draft.tree, around, Number(last));
  const node = draft.map(path);
  if (!isBlock(node)) return `- ${draft.text.slice(node.range![0], endOf(draft.text, node))}\n`;
  return asItem(draft.text, node);
}

/** The only entry of a list that was empty. */
function fill(text: string, pair: yaml.Pair, lines: string): Patch {
  const column = columnOf(text, (pair.key as yaml.Node).range![0]);
  const from = colonEnd(pair);
  const to = yaml.isNode(pair.value) && pair.value.range ? Math.max(from, pair.value.range[1]) : from;
  return { from, to, insert: withEol(`\n${indent(lines.trimEnd(), column + 2)}`, text) };
}

/** Turns a single step into a list of one. @returns the path of the list: `step` is called `steps` then. */
function toList(draft: Draft, path: Path): Path {
  const { text } = draft;
  const around = draft.map(path.slice(0, -1));
  const pair = pairAt(around, String(path.at(-1)))!;
  const node = draft.map(path);
  const key = pair.key as yaml.Scalar;
  const name = keyOf(pair) === 'step' ? 'steps' : text.slice(key.range![0], key.range![1]);
  const colon = colonEnd(pair);
  const to = endOf(text, node);
  if (!isBlock(node)) {
    draft.apply({ from: key.range![0], to, insert: `${name}:${text.slice(colon, node.range![0])}[ ${text.slice(node.range![0], to)} ]` });
  } else {
    const column = columnOf(text, key.range![0]);
    const head = text.slice(colon, lineStart(text, node.range![0]));
    const body = indent(asItem(text, node).trimEnd(), column + 2);
    draft.apply({ from: key.range![0], to, insert: withEol(`${name}:${head}${body}`, text) });
  }
  return listPath(path);
}

function listPath(path: Path): Path {
  return path.at(-1) === 'step' ? [...path.slice(0, -1), 'steps'] : path;
}

function asItem(text: string, node: yaml.YAMLMap): string {
  const start = node.range![0];
  const column = columnOf(text, start);
  const own = `${' '.repeat(column)}${text.slice(start, endOf(text, node)).replace(/\r\n/g, '\n')}`;
  const body = indent(own, 2 - column);
  return `- ${body.slice(2)}\n`;
}

function leaveEmpty(draft: Draft, path: Path): void {
  if (path.at(-1) !== 'step') return draft.replace(path, []);
  draft.set([...path.slice(0, -1), 'steps'], []);
  draft.remove(path);
}

function plainOfItem(lines: string): Json {
  return (yaml.parse(lines) as Json[])[0]!;
}
