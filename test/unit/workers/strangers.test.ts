/** Calls without a credential, by the address that they come from; objects and their way are the test's. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TokenBuckets } from '#objects/token-buckets';
import type { RegionEnv } from '#workers/env';
import { admitStranger, refuseSpent } from '#workers/quota/strangers';

type Order = { bucket: string; rate: { per_minute: number; burst: number }; wanted: number; least: number };

/** By the name of the object, what it was asked for. */
let asked: [object: string, bucket: string][];
let buckets: TokenBuckets;
let isAway = false;
const QUOTA = {
  getByName: (object: string) => ({
    async tokens({ bucket, rate, wanted, least }: Order) {
      if (isAway) throw new Error('away');
      asked.push([object, bucket]);
      return buckets.takeUpTo(bucket, rate, wanted, least);
    },
  }),
};

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  asked = [];
  isAway = false;
  buckets = new TokenBuckets(Date.now);
});
afterEach(() => void vi.useRealTimers());

const env = (ADDRESS_RATE: string | undefined, MODE = 'hosted') => ({ QUOTA, MODE, ADDRESS_RATE, REGION: 'us', PLACEMENT: '' }) as unknown as RegionEnv;
const from = (address: string | null, headers: Record<string, string> = {}) =>
  new Request('https://flows.example/api/v1/auth/me', { headers: { ...headers, ...(address === null ? {} : { 'cf-connecting-ip': address }) } });
const outcome = (request: Request, rate: string | undefined = '1', mode?: string) =>
  admitStranger(env(rate, mode), request, 'light').then(
    () => 'in',
    (problem: { code: string }) => problem.code,
  );

it.each([
  ['the same address', '203.0.113.1', '203.0.113.1', 'rate_limited'],
  ['another address', '203.0.113.2', '203.0.113.3', 'in'],
  ['another one of the same network of IPv6', '2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff', 'rate_limited'],
  ['another network of IPv6', '2001:db8:1:3::1', '2001:db8:1:4::1', 'in'],
  ['another IPv4 address within IPv6', '::ffff:203.0.113.4', '::ffff:203.0.113.5', 'in'],
])('after one, %s', async (_what, first, second, expected) => {
  expect([await outcome(from(first)), await outcome(from(second))]).toEqual(['in', expected]);
});

it('believes no address that somebody says of themselves', async () => {
  const names = ['x-forwarded-for', 'x-real-ip', 'forwarded', 'true-client-ip', 'x-client-ip', 'cf-pseudo-ipv4', 'cf-connecting-ipv6'];
  expect(await outcome(from('203.0.113.10'))).toBe('in');
  for (const name of names) expect(await outcome(from('203.0.113.10', { [name]: '198.51.100.1' })), name).toBe('rate_limited');
  for (const name of names) expect(await outcome(from(null, { [name]: '203.0.113.10' })), name).toBe('in');
});

it.each([
  ['where no address is known', null, '1', 'hosted'],
  ['where the deployment bounds nothing', '203.0.113.20', 'unlimited', 'hosted'],
  ['on one machine that sets nothing', '203.0.113.21', undefined, 'local'],
])('counts nothing %s', async (_what, address, rate, mode) => {
  for (let i = 0; i < 50; i++) {
    expect(await admitStranger(env(rate, mode), from(address), 'heavy')).toBeUndefined();
    refuseSpent(env(rate, mode), from(address));
  }
  expect(asked).toEqual([]);
});

it('says what is left, and when to come again', async () => {
  expect(await admitStranger(env('100'), from('203.0.113.30'), 'medium')).toEqual({ limit: 20, remaining: 15 });
  const refused = await admitStranger(env('100'), from('203.0.113.30'), 'heavy').catch((problem) => problem);
  expect([refused.code, refused.message]).toEqual(['rate_limited', expect.stringContaining('100 units of API calls a minute, 20 of them at once')]);
  expect(refused.headers()).toMatchObject({ 'retry-after': '3', 'x-ratelimit-limit': '20', 'x-ratelimit-remaining': '0' });
  expect(refused.message).not.toContain('203.0.113.30');
});

it('knows without asking that an address has spent what it has, and lets it be looked up again with time', async () => {
  await outcome(from('203.0.113.40'));
  await outcome(from('203.0.113.40'));
  const before = asked.length;
  expect(() => refuseSpent(env('1'), from('203.0.113.40'))).toThrow('One address');
  refuseSpent(env('1'), from('203.0.113.41'));
  expect(asked).toHaveLength(before);
  vi.advanceTimersByTime(60_000);
  refuseSpent(env('1'), from('203.0.113.40'));
  expect(await outcome(from('203.0.113.40'))).toBe('in');
});

it('asks few objects, whose names say no address, and for a few calls none', async () => {
  for (let i = 0; i < 200; i++) await outcome(from(`198.18.0.${i}`));
  expect(new Set(asked.map(([object]) => object)).size).toBeLessThanOrEqual(32);
  for (const [object] of asked) expect(object).toMatch(/^~addresses\/\d+$/);
  asked = [];
  for (let i = 0; i < 200; i++) await outcome(from(`198.18.1.${i}`), '3000');
  expect(asked).toEqual([]);
});

it('keeps nobody out whose object cannot be asked, and logs no address', async () => {
  const log = vi.spyOn(console, 'error').mockReturnValue(undefined);
  isAway = true;
  expect(await outcome(from('203.0.113.50'))).toBe('in');
  expect(log.mock.calls.flat().join()).toContain('the bound of an address could not be asked');
  expect(log.mock.calls.flat().join()).not.toContain('203.0.113.50');
});
