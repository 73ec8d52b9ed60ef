/**
 * The doors of a tenant: shut in every isolate once its erasure is ordered, and behind one that has moved away.
 * Another isolate is a store with a memory of its own over the same database.
 */
import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { createTenantMovesCaches, D1TenantMoves } from '#storage/d1-tenant-moves';
import type { RegionEnv } from '#workers/env';
import { storesOf } from '#workers/stores';
import { call, type Options, type Reply, send } from './api-client';
import { ask } from './application';
import { asPeer } from './peers';

const region = env as unknown as RegionEnv;
const stores = storesOf(region);

const DOCUMENT = `name: shop
pipelines:
  hello:
    trigger: { type: http, config: { method: GET, path: /hello } }
    steps: [{ name: respond, type: step.json_response, config: { body: { hello: true } } }]
`;

const as = (tenant: string, method: string, path: string, options: Options = {}) =>
  call(method, path, { ...options, headers: { 'x-tenant': tenant, ...options.headers } });
const told = ({ status, body }: Reply) => [status, body.code];

async function company(slug: string): Promise<void> {
  expect((await call('POST', '/companies', { body: { name: slug, slug, region: 'us' } })).status).toBe(201);
  const made = await as(slug, 'POST', '/workflows?deploy=production', { body: DOCUMENT, headers: { 'content-type': 'application/yaml' } });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
}

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  await company('acme');
});

describe('a tenant whose erasure is ordered', () => {
  it('is closed in every isolate when the order has its answer', async () => {
    await company('firm');
    const { key } = (await as('firm', 'POST', '/api-keys', { body: { name: 'k', role: 'owner' } })).body;
    const elsewhere = new D1TenantMoves(env.DB);
    // It has just looked, and knows no better for as long as any isolate may.
    expect(await elsewhere.isClosed('firm')).toBe(false);
    const order = () => call('POST', '/tenants/firm/erasure', { key, body: { confirm: 'firm' } });
    // Two at once: neither is answered before it holds.
    const answered = async () => {
      const { status, body } = await order();
      return [status, body.status, await elsewhere.isClosed('firm')];
    };
    expect(await Promise.all([answered(), answered()])).toEqual(Array(2).fill([202, 'closing', true]));

    const closed = [410, 'tenant_closed'];
    const door = await ask('shop', 'GET', '/hello', { tenant: 'firm' });
    expect([door.status, door.body.code]).toEqual(closed);
    for (const [method, path] of [
      ['GET', '/workflows'],
      ['GET', '/executions'],
      ['GET', '/auth/me'],
      ['GET', '/companies'],
      ['POST', '/api-keys'],
      ['POST', '/executions'],
    ]) {
      expect(told(await call(method!, path!, { key, ...(method === 'POST' ? { body: { name: 'x', role: 'viewer', workflow: 'shop' } } : {}) }))).toEqual(
        closed,
      );
    }
    expect(told(await call('POST', '/api-keys', { body: { tenant: 'firm', name: 'x', role: 'viewer' } }))).toEqual(closed);
    expect(told(await call('POST', '/auth/owner-link', { body: { company: 'firm' } }))).toEqual(closed);
    const person = { company: 'firm', email: 'ada@example.com', password: 'correct horse' };
    expect(told(await call('POST', '/auth/login', { key: null, body: person }))).toEqual(closed);
    expect(told(await call('POST', '/auth/refresh', { key: null, body: { refresh_token: 'wfr_firm_x' } }))).toEqual(closed);
    expect(told(await call('GET', '/auth/ways?company=firm', { key: null }))).toEqual(closed);
    const provider = await send('GET', '/sign-in/with/idp_1?company=firm', { key: null });
    expect(provider.status).toBe(410);
    const peer = await asPeer('firm', 'POST', '/executions/list', { limit: 5 });
    expect([peer.status, ((await peer.json()) as { code: string }).code]).toEqual(closed);

    expect((await order()).status).toBe(202);
    expect((await call('GET', '/tenants/firm/erasure', { key })).status).toBe(200);
    expect((await call('GET', '/companies')).status).toBe(200);
    expect((await ask('shop', 'GET', '/hello')).status).toBe(200);
  });

  it('is not moved, and one that moves is not erased: whichever began', async () => {
    await company('either');
    let now = 0;
    const [one, other] = [
      new D1TenantMoves(env.DB),
      new D1TenantMoves(
        env.DB,
        createTenantMovesCaches(() => now),
      ),
    ];
    expect([await other.isClosed('either'), await one.leave('either', 'eu', 1)]).toEqual([false, true]);
    expect(await one.close('either', 2)).toBe(false);
    expect(told(await as('either', 'POST', '/tenants/either/erasure', { body: { confirm: 'either' } }))).toEqual([503, 'tenant_moving']);
    expect([await other.isClosed('either'), await other.open('either')]).toEqual([false, undefined]);
    now = 1000;
    expect(await other.open('either')).toMatchObject({ status: 'leaving', peer: 'eu' });
    await one.remove('either');
    expect([await one.close('either', 3), await one.close('either', 4)]).toEqual([true, true]);
    expect(await env.DB.prepare("SELECT closed_at FROM tenants WHERE slug = 'either'").first('closed_at')).toBe(3);
    expect(await one.leave('either', 'eu', 5)).toBe(false);
    expect([await one.standing('either'), await one.isClosed('either')]).toEqual([null, true]);
  });

  it('leaves nothing of an order that came too late', async () => {
    await company('late');
    await stores.moves.leave('late', 'eu', 1);
    // As where the isolate had not heard of the move yet.
    const eraser = region.TENANT_ERASER.getByName('late') as unknown as { begin(order: object): Promise<unknown>; progress(): Promise<unknown> };
    expect(await eraser.begin({ tenant: 'late', region: 'us', home: true, requested_by: 'admin', requested_at: 1 })).toBeNull();
    expect(await eraser.progress()).toBeNull();
    await stores.moves.remove('late');
    expect((await as('late', 'GET', '/workflows')).status).toBe(200);
  });
});

describe('the region that a tenant has left', () => {
  const DAY_MS = 24 * 3_600_000;

  it('takes nothing of it for thirty days, and is asked for nothing', async () => {
    await company('mover');
    const regional = DOCUMENT.replace('name: shop', 'name: regional').replace('    trigger: {', '    residency: eu\n    trigger: {');
    await as('mover', 'POST', '/workflows?deploy=production', { body: regional, headers: { 'content-type': 'application/yaml' } });
    const asked: string[] = [];
    const ROUTER = {
      async fetch(input: RequestInfo) {
        const { pathname } = new URL(new Request(input).url);
        asked.push(pathname);
        if (pathname === '/healthz') return Response.json({ regions: { us: 'ok', eu: 'ok', ap: 'ok' } });
        throw new Error('Network connection lost.');
      },
    } as never;
    const PROJECTION = { send: async () => {} } as never;
    const start = () => as('mover', 'POST', '/executions', { body: { workflow: 'regional', data: {} }, bindings: { ROUTER } });
    await stores.moves.set({ tenant: 'mover', peer: 'eu', status: 'arrived', at: Date.now() - 29 * DAY_MS });
    expect([told(await start()), asked]).toEqual([[409, 'residency_refused'], []]);
    const everywhere = await as('mover', 'PUT', '/tenants/mover/regions', { body: { replication: 'cross-region' }, bindings: { ROUTER, PROJECTION } });
    expect(everywhere.body.regions.map((each: { region: string }) => each.region)).toEqual(['us', 'ap']);
    await stores.moves.set({ tenant: 'mover', peer: 'eu', status: 'arrived', at: Date.now() - 31 * DAY_MS });
    expect(told(await start())).toEqual([503, 'region_unavailable']);
  });

  it('knows it as one that has gone for as long', async () => {
    let now = 31 * DAY_MS;
    const doors = new D1TenantMoves(
      env.DB,
      createTenantMovesCaches(() => now),
      () => now,
    );
    await doors.set({ tenant: 'gone', peer: 'eu', status: 'gone', at: 2 * DAY_MS });
    expect(await doors.open('gone')).toMatchObject({ status: 'gone', peer: 'eu' });
    now = 32 * DAY_MS;
    expect(await doors.open('gone')).toBeUndefined();
    await doors.remove('gone');
  });
});

describe('the name of a company that is on its way', () => {
  /** Where the mover of this region, or of the one it comes from, stands. */
  const order = (slug: string, move: object | null) => {
    const bindings = {
      TENANT_MOVER: { getByName: () => ({ progress: async () => move }) },
      ROUTER: { fetch: async () => Response.json({ move }) },
    } as unknown as Partial<RegionEnv>;
    return call('POST', '/companies', { body: { name: slug, slug, region: 'us' }, bindings });
  };
  const facts = async (slug: string) => [
    (await stores.moves.standing(slug))?.status,
    await env.DB.prepare('SELECT name FROM tenants WHERE slug = ?').bind(slug).first('name'),
  ];
  const UNDER_WAY = { status: 'switching' };

  it('is taken while its row is here', async () => {
    await company('leaver');
    await stores.moves.leave('leaver', 'eu', 1);
    expect(told(await order('leaver', UNDER_WAY))).toEqual([409, 'tenant_exists']);
    expect(await facts('leaver')).toEqual(['leaving', 'leaver']);
  });

  it.each(['gone', 'arriving'] as const)('is taken while it is %s and its row is not here, and what is known of the move stays', async (status) => {
    const slug = `mid-${status}`;
    await stores.moves.set({ tenant: slug, peer: 'eu', status, at: 1 });
    expect(told(await order(slug, UNDER_WAY))).toEqual([503, 'tenant_moving']);
    expect(await facts(slug)).toEqual([status, null]);
    // The move is over, or was never begun: the name has been let go of.
    expect((await order(slug, null)).status).toBe(201);
    expect(await facts(slug)).toEqual([undefined, slug]);
  });

  it('is not given away where nobody can say whether it is still coming', async () => {
    await stores.moves.set({ tenant: 'unsure', peer: 'eu', status: 'arriving', at: 1 });
    const ROUTER = { fetch: () => Promise.reject(new Error('Network connection lost.')) } as never;
    const answer = await call('POST', '/companies', { body: { name: 'unsure', slug: 'unsure', region: 'us' }, bindings: { ROUTER } });
    expect([told(answer), await facts('unsure')]).toEqual([
      [503, 'region_unavailable'],
      ['arriving', null],
    ]);
  });
});
