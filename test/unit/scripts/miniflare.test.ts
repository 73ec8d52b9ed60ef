/** The one place in miniflare that local starts change: where a version has it no more, starts are slow again, and nothing else says so. */
import { expect, it } from 'vitest';
import { widenedSource } from '../../../scripts/local/miniflare.mjs';

it('grows the buffer of a configuration by more at a time than the pinned version does', () => {
  expect(widenedSource().match(/MIN_SINGLE_SEGMENT_GROWTH = .*;/g)).toEqual(['MIN_SINGLE_SEGMENT_GROWTH = 4 * 1024 * 1024;']);
});
