/** Text in a JSON value is found wherever it stands, and the way to it is opened. */
import { describe, expect, it } from 'vitest';
import type { Json } from '#contracts/json';
import { type JsonViewState, jsonLines } from '../../../dashboard/src/lib/json-lines';
import { findInJson, pathOf, reveal } from '../../../dashboard/src/lib/json-search';

const VALUE: Json = {
  order: { id: 'ord_1', lines: Array.from({ length: 250 }, (_, i) => ({ sku: `SKU-${i}`, gift: i === 240 })) },
  note: 'Leave it at the DOOR',
  'content-type': null,
};
const paths = (text: string, value: Json = VALUE) => findInJson(value, text).finds.map(pathOf);

describe('findInJson', () => {
  it.each([
    ['door', ['note']],
    ['ord', ['order', 'order.id']],
    ['CONTENT', ['["content-type"]']],
    ['true', ['order.lines[240].gift']],
    ['SKU-249', ['order.lines[249].sku']],
    ['nowhere', []],
    ['', []],
  ])('finds %j', (text, expected) => expect(paths(text)).toEqual(expected));

  it('stops after the most that is asked for, and says so', () => {
    expect(findInJson(VALUE, 'sku', {}, 3)).toMatchObject({ cut: true, finds: { length: 3 } });
    expect(findInJson(VALUE, 'door').cut).toBe(false);
  });

  it('looks into a large value once it has been fetched', () => {
    const kept: Json = { body: { _payload: { sha256: 'a', size: 70_000, url: '/api/v1/executions/e/payloads/a' } } };
    expect(findInJson(kept, 'needle', { body: { hay: 'the needle' } }).finds.map(pathOf)).toEqual(['body.hay']);
  });
});

describe('reveal', () => {
  it('opens what is around a find, however far behind it stands', () => {
    const state: JsonViewState = { open: { order: false }, shown: {} };
    const [find] = findInJson(VALUE, 'SKU-249').finds;
    expect(jsonLines(VALUE, state).some((line) => line.path === 'order.lines[249].sku')).toBe(false);
    reveal(VALUE, find!, state);
    expect(jsonLines(VALUE, state).some((line) => line.path === 'order.lines[249].sku')).toBe(true);
  });
});
