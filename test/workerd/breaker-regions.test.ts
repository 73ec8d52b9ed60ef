/** Circuit breakers of a tenant with several regions: those of all of them in one list, each of them set, and all at once. */
import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { BreakerDetails } from '#contracts/breaker';
import { storesOf } from '#workers/stores';
import { call } from './api-client';
import { asGuest, asPeer } from './peers';
import { region } from './published';

const HOST = 'pay.example';

/** As another region tells of it. */
const there: BreakerDetails = {
  ...{ tenant: 'acme', environment: 'production', name: HOST, status: 'open', failing: false, until: null, revision: 7 },
  ...{ failure_threshold: 2, success_threshold: 1, timeout_ms: 1000, since: 1, updated_at: 1, failures: 2, successes: 0, history: [] },
};

/** Another region behind the router, which answers so, and what it was asked. */
function router(answers: Record<string, unknown>) {
  const asked: { path: string; body: Record<string, unknown> }[] = [];
  const ROUTER = {
    async fetch(input: Request | string, init?: RequestInit) {
      const request = new Request(input, init);
      const path = new URL(request.url).pathname;
      asked.push({ path, body: request.method === 'POST' ? await request.json() : {} });
      const answer = answers[path];
      return answer === undefined ? Response.json({ code: 'region_unavailable', status: 503 }, { status: 503 }) : Response.json(answer);
    },
  } as never;
  return { asked, bindings: { ROUTER } };
}

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  await call('POST', '/companies', { body: { name: 'acme', slug: 'acme', region: 'us' } });
  await storesOf(region).links.open('acme', 'eu', 1);
});

describe('at the home of a tenant with another region', () => {
  it('lists those of both, and says where each is', async () => {
    await call('POST', `/circuit-breakers/${HOST}`, { body: { action: 'open' } });
    const { bindings } = router({ '/peer/v1/breakers/list': { items: [there], more: false } });
    const { body } = await call('GET', '/circuit-breakers', { bindings });
    expect(body.items).toMatchObject([
      { name: HOST, region: 'eu', failure_threshold: 2 },
      { name: HOST, region: 'us', failure_threshold: 5 },
    ]);
    expect(body.regions).toEqual([
      { region: 'us', status: 'ok' },
      { region: 'eu', status: 'ok' },
    ]);
  });

  it('lists its own where the other does not answer, or one is asked for by name', async () => {
    const lost = await call('GET', '/circuit-breakers', { bindings: router({}).bindings });
    expect(lost.body.items).toMatchObject([{ name: HOST, region: 'us' }]);
    expect(lost.body.regions).toContainEqual({ region: 'eu', status: 'unavailable' });
    const { asked, bindings } = router({});
    const own = await call('GET', '/circuit-breakers', { headers: { 'x-region': 'us' }, bindings });
    expect([own.body.items.length, own.body.regions, asked]).toEqual([1, undefined, []]);
  });

  it('reads its own first, and one that only the other has', async () => {
    const both = router({ '/peer/v1/breakers/read': { details: there } });
    expect((await call('GET', `/circuit-breakers/${HOST}`, { bindings: both.bindings })).body).toMatchObject({
      region: 'us',
      regions: [
        { region: 'us', status: 'open', answers: true },
        { region: 'eu', status: 'open', answers: true },
      ],
    });
    const elsewhere = await call('GET', '/circuit-breakers/only-there.example', {
      bindings: router({ '/peer/v1/breakers/read': { details: there } }).bindings,
    });
    expect(elsewhere.body).toMatchObject({ region: 'eu', failures: 2, regions: [{ region: 'us', status: null, answers: true }, { region: 'eu' }] });
    const nowhere = await call('GET', '/circuit-breakers/nowhere.example', { bindings: router({ '/peer/v1/breakers/read': { details: null } }).bindings });
    expect(nowhere.body.code).toBe('unknown_breaker');
    // Whether it is there only the region that is away could say.
    expect((await call('GET', '/circuit-breakers/nowhere.example', { bindings: router({}).bindings })).body.code).toBe('region_unavailable');
  });

  it('sets its own, or all of them, and says who did not answer', async () => {
    const close = { action: 'close', note: 'mended' };
    const alone = router({});
    await call('POST', `/circuit-breakers/${HOST}`, { body: close, bindings: alone.bindings });
    expect(alone.asked).toEqual([]);
    const { asked, bindings } = router({ '/peer/v1/breakers/order': { details: there } });
    const opened = await call('POST', `/circuit-breakers/${HOST}`, { body: { action: 'open', for: '10m', everywhere: true }, bindings });
    expect(opened.body).toMatchObject({
      status: 'open',
      regions: [
        { region: 'us', answers: true },
        { region: 'eu', answers: true },
      ],
    });
    expect(asked).toMatchObject([{ path: '/peer/v1/breakers/order', body: { name: HOST, environment: 'production', action: 'open', by: 'admin' } }]);
    expect(asked[0]!.body.until).toEqual(expect.any(Number));
    expect((await call('GET', '/audit?limit=1')).body.items[0]).toMatchObject({ after: { action: 'open', regions: ['us', 'eu'] } });
    const lost = await call('POST', `/circuit-breakers/${HOST}`, { body: { ...close, everywhere: true }, bindings: router({}).bindings });
    expect(lost.body).toMatchObject({
      status: 'closed',
      regions: [
        { region: 'us', answers: true },
        { region: 'eu', status: null, answers: false },
      ],
    });
  });

  it('gives no order to a region whose data are being erased', async () => {
    await storesOf(region).links.open('acme', 'ap', 1);
    await storesOf(region).links.clear('acme', 'ap', 'key:a', 2);
    const { asked, bindings } = router({ '/peer/v1/breakers/order': { details: there }, '/peer/v1/breakers/read': { details: null } });
    const opened = await call('POST', `/circuit-breakers/${HOST}`, { body: { action: 'open', everywhere: true }, bindings });
    expect(opened.body.regions.map((one: { region: string }) => one.region)).toEqual(['us', 'eu']);
    expect(asked.length).toBe(1);
    const read = await call('GET', `/circuit-breakers/${HOST}`, { bindings });
    expect(read.body.regions.map((one: { region: string }) => one.region).sort()).toEqual(['ap', 'eu', 'us']);
  });

  it('is not told of one region and of all of them at once', async () => {
    const body = { action: 'open', everywhere: true };
    const refused = await call('POST', `/circuit-breakers/${HOST}`, { body, headers: { 'x-region': 'us' } });
    expect([refused.status, refused.body.code]).toEqual([400, 'invalid_request']);
  });
});

describe('where executions of a guest live', () => {
  const name = { environment: 'production', name: HOST };
  const order = { ...name, action: 'open', by: 'user:ada', note: 'maintenance' };

  it('is told by the home of the guest, and answers for its own', async () => {
    await asPeer('visitor', 'PUT', '/deployments', { revision: 1, deployments: [] });
    const ask = async (path: string, body: object) => (await asPeer('visitor', 'POST', path, body)).json();
    expect(await ask('/breakers/read', name)).toEqual({ details: null });
    expect(await ask('/breakers/order', { ...order, action: 'close' })).toEqual({ details: null });
    expect(await ask('/breakers/order', order)).toMatchObject({ details: { status: 'open', history: [{ by: 'user:ada', note: 'maintenance' }] } });
    expect(await ask('/breakers/list', { environment: 'production', limit: 5 })).toMatchObject({ items: [{ name: HOST }], more: false });
    expect(await ask('/breakers/read', name)).toMatchObject({ details: { status: 'open' } });
    // By X-Region it is asked for this region alone.
    expect((await asGuest('visitor', 'GET', '/circuit-breakers')).body).toMatchObject({ items: [{ name: HOST, region: 'us' }] });
  });

  it('does not take what is no name', async () => {
    expect((await asPeer('visitor', 'POST', '/breakers/order', { ...order, name: '../x' })).status).toBe(400);
    expect((await asPeer('visitor', 'POST', '/breakers/list', { environment: 'production', limit: 100_000 })).status).toBe(400);
  });
});
