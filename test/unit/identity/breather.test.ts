/** Slow pieces of work, and those who want a turn between them. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Breather } from '#workers/identity/breather';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('come one at a time, with room for others between them', async () => {
  const breather = new Breather();
  const seen: string[] = [];
  const pieces = ['a', 'b', 'c'].map((name) => breather.run(async () => void seen.push(name)));
  const others = setInterval(() => seen.push('.'), 1);
  await vi.advanceTimersByTimeAsync(10);
  clearInterval(others);
  await Promise.all(pieces);
  expect(seen.join('')).toMatch(/^a\.+b\.+c/);
});

it('go on behind one that fails, and a lonely one waits for nobody', async () => {
  const breather = new Breather();
  await expect(breather.run(() => Promise.reject(new Error('no memory')))).rejects.toThrow('no memory');
  await vi.advanceTimersByTimeAsync(10);
  expect(await breather.run(async () => 'done')).toBe('done');
});
