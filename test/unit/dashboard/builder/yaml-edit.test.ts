/** Edits of real documents: what is asked for happens, and nothing else changes by a byte. */
import { describe, expect, it } from 'vitest';
import type { Json } from '#contracts/json';
import { Draft } from '../../../../dashboard/src/builder/yaml/edit';
import { insertItem } from '../../../../dashboard/src/builder/yaml/lists';
import { applyPatch, inverse, patchBetween } from '../../../../dashboard/src/builder/yaml/text';
import { EditRefused, nodeAt, parse } from '../../../../dashboard/src/builder/yaml/tree';
import { commentsOf, documents, jsonOf, sample, spotsOf, withoutValue, withValue } from './documents';

describe.each(documents())('%s', (_, text) => {
  const root = jsonOf(text);
  const spots = spotsOf(root);
  const scalars = spots.filter(({ value }) => typeof value !== 'object' || value === null);
  const maps = spots.filter(({ value }) => typeof value === 'object' && value !== null && !Array.isArray(value));
  const lists = spots.filter(({ value }) => Array.isArray(value) && value.length > 0);

  it('gives a value another one, on its own lines', () => {
    for (const { path, value } of sample(scalars, 8, text)) {
      const next = value === 'other' ? 'another' : 'other';
      const after = edited(text, (draft) => draft.set(path, next));
      if (after === undefined) continue;
      expect(jsonOf(after), path.join('.')).toEqual(withValue(root, path, next));
      const { from, to } = patchBetween(text, after);
      const [start, end] = nodeAt(parse(text), path)!.range!;
      expect(lines(text.slice(from, to)), path.join('.')).toBeLessThanOrEqual(lines(text.slice(start, end)) + 1);
      expect(commentsOf(after)).toEqual(commentsOf(text));
    }
  });

  it('takes out a key or an entry', () => {
    for (const { path } of sample(spots.slice(1), 8, text)) {
      const after = edited(text, (draft) => draft.remove(path));
      if (after !== undefined) expect(jsonOf(after), path.join('.')).toEqual(withoutValue(root, path));
    }
  });

  it('puts a key into a map, and takes it out again', () => {
    for (const { path, value } of sample(maps, 4, text)) {
      const after = edited(text, (draft) => draft.set([...path, 'new_key'], { deep: ['x', 1] }));
      if (after === undefined) continue;
      expect(jsonOf(after), path.join('.')).toEqual(withValue(root, [...path, 'new_key'], { deep: ['x', 1] }));
      expect(commentsOf(after)).toEqual(commentsOf(text));
      const back = edited(after, (draft) => draft.remove([...path, 'new_key']));
      if (Object.keys(value as object).length > 0) expect(back, path.join('.')).toBe(text);
    }
  });

  it('puts an entry into a list, and takes it out again', () => {
    for (const { path, value } of sample(lists, 4, text)) {
      const entries = value as Json[];
      for (const index of sample([...entries.keys(), entries.length], 2)) {
        const after = edited(text, (draft) => draft.apply(insertItem(draft.tree, draft.list(path), index, '- name: fresh\n  type: step.set\n')));
        if (after === undefined) continue;
        const wanted = [...entries.slice(0, index), { name: 'fresh', type: 'step.set' }, ...entries.slice(index)];
        expect(jsonOf(after), `${path.join('.')} ${index}`).toEqual(withValue(root, path, wanted));
        expect(commentsOf(after)).toEqual(commentsOf(text));
        expect(
          edited(after, (draft) => draft.remove([...path, index])),
          `${path.join('.')} ${index}`,
        ).toBe(text);
      }
    }
  });

  it('changes a part to another value, and back to what it meant', () => {
    for (const { path, value } of sample(
      [...maps, ...lists].filter(({ path }) => path.length > 0),
      3,
    )) {
      const next: Json = Array.isArray(value) ? [...value.slice(1), 'added'] : { ...(value as object), added: { text: 'a: b # c' } };
      const after = edited(text, (draft) => draft.set(path, next));
      if (after === undefined) continue;
      expect(jsonOf(after), path.join('.')).toEqual(withValue(root, path, next));
      expect(jsonOf(edited(after, (draft) => draft.set(path, value))!), path.join('.')).toEqual(root);
    }
  });
});

/** The text afterwards; the way back gives the bytes of before. `undefined`: refused, which only shared text may be. */
function edited(text: string, edit: (draft: Draft) => void): string | undefined {
  const draft = new Draft(text);
  try {
    edit(draft);
  } catch (error) {
    if (error instanceof EditRefused && /[&*]\w/.test(text)) return undefined;
    throw error;
  }
  const patch = patchBetween(text, draft.text);
  expect(applyPatch(draft.text, inverse(text, patch))).toBe(text);
  return draft.text;
}

function lines(text: string): number {
  return text.split('\n').length;
}
