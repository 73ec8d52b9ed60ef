/**
 * The doors of a tenant: shut in every isolate once its erasure is ordered, and, for a guest, before the tenant comes for good.
 * Another isolate is a store with a memory of its own over the same database.
 */
import { applyD1Migrations, listDurableObjectIds } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { PASSPORT_HEADER } from '#contracts/peer';
import { createTenantMovesCaches, D1TenantMoves } from '#storage/d1-tenant-moves';
import type { RegionEnv } from '#workers/env';
import { servePeer } from '#workers/regions/door';
import { passportFor } from '#workers/regions/passport';
import { storesOf } from '#workers/stores';
import { call, type Options, type Reply, send } from './api-client';
import { ask } from './application';
import { cutting } from './bindings';

const region = env as unknown as RegionEnv;
const stores = storesOf(region);
const eu = { ...region, REGION: 'eu' };

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

async function asPeer(tenant: string, method: string, path: string, body: unknown, bindings: Partial<RegionEnv> = {}): Promise<Response> {
  const url = new URL(`https://region.internal/peer/v1${path}`);
  const passport = await passportFor('us', method, url.pathname, { tenant }, eu);
  const headers = { [PASSPORT_HEADER]: passport, 'content-type': 'application/json' };
  return servePeer(new Request(url, { method, headers, body: JSON.stringify(body) }), url, { ...region, ...bindings });
}

/** A guest from `eu`: what is deployed of it is here. Gives a start of an execution, and the tenant's arrival. */
async function guest(tenant: string) {
  const [deployed] = await stores.deployments.everywhere('acme');
  const { hash } = deployed!;
  const definition = await stores.definitions.get('acme', hash);
  expect((await asPeer(tenant, 'PUT', '/definitions', { definition, source: await stores.definitions.source('acme', hash) })).status).toBe(204);
  expect((await asPeer(tenant, 'PUT', '/deployments', { revision: 1, deployments: [deployed] })).status).toBe(200);
  const { workflow, workflow_id, version, environment } = deployed!;
  const start = {
    region: 'us',
    deployment: { workflow, workflow_id, version, hash, environment },
    pipeline: 'hello',
    trigger: 'http',
    data: {},
    wait_ms: 0,
    by: 'test',
  };
  const listed = () => env.DB.prepare('SELECT count(*) AS n FROM executions WHERE tenant = ?').bind(tenant).first<number>('n');
  return {
    listed,
    start: (bindings?: Partial<RegionEnv>) => asPeer(tenant, 'POST', '/executions', start, bindings),
    arrive: () => asPeer(tenant, 'POST', '/move/accept', { needs_key: false }),
  };
}

const codeOf = async (response: Response) => ((await response.json()) as { code?: string }).code;

describe('a guest that comes for good', () => {
  it('is refused where an execution of it lives, though no list has heard of that', async () => {
    const { start, arrive, listed } = await guest('roamer');
    expect((await start()).status).toBe(200);
    await env.DB.prepare("DELETE FROM executions WHERE tenant = 'roamer'").run();
    expect(await listed()).toBe(0);
    const refused = await arrive();
    expect([refused.status, await codeOf(refused)]).toEqual([409, 'move_refused']);
  });

  it('is refused where the start of one was cut off half-way', async () => {
    const { start, arrive } = await guest('cut-off');
    await start({ EXECUTION: cutting(env.EXECUTION as object, 'get', 'before', () => true) as never });
    expect((await arrive()).status).toBe(409);
  });

  it('has no execution started once it is awaited, and may be awaited again', async () => {
    const { start, arrive } = await guest('awaited');
    expect([(await arrive()).status, (await arrive()).status]).toEqual([204, 204]);
    const objects = (await listDurableObjectIds(env.EXECUTION)).length;
    const refused = await start();
    expect([refused.status, await codeOf(refused)]).toEqual([503, 'tenant_moving']);
    // Nor in an isolate that has not heard of it yet.
    expect(await stores.links.lodge('awaited', 1)).toBe(false);
    const actor = {
      kind: 'key',
      id: 'key_1',
      tenant: 'awaited',
      by: 'key:key_1',
      grants: { company: 'owner', organizations: {}, projects: {} },
      scopes: null,
      platform: false,
    };
    const passport = await passportFor('us', 'POST', '/api/v1/executions', { tenant: 'awaited', actor: actor as never }, eu);
    expect(told(await call('POST', '/executions', { key: null, headers: { [PASSPORT_HEADER]: passport }, body: { workflow: 'shop', data: {} } }))).toEqual([
      503,
      'tenant_moving',
    ]);
    expect(await listDurableObjectIds(env.EXECUTION)).toHaveLength(objects);
  });

  it('either comes or has an execution started, when both happen in the same moment', async () => {
    for (let round = 0; round < 10; round++) {
      const { start, arrive } = await guest(`racer-${round}`);
      const both = round % 2 === 0 ? await Promise.all([start(), arrive()]) : (await Promise.all([arrive(), start()])).reverse();
      expect(['200 409', '503 204']).toContain(both.map(({ status }) => status).join(' '));
    }
  });
});
