import { describe, expect, it } from 'vitest';
import { Problem } from '#contracts/problems';
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';

describe('cursors', () => {
  it.each([['a'], ['Grüße/🌍+='], ['']])('carry %j there and back, fit for a URL', (text) => {
    const cursor = encodeCursor('list', [42, text]);
    expect(cursor).toMatch(/^[\w-]+$/);
    expect(decodeCursor('list', ['number', 'string'], cursor)).toEqual([42, text]);
  });

  it.each([
    ['another list', encodeCursor('other', [1])],
    ['too much', encodeCursor('list', [1, 2])],
    ['too little', encodeCursor('list', [])],
    ['another type', encodeCursor('list', ['1'])],
    ['a fraction', encodeCursor('list', [1.5])],
    ['an object', btoa('{}')],
    ['no JSON', btoa('[')],
    ['no UTF-8', btoa('\xff')],
    ['no base64', '***'],
    ['nothing', ''],
  ])('are refused for %s', (_title, cursor) => {
    expect(() => decodeCursor('list', ['number'], cursor)).toThrow(expect.objectContaining({ code: 'invalid_cursor' }));
    expect(() => decodeCursor('list', ['number'], cursor)).toThrow(Problem);
  });
});

describe('pageOf', () => {
  it.each([
    [[], 2, [], null],
    [[1, 2], 2, [1, 2], null],
    [[1, 2, 3], 2, [1, 2], 'after 2'],
  ])('cuts %j at %i', (rows, limit, items, next_cursor) => {
    expect(pageOf<number>(rows, limit, (last) => `after ${last}`)).toEqual({ items, next_cursor });
  });
});
