/** Entries of a list: put in, taken out. Each gives the change to the text, made from one parse of it. */
import * as yaml from 'yaml';
import { type Place, type Places, placesOf } from './places';
import { indent, isBlank, nextLine, type Patch, withEol } from './text';
import { plainOf, type Tree } from './tree';
import { inline } from './write';

/**
 * Puts an entry before that at `index`, or at the end. `lines` is the entry at the margin, its dash and comments
 * included; between braces only its value is written. The list must have entries.
 */
export function insertItem(tree: Tree, list: yaml.YAMLSeq, index: number, lines: string): Patch {
  const { text } = tree;
  const { block, column, all } = placesOf(text, list);
  if (!block) return insertInline(text, all, index, inlineItem(lines, json(text, list)));
  const entry = endLine(indent(lines, column));
  const gap = isSpaced(text, all) ? '\n' : '';
  if (index === 0) {
    const { from, start } = all[0]!;
    // Something stands before the first dash on its line: a dash of a list around it.
    const insert = from === start && !isBlank(text.slice(lineBegin(text, from), from)) ? entry.trimStart() + ' '.repeat(column) : entry + gap;
    return { from, to: from, insert: withEol(insert, text) };
  }
  const { to } = all[index - 1]!;
  const open = to === text.length && !text.endsWith('\n');
  // Blank lines that the entry before has kept for itself set it off already; one more would become part of it.
  const more = /\n\r?\n$/.test(text.slice(0, to)) ? '' : gap;
  return { from: to, to, insert: withEol(open ? `\n${more}${entry.trimEnd()}` : more + entry, text) };
}

/** Takes out an entry of several, with the blank lines that set it off. */
export function removeItem(text: string, list: yaml.YAMLSeq, index: number): Patch {
  const places = placesOf(text, list);
  return places.block ? removeLines(text, places, index) : removeInline(places.all, index);
}

/** An entry as it is written, at the margin: to be put in elsewhere. */
export function itemText(tree: Tree, list: yaml.YAMLSeq, index: number): string {
  const { text } = tree;
  const { block, column, all } = placesOf(text, list);
  const { from, to, start, end } = all[index]!;
  if (!block) return `- ${text.slice(start, end)}\n`;
  const own = text.slice(from, to).replace(/\r\n/g, '\n');
  return endLine(indent(from === start ? ' '.repeat(column) + own : own, -column));
}

/** Of a map or a list that is written over lines. */
export function removeLines(text: string, { all }: Places, index: number): Patch {
  const { from, to, start } = all[index]!;
  const next = all[index + 1];
  // It shares its line with what stands before it: what follows moves up there.
  if (from === start && !isBlank(text.slice(lineBegin(text, from), from))) return { from, to: next ? next.start : to, insert: '' };
  if (index === 0) return { from, to: next ? blankAfter(text, to, next.from) : to, insert: '' };
  const before = blankBefore(text, from, all[index - 1]!.to);
  if (to < text.length || text.endsWith('\n')) return { from: before, to, insert: '' };
  return { from: before - (text[before - 2] === '\r' ? 2 : 1), to, insert: '' };
}

export function removeInline(all: readonly Place[], index: number): Patch {
  const { start, end } = all[index]!;
  const next = all[index + 1];
  if (next) return { from: start, to: next.start, insert: '' };
  const before = all[index - 1];
  return { from: before ? before.end : start, to: end, insert: '' };
}

export function insertInline(text: string, all: readonly Place[], index: number, entry: string): Patch {
  const at = all[index];
  if (at) return { from: at.start, to: at.start, insert: `${entry}, ` };
  const last = all.at(-1)!;
  const before = all.at(-2);
  const between = before ? text.slice(before.end, last.start) : ', ';
  return { from: last.end, to: last.end, insert: (/^\s*,\s*$/.test(between) ? between : ', ') + entry };
}

/** Whether entries are set off by blank lines. */
function isSpaced(text: string, all: readonly Place[]): boolean {
  const gaps = all.slice(1).filter((place, index) => isBlank(text.slice(all[index]!.to, place.from)) && place.from > all[index]!.to);
  return gaps.length > 0 && gaps.length * 2 >= all.length - 1;
}

/** Written in JSON: the dialect allows it, since it is YAML. */
export function json(text: string, node: yaml.YAMLMap | yaml.YAMLSeq): boolean {
  const first = node.items[0];
  const start = yaml.isPair(first) ? (first.key as yaml.Node).range?.[0] : yaml.isNode(first) ? first.range?.[0] : undefined;
  return start !== undefined && (text[start] === '"' || (text[start] === '{' && /^\{\s*"/.test(text.slice(start))));
}

function inlineItem(lines: string, quoted: boolean): string {
  const document = yaml.parseDocument(lines);
  const list = document.contents as yaml.YAMLSeq;
  return inline(plainOf({ text: lines, document }, list.items[0] as yaml.Node), quoted);
}

function lineBegin(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

function blankAfter(text: string, at: number, bound: number): number {
  let to = at;
  while (to < bound && isBlank(text.slice(to, nextLine(text, to)))) to = nextLine(text, to);
  return to;
}

function blankBefore(text: string, at: number, bound: number): number {
  let from = at;
  while (from > bound) {
    const before = lineBegin(text, from - 1);
    if (before < bound || !isBlank(text.slice(before, from))) break;
    from = before;
  }
  return from;
}

function endLine(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
