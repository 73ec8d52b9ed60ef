import { describe, expect, it } from 'vitest';
import type { Json } from '#contracts/json';
import { Problem } from '#contracts/problems';
import { fakeScope } from './fake-scope.ts';
import { runPure } from './run-step.ts';

const items = [
  { product_id: 'a', quantity: 2, price: 5 },
  { product_id: 'b', quantity: 0, price: 9 },
  { product_id: 'c', quantity: 7, price: 1 },
];

function transformed(data: Json, ...operations: Json[]): Json {
  const outcome = runPure('step.transform', { input_from: 'trigger', operations }, fakeScope({ trigger: data, steps: { a: { b: 42 } } }));
  return (outcome as unknown as { output: { data: Json } }).output.data;
}

describe('operations', () => {
  it.each<[string, Json, Json[], Json]>([
    ['extract by field, as in the product document', { data: { x: 1 } }, [{ type: 'extract', field: 'data' }], { x: 1 }],
    ['extract by path, settings under config', { a: [{ b: 2 }] }, [{ type: 'extract', config: { path: 'a.0.b' } }], 2],
    ['extract from the context', {}, [{ type: 'extract', path: 'steps.a.b' }], 42],
    ['extract what is not there', {}, [{ type: 'extract', path: 'x', default: [] }], []],
    ['map renames', { a: 1, b: 2 }, [{ type: 'map', mappings: { a: 'c' } }], { b: 2, c: 1 }],
    ['map swaps', { a: 1, b: 2 }, [{ type: 'map', mappings: { a: 'b', b: 'a' } }], { a: 2, b: 1 }],
    ['map builds', { a: { b: 1 } }, [{ type: 'map', fields: { x: 'a.b', y: 'nope' } }], { x: 1, y: null }],
    ['map over a list', [{ a: 1 }, { a: 2 }], [{ type: 'map', mappings: { a: 'n' } }], [{ n: 1 }, { n: 2 }]],
    ['rename', { a: 1 }, [{ type: 'rename', mappings: { a: 'b', absent: 'c' } }], { b: 1 }],
    ['filter by fields', { a: 1, b: 2 }, [{ type: 'filter', fields: ['a', 'z'] }], { a: 1 }],
    ['filter by a comparison', items, [{ type: 'filter', where: { field: 'quantity', gt: 0, lte: 2 } }], [items[0]!]],
    ['filter by equality', items, [{ type: 'filter', where: { field: 'product_id', equals: 'b' } }], [items[1]!]],
    ['filter by a list', items, [{ type: 'filter', where: { field: 'product_id', in: ['a', 'c'] } }], [items[0]!, items[2]!]],
    ['filter by existence', [{ a: 1 }, { a: null }, {}], [{ type: 'filter', where: { field: 'a', exists: false } }], [{ a: null }, {}]],
    ['filter by text', ['red wine', 'beer'], [{ type: 'filter', where: { field: '', contains: 'wine' } }], ['red wine']],
    ['a number is not greater than a text', [{ a: '9' }], [{ type: 'filter', where: { field: 'a', gt: 1 } }], []],
    ['set', { a: 1 }, [{ type: 'set', values: { b: { c: 2 } } }], { a: 1, b: { c: 2 } }],
    ['remove', [{ a: 1, b: 2 }], [{ type: 'remove', fields: ['b'] }], [{ a: 1 }]],
    ['convert to text and back', { a: 1 }, [{ type: 'convert', from: 'json', to: 'string' }], '{"a":1}'],
    ['convert from text', '{"a":1}', [{ type: 'convert', from: 'string', to: 'json' }], { a: 1 }],
    [
      'convert types',
      { n: '1.5', i: '7.9', b: 'true', s: 3, z: null },
      [{ type: 'convert', types: { n: 'number', i: 'integer', b: 'boolean', s: 'string', z: 'number', absent: 'number' } }],
      { n: 1.5, i: 7, b: true, s: '3', z: null },
    ],
    ['sort by a field, descending', items, [{ type: 'sort', by: 'price', order: 'desc' }], [items[1]!, items[0]!, items[2]!]],
    ['sort of mixed kinds', ['b', 3, null, 'a', 1, false], [{ type: 'sort' }], [null, false, 1, 3, 'a', 'b']],
    ['limit', [1, 2, 3, 4], [{ type: 'limit', offset: 1, count: 2 }], [2, 3]],
    ['flatten', [1, [2, [3]]], [{ type: 'flatten' }], [1, 2, [3]]],
    ['flatten deep', [1, [2, [3]]], [{ type: 'flatten', depth: 2 }], [1, 2, 3]],
    ['unique', [1, 1, '1', { a: 1 }, { a: 1 }], [{ type: 'unique' }], [1, '1', { a: 1 }]],
    [
      'unique by a field',
      [
        { a: 1, b: 1 },
        { a: 1, b: 2 },
      ],
      [{ type: 'unique', by: 'a' }],
      [{ a: 1, b: 1 }],
    ],
    [
      'one after the other',
      items,
      [
        { type: 'filter', where: { field: 'quantity', gt: 0 } },
        { type: 'rename', mappings: { product_id: 'sku' } },
        { type: 'filter', fields: ['sku'] },
      ],
      [{ sku: 'a' }, { sku: 'c' }],
    ],
  ])('%s', (_name, data, operations, expected) => {
    expect(transformed(data, ...operations)).toEqual(expected);
  });

  it.each<[string, Json, Json, string]>([
    ['nothing at the path', {}, { type: 'extract', path: 'x' }, 'Operation 1 (extract): there is nothing at x'],
    ['a missing setting', {}, { type: 'map' }, 'Operation 1 (map): mappings is missing'],
    ['a list where an object is needed', 'text', { type: 'set', values: {} }, 'the data is a string, and this needs an object'],
    ['an object where a list is needed', {}, { type: 'sort' }, 'the data is an object, and this needs a list'],
    ['a value that does not convert', { a: 'x' }, { type: 'convert', types: { a: 'number' } }, 'a is "x", which is no number'],
  ])('says what is wrong: %s', (_name, data, operation, message) => {
    expect(() => transformed(data, operation)).toThrow(expect.objectContaining({ code: 'transform_failed', message: expect.stringContaining(message) }));
  });
});

describe('result', () => {
  const run = (config: Json, flat = {}) => (runPure('step.transform', config, fakeScope({ flat })) as { output: Json }).output;

  it('stands under data, and its fields at the top', () => {
    expect(run({ operations: [{ type: 'extract', path: 'a' }] }, { a: { x: 1 } })).toEqual({ x: 1, data: { x: 1 } });
    expect(run({ operations: [{ type: 'extract', path: 'a' }] }, { a: [1] })).toEqual({ data: [1] });
  });

  it('keeps a field named data of its own', () => {
    expect(run({ operations: [{ type: 'set', values: { data: 1 } }] })).toEqual({ data: 1 });
  });

  it('fails when there is nothing to start from', () => {
    expect(() => run({ input_from: 'steps.absent', operations: [{ type: 'flatten' }] })).toThrow(Problem);
  });
});
