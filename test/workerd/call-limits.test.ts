/** Limits of API calls and of live streams: by real keys, on the real objects. */
import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, expect, it } from 'vitest';
import { usageSchema } from '#contracts/api-quotas';
import { call, send } from './api-client';

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
});

/** A company of its own, and a maker of keys of it. What is spent hardly comes back. */
async function company(slug: string, overrides: object = { api_rate: { per_minute: 1, burst: 80 } }) {
  const headers = { 'x-tenant': slug };
  await call('POST', '/companies', { body: { name: slug, slug, region: 'us' } });
  expect((await call('PUT', `/tenants/${slug}/quota`, { headers, body: { plan: 'team', overrides } })).status).toBe(200);
  const made = async (name: string): Promise<{ id: string; key: string }> =>
    (await call('POST', '/api-keys', { body: { tenant: slug, role: 'admin', name } })).body;
  return { slug, headers, made, key: async (name: string) => (await made(name)).key };
}

it('refuses a credential that has spent its units, and says when to come again', async () => {
  const { key, made } = await company('spender');
  const own = await made('script');
  const first = await call('GET', '/executions', own);
  expect([first.status, first.headers.get('x-ratelimit-limit'), first.headers.get('x-ratelimit-remaining')]).toEqual([200, '40', '35']);
  for (let spent = 5; spent < 40; spent += 5) expect((await call('GET', '/executions', own)).status).toBe(200);
  const refused = await call('GET', '/executions', own);
  expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(1);
  expect(refused.headers.get('x-ratelimit-remaining')).toBe('0');
  // Nobody is kept from ending a credential.
  expect((await call('DELETE', `/api-keys/${own.id}`, own)).status).toBe(204);
  // Another one of the same company goes on, and so does the operator.
  expect((await call('GET', '/workflows', { key: await key('person') })).status).toBe(200);
  expect((await call('GET', '/executions', { headers: { 'x-tenant': 'spender' } })).status).toBe(200);
});

it('refuses the company when all its credentials together have spent what it has', async () => {
  const { slug, headers, key } = await company('crowd');
  const keys = [await key('one'), await key('two'), await key('three')];
  for (const each of keys.slice(0, 2)) for (let i = 0; i < 2; i++) expect((await call('GET', '/audit/verify', { key: each })).status).toBe(200);
  const refused = await call('GET', '/workflows', { key: keys[2]! });
  expect([refused.status, refused.body.detail]).toEqual([429, expect.stringContaining('The company crowd has 1 units')]);
  const usage = usageSchema.parse((await call('GET', `/tenants/${slug}/usage`, { headers })).body);
  expect(usage.calls).toEqual({ rate: { per_minute: 1, burst: 80 }, available: 0 });
});

it('counts a start as a quarter, so that starts come before reads', async () => {
  const { key } = await company('starter');
  const own = { key: await key('script') };
  for (let i = 0; i < 100; i++) expect((await call('POST', '/executions', { ...own, body: { workflow: 'none', pipeline: 'p' } })).status).toBe(404);
  expect((await call('GET', '/workflows', own)).headers.get('x-ratelimit-remaining')).toBe('14');
});

it('counts nothing where the plan has no bound', async () => {
  const { key } = await company('free-of-it', { api_rate: null });
  expect((await call('GET', '/executions', { key: await key('script') })).headers.get('x-ratelimit-limit')).toBeNull();
});

it.each([
  [{ per_minute: 1, burst: 39 }, 'overrides.api_rate.burst'],
  [{ per_minute: 0, burst: 40 }, 'overrides.api_rate.per_minute'],
])('takes no rate by which an expensive call could never be made: %j', async (api_rate, path) => {
  const refused = await call('PUT', '/tenants/acme/quota', { body: { plan: 'team', overrides: { api_rate } } });
  expect([refused.status, refused.body.errors[0].path]).toEqual([400, path]);
});

it('has so many live streams open at once, half of them by one credential, and room again when one is closed', async () => {
  const { slug, headers, key } = await company('watchers', { live_streams: 3 });
  const [one, two] = [await key('one'), await key('two')];
  const watch = (by: string, path = '/executions/live') => send('GET', `/api/v1${path}`, { key: by });
  const open = async () => usageSchema.parse((await call('GET', `/tenants/${slug}/usage`, { headers })).body).live_streams;
  const first = (await watch(one)).body!.getReader();
  await first.read();
  const again = await watch(one, '/logs/live');
  expect([again.status, (await again.json<{ code: string }>()).code, Number(again.headers.get('retry-after'))]).toEqual([429, 'too_many_streams', 15]);
  const second = await watch(two);
  expect(second.status).toBe(200);
  expect(await open()).toEqual({ max: 3, open: 2 });
  await first.cancel();
  const third = await watch(one);
  expect(third.status).toBe(200);
  expect(await open()).toEqual({ max: 3, open: 2 });
  await Promise.all([second.body!.cancel(), third.body!.cancel()]);
});
