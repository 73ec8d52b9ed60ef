/**
 * Values of a document changed in its text: what differs is written anew, everything else stays byte for byte.
 *
 * Invariants
 * 1. A change is made only where the text can be read, and never leaves it harder to read than before.
 * 2. Afterwards the text holds what was asked for; where it cannot, the edit is refused and nothing is changed.
 */
import * as yaml from 'yaml';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { same } from '../../lib/same-json';
import { insertItem, removeItem } from './lists';
import { insertKey, removeKey, replaceItem, replaceRoot, replaceValue } from './maps';
import { applyPatch, type Patch } from './text';
import { EditRefused, nodeAt, type Path, pairAt, parse, pathText, plainOf, type Tree, valueAt } from './tree';
import { itemLines } from './write';

/** The order in which keys of the dialect are written; others go to the end. */
export type Order = readonly string[];

/** A text under edit: each change is made on what the one before left. */
export class Draft {
  tree: Tree;

  constructor(text: string) {
    this.tree = parse(text);
    if (this.tree.fault) throw new EditRefused(`Line ${this.tree.fault.line} of the text has to be fixed first: ${this.tree.fault.message}`);
  }

  get text(): string {
    return this.tree.text;
  }

  apply(patch: Patch): void {
    const next = parse(applyPatch(this.tree.text, patch));
    if (next.fault) throw new EditRefused('The builder cannot make this change here; please make it in the text.');
    this.tree = next;
  }

  get(path: Path): Json | undefined {
    return valueAt(this.tree, path);
  }

  node(path: Path): yaml.Node | null | undefined {
    return nodeAt(this.tree, path);
  }

  map(path: Path): yaml.YAMLMap {
    const node = this.node(path);
    if (yaml.isMap(node)) return node;
    if (yaml.isAlias(node)) throw new EditRefused(`This stands elsewhere in the text, at the anchor &${node.source}. Edit it there.`);
    throw new EditRefused(`There are no keys at ${pathText(path)}.`);
  }

  list(path: Path): yaml.YAMLSeq {
    const node = this.node(path);
    if (yaml.isSeq(node)) return node;
    throw new EditRefused(`There is no list at ${pathText(path)}.`);
  }

  /** Gives a place another value, making the keys that lead there; only what differs is written. */
  set(path: Path, value: Json, order: Order = []): void {
    const node = this.node(path);
    if (node !== undefined) return this.become(path, value, order);
    const parent = path.slice(0, -1);
    const last = path.at(-1)!;
    const around = path.length === 1 ? this.tree.document.contents : this.node(parent);
    if (yaml.isMap(around) && around.items.length > 0) {
      this.apply(insertKey(this.tree, around, String(last), value, order));
    } else if (yaml.isSeq(around) && around.items.length > 0) {
      this.apply(insertItem(this.tree, around, around.items.length, itemLines(value)));
    } else {
      this.set(parent, typeof last === 'number' ? [value] : { [last]: value }, order);
    }
  }

  /** Takes out a key or an entry. Where nothing is left, `{}` or `[]` stays. */
  remove(path: Path): void {
    const around = this.node(path.slice(0, -1));
    const last = path.at(-1)!;
    if (yaml.isMap(around)) {
      if (!pairAt(around, String(last))) return;
      if (around.items.length === 1) this.replace(path.slice(0, -1), {});
      else this.apply(removeKey(this.text, around, String(last)));
    } else if (yaml.isSeq(around) && typeof last === 'number' && last < around.items.length) {
      if (around.items.length === 1) this.replace(path.slice(0, -1), []);
      else this.apply(removeItem(this.text, around, last));
    }
  }

  /** Takes out a key, and those around it that are left empty, up to `above`. */
  prune(path: Path, above: number): void {
    let end = path.length;
    while (end - 1 > above) {
      const around = this.node(path.slice(0, end - 1));
      if (!(yaml.isMap(around) && around.items.length === 1)) break;
      end--;
    }
    this.remove(path.slice(0, end));
  }

  private become(path: Path, value: Json, order: Order): void {
    const node = this.node(path);
    const old = node ? plainOf(this.tree, node) : null;
    if (same(old, value)) return;
    if (isJsonObject(old) && isJsonObject(value) && yaml.isMap(node) && Object.keys(value).length > 0 && Object.keys(old).length > 0) {
      this.becomeMap(path, old, value, order);
    } else if (Array.isArray(old) && Array.isArray(value) && yaml.isSeq(node) && value.length > 0 && old.length > 0) {
      this.becomeList(path, old, value);
    } else this.replace(path, value);
    if (!same(this.get(path) ?? null, value)) throw new EditRefused(`${pathText(path)} shares its text with another place; please change it in the text.`);
  }

  /** New keys first, so that the map is never empty on the way. */
  private becomeMap(path: Path, old: JsonObject, value: JsonObject, order: Order): void {
    for (const [key, each] of Object.entries(value)) {
      // A key that comes by a merge is written beside it.
      if (pairAt(this.map(path), key)) this.become([...path, key], each as Json, []);
      else if (!Object.hasOwn(old, key) || !same(old[key] as Json, each as Json)) this.apply(insertKey(this.tree, this.map(path), key, each as Json, order));
    }
    for (const key of Object.keys(old)) if (!Object.hasOwn(value, key)) this.remove([...path, key]);
  }

  private becomeList(path: Path, old: readonly Json[], value: readonly Json[]): void {
    let head = 0;
    while (head < old.length && head < value.length && same(old[head]!, value[head]!)) head++;
    let tail = 0;
    while (tail < old.length - head && tail < value.length - head && same(old[old.length - 1 - tail]!, value[value.length - 1 - tail]!)) tail++;
    const [were, are] = [old.length - head - tail, value.length - head - tail];
    for (let index = head; index < head + Math.min(were, are); index++) this.become([...path, index], value[index]!, []);
    for (let index = head + were; index < head + are; index++) {
      this.apply(insertItem(this.tree, this.list(path), index, itemLines(value[index]!)));
    }
    for (let index = head + were - 1; index >= head + are; index--) this.remove([...path, index]);
  }

  replace(path: Path, value: Json): void {
    if (path.length === 0) return this.apply(replaceRoot(this.tree, value));
    const around = path.length === 1 ? this.tree.document.contents : this.node(path.slice(0, -1));
    const last = path.at(-1)!;
    if (yaml.isMap(around)) this.apply(replaceValue(this.tree, around, pairAt(around, String(last))!, value));
    else if (yaml.isSeq(around)) this.apply(replaceItem(this.tree, around, Number(last), value));
  }
}
