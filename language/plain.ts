/**
 * Steps that the compiler writes itself, as if an author had: they go through the same checks, and what is wrong
 * with them is reported where the thing stands that they were made for.
 */
import type { Json } from '#contracts/json';
import type { PlainStep } from '#contracts/module';
import type { Place } from '#language/checker';
import type { Range, SourceNode } from '#language/source';

/** All of it lies at one range of the text. */
export function sourceOf(value: Json, range: Range): SourceNode {
  if (Array.isArray(value)) return { kind: 'seq', range, items: value.map((item) => sourceOf(item, range)) };
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).map(([key, item]) => [key, { key, keyRange: range, value: sourceOf(item, range) }] as const);
    return { kind: 'map', range, entries: new Map(entries) };
  }
  return { kind: 'scalar', range, value, style: 'plain' };
}

/** The steps as a list that stands at the place; each may have been made for a place of its own. */
export function stepsAt({ path, keyRange }: Place, steps: readonly PlainStep[], own: readonly (Range | undefined)[] = []): Place {
  const items = steps.map((step, index) => sourceOf(step, own[index] ?? keyRange));
  return { node: { kind: 'seq', range: keyRange, items }, path, keyRange };
}
