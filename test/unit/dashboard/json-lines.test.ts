import { describe, expect, it } from 'vitest';
import type { Json } from '#contracts/json';
import { childPath, JSON_VIEW, type JsonViewState, jsonLines, valueAt } from '../../../dashboard/src/lib/json-lines';

const closed: JsonViewState = { open: {}, shown: {} };
const brief = (value: Json, state = closed) =>
  jsonLines(value, state).map((line) => [line.path, line.text, ...(line.expandable ? [line.open ? 'open' : 'closed'] : [])]);

describe('what is open', () => {
  const deep = { a: { b: { c: 1 } }, list: [1, [2]] };

  it('is two levels at first', () => {
    expect(brief(deep)).toEqual([
      ['', '{ 2 keys }', 'open'],
      ['a', '{ 1 key }', 'open'],
      ['a.b', '{ 1 key }', 'closed'],
      ['list', '[ 2 items ]', 'open'],
      ['list[0]', '1'],
      ['list[1]', '[ 1 item ]', 'closed'],
    ]);
  });

  it('follows the hand', () => {
    expect(brief(deep, { open: { 'a.b': true, list: false }, shown: {} })).toEqual([
      ['', '{ 2 keys }', 'open'],
      ['a', '{ 1 key }', 'open'],
      ['a.b', '{ 1 key }', 'open'],
      ['a.b.c', '1'],
      ['list', '[ 2 items ]', 'closed'],
    ]);
  });

  it('is nothing of an empty value', () =>
    expect(brief({ a: {}, b: [] })).toEqual([
      ['', '{ 2 keys }', 'open'],
      ['a', '{}'],
      ['b', '[]'],
    ]));
});

it('walks only what is shown of a large value', () => {
  const touched: number[] = [];
  const large = Array.from({ length: 100_000 }, (_, i) => i);
  const watched = new Proxy(large, {
    get(target, key, receiver) {
      if (typeof key === 'string' && /^\d+$/.test(key)) touched.push(Number(key));
      return Reflect.get(target, key, receiver);
    },
  });
  const lines = jsonLines(watched as unknown as Json, closed);
  expect(lines).toHaveLength(JSON_VIEW.chunk + 2);
  expect(lines.at(-1)).toMatchObject({ more: 100_000 - JSON_VIEW.chunk });
  expect(touched.length).toBe(JSON_VIEW.chunk);
  expect(jsonLines(large, { open: {}, shown: { '': 250 } })).toHaveLength(252);
});

it('cuts long strings and says their length', () => {
  const text = 'x'.repeat(500);
  const [line] = jsonLines(text, closed);
  expect(line).toMatchObject({ cut: 500, expandable: true, text: JSON.stringify('x'.repeat(JSON_VIEW.stringLimit)) });
  expect(jsonLines(text, { open: { '': true }, shown: {} })[0]).toMatchObject({ cut: undefined, text: JSON.stringify(text) });
});

it('links payloads of our own API only', () => {
  const payload = (url: string): Json => ({ _payload: { sha256: 'aa', size: 70_000, url } });
  expect(jsonLines(payload('/api/v1/executions/e/payloads/aa'), closed)).toEqual([
    expect.objectContaining({ kind: 'payload', href: '/api/v1/executions/e/payloads/aa' }),
  ]);
  expect(jsonLines(payload('javascript:alert(1)'), closed)[0]).not.toHaveProperty('href');
  expect(jsonLines(payload('//elsewhere.example/x'), closed)[0]?.href).toBeUndefined();
});

describe('paths', () => {
  const value: Json = { 'content-type': 'json', items: [{ 'a"b': [true] }], a: { b: null }, '': 3 };
  it.each([
    ['items[0]', 'a"b', 'items[0]["a\\"b"]'],
    ['', 'content-type', '["content-type"]'],
    ['a', 'b', 'a.b'],
    ['items', 0, 'items[0]'],
  ])('%s + %s', (path, key, text) => expect(childPath(path, key)).toBe(text));

  it('lead back to every value', () => {
    for (const line of jsonLines(value, { open: { 'items[0]': true, 'items[0]["a\\"b"]': true }, shown: {} })) {
      const found = valueAt(value, line.path);
      expect(found).not.toBeUndefined();
      if (!line.expandable) expect(JSON.stringify(found)).toBe(line.text);
    }
  });

  it.each(['nothing', 'items[9].x', 'a.b.c', '][', 'a b'])('%s leads nowhere', (path) => expect(valueAt(value, path)).toBeUndefined());
});
