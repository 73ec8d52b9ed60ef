import { expect, it } from 'vitest';
import { IsolateCache } from '#storage/isolate-cache';

it('drops the least recently used beyond its bound', () => {
  const cache = new IsolateCache<number>({ max: 2 });
  cache.set('a', 1);
  cache.set('b', 2);
  cache.get('a');
  cache.set('c', 3);
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3]);
});

it('keeps what is new, though all else was used', () => {
  const cache = new IsolateCache<number>({ max: 2 });
  cache.set('a', 1);
  cache.set('b', 2);
  for (const key of ['a', 'b']) cache.get(key);
  cache.set('c', 3);
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([undefined, 2, 3]);
  for (let i = 0; i < 9; i++) cache.set(`d${i}`, i);
  expect(['a', 'b', 'c', 'd0', 'd7', 'd8'].filter((key) => cache.get(key) !== undefined)).toHaveLength(2);
});

it('forgets when the time is over, counted from when it was set', () => {
  let now = 0;
  const cache = new IsolateCache<number>({ max: 9, ttlMs: 10, now: () => now });
  cache.set('a', 1);
  now = 7;
  expect(cache.get('a')).toBe(1);
  now = 10;
  expect(cache.get('a')).toBeUndefined();
});

it('has one caller renew a value before its time is over', () => {
  let now = 0;
  const cache = new IsolateCache<number>({ max: 9, ttlMs: 10, now: () => now });
  cache.set('a', 1);
  now = 8;
  expect([cache.get('a'), cache.get('a'), cache.get('a')]).toEqual([undefined, 1, 1]);
  cache.set('a', 2);
  now = 15;
  expect(cache.get('a')).toBe(2);
  now = 18;
  expect(cache.get('a')).toBeUndefined();
  expect(cache.get('a')).toBeUndefined();
});

it('forgets on demand, one or all that begin so', () => {
  const cache = new IsolateCache<number>({ max: 9 });
  for (const key of ['t/a', 't/b', 'u/a']) cache.set(key, 1);
  cache.delete('t/a');
  cache.deletePrefix('t/');
  expect([cache.get('t/a'), cache.get('t/b'), cache.get('u/a')]).toEqual([undefined, undefined, 1]);
});
