/** Steps whose names every object has a meaning for: they are steps like any other. */
import { expect, it } from 'vitest';
import { closeBlock } from '#engine/evolve/blocks';
import type { StartedState } from '#engine/state';

it.each(['constructor', 'toString', 'hasOwnProperty', 'valueOf'])('%s is not taken for a block', (name) => {
  const draft = { blocks: {}, kept: {} } as unknown as StartedState;
  expect(() => closeBlock(draft, name)).not.toThrow();
  expect(draft.blocks).toEqual({});
});
