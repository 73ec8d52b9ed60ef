/** Where modifications of a trigger go. */
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '#contracts/json';
import { mergePatch, modifyTrigger } from '#engine/modify-trigger';

describe('the merge patch', () => {
  // The test cases of RFC 7396, appendix A.
  it.each<[Json, Json, Json]>([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j with %j is %j', (target, patch, result) => {
    const before = JSON.stringify(target);
    expect(mergePatch(target, patch)).toEqual(result);
    expect(JSON.stringify(target)).toBe(before);
  });
});

const REQUEST = {
  method: 'POST',
  path: '/orders/7',
  headers: { accept: '*/*' },
  body: { quantity: 3, customer: { id: 'c1', tier: 'gold' } },
  path_params: { id: '7' },
  query: { dry: 'no', id: 'shadowed' },
};

it.each<[string, string, Json, JsonObject, Json]>([
  ['a field of the body', 'http', REQUEST, { quantity: 1 }, { ...REQUEST, body: { ...REQUEST.body, quantity: 1 } }],
  ['a field inside a field', 'http', REQUEST, { customer: { tier: null } }, { ...REQUEST, body: { quantity: 3, customer: { id: 'c1' } } }],
  ['a new field', 'http', REQUEST, { note: 'x' }, { ...REQUEST, body: { ...REQUEST.body, note: 'x' } }],
  ['the removal of a field', 'webhook', REQUEST, { quantity: null }, { ...REQUEST, body: { customer: REQUEST.body.customer } }],
  ['a path parameter before the query', 'http', REQUEST, { id: '8' }, { ...REQUEST, path_params: { id: '8' } }],
  ['a query parameter', 'http', REQUEST, { dry: 'yes' }, { ...REQUEST, query: { dry: 'yes', id: 'shadowed' } }],
  ['the request itself', 'http', REQUEST, { headers: { 'x-a': '1' } }, { ...REQUEST, headers: { accept: '*/*', 'x-a': '1' } }],
  ['the body by its name', 'http', REQUEST, { body: { quantity: 2 } }, { ...REQUEST, body: { ...REQUEST.body, quantity: 2 } }],
  [
    'the body by its name and a field of it',
    'http',
    REQUEST,
    { body: { quantity: 2 }, note: 'x' },
    { ...REQUEST, body: { ...REQUEST.body, quantity: 2, note: 'x' } },
  ],
  ['a body where there was none', 'http', { ...REQUEST, body: null }, { note: 'x' }, { ...REQUEST, body: { note: 'x' } }],
  [
    'a field of the body that a request has too',
    'http',
    { ...REQUEST, body: { method: 'card' } },
    { method: 'cash' },
    { ...REQUEST, body: { method: 'cash' } },
  ],
  ['data of an event', 'event', { type: 'order.created', data: { n: 1 } }, { n: 2, m: 3 }, { type: 'order.created', data: { n: 2, m: 3 } }],
  ['the envelope of an event', 'event', { type: 'order.created', data: { n: 1 } }, { type: 'order.paid' }, { type: 'order.paid', data: { n: 1 } }],
  ['the data of a start by hand', 'manual', { body: { n: 1 }, n: 1 }, { n: 2 }, { body: { n: 1 }, n: 2 }],
  ['data that is no object', 'manual', [1, 2], { n: 2 }, { n: 2 }],
  ['nothing', 'http', REQUEST, {}, REQUEST],
])('%s', (_title, type, data, patch, expected) => {
  expect(modifyTrigger(type, data, patch)).toEqual({ data: expected });
});

it('refuses a field for a body that has none', () => {
  expect(modifyTrigger('http', { ...REQUEST, body: 'plain text' }, { quantity: 1 })).toEqual({ refused: 'quantity' });
  expect(modifyTrigger('http', { ...REQUEST, body: 'plain text' }, { body: { quantity: 1 } })).toEqual({ data: { ...REQUEST, body: { quantity: 1 } } });
});
