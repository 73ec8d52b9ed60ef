/**
 * Guests: tenants of another region of whom something lives here. What counts as living here, that it holds in every isolate,
 * and what it means for a tenant that comes for good.
 */
import { applyD1Migrations, listDurableObjectIds, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { executionIdFromHex } from '#contracts/ids';
import { PLANS } from '#contracts/quota';
import { createRegionLinkCaches, D1RegionLinks, LODGED_MS } from '#storage/d1-region-links';
import { TenantRows } from '#storage/tenant-rows';
import type { RegionEnv } from '#workers/env';
import { eraserPorts } from '#workers/erasure/ports';
import { KEEPING_NOTHING } from '#workers/regions/lodging';
import { storesOf } from '#workers/stores';
import { call, type Options } from './api-client';
import { cutting } from './bindings';
import { asGuest, asPeer } from './peers';
import { handedOver } from './settle';

const region = env as unknown as RegionEnv;
const stores = storesOf(region);
const yaml = { 'content-type': 'application/yaml' };

const DOCUMENT = `name: shop
pipelines:
  hello:
    trigger: { type: http, config: { method: GET, path: /hello } }
    steps: [{ name: respond, type: step.json_response, config: { body: { hello: true } } }]
  work:
    trigger: { type: http, config: { method: GET, path: /work } }
    steps:
${Array.from({ length: 20 }, (_, n) => `      - { name: wait-${n}, type: step.delay, config: { duration: 4s } }`).join('\n')}
`;

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  expect((await call('POST', '/companies', { body: { name: 'acme', slug: 'acme', region: 'us' } })).status).toBe(201);
  expect((await call('POST', '/workflows?deploy=production', { body: DOCUMENT, headers: yaml })).status).toBe(201);
});

/** The order to start the pipeline, as a region gives it to this one. */
async function startOf(pipeline = 'hello') {
  const [deployed] = await stores.deployments.everywhere('acme');
  const { workflow, workflow_id, version, hash, environment } = deployed!;
  const deployment = { workflow, workflow_id, version, hash, environment };
  return { deployed: deployed!, order: { region: 'us', deployment, pipeline, trigger: 'http', data: {}, wait_ms: 0, by: 'test' } };
}

/** A guest from `eu`: what is deployed of it is here. Gives a start of an execution, and the tenant's arrival. */
async function guest(tenant: string) {
  const { deployed, order } = await startOf();
  const definition = await stores.definitions.get('acme', deployed.hash);
  expect((await asPeer(tenant, 'PUT', '/definitions', { definition, source: await stores.definitions.source('acme', deployed.hash) })).status).toBe(204);
  expect((await asPeer(tenant, 'PUT', '/deployments', { revision: 1, deployments: [deployed] })).status).toBe(200);
  const listed = () => env.DB.prepare('SELECT count(*) AS n FROM executions WHERE tenant = ?').bind(tenant).first<number>('n');
  return {
    listed,
    start: (bindings?: Partial<RegionEnv>) => asPeer(tenant, 'POST', '/executions', order, bindings),
    arrive: (bindings?: Partial<RegionEnv>) => asPeer(tenant, 'POST', '/move/accept', { needs_key: false }, bindings),
  };
}

const livesHere = async (tenant: string) =>
  (await env.DB.prepare('SELECT lives_since FROM guests WHERE tenant = ?').bind(tenant).first('lives_since')) !== null;
const letGoOf = (tenant: string) => env.DB.prepare('DELETE FROM guests WHERE tenant = ?').bind(tenant).run();
const codeOf = async (response: Response) => ((await response.json()) as { code?: string }).code;

describe('a guest lives here', () => {
  const unknown = env.EXECUTION.newUniqueId();
  const CALLS: { [route in (typeof KEEPING_NOTHING)[number]]?: [path: string, options: Options, status: number] } = {
    'POST /workflows/validate': ['/workflows/validate', { body: DOCUMENT, headers: yaml }, 200],
    'POST /workflows/try': ['/workflows/try', { body: { config: DOCUMENT, pipeline: 'hello' } }, 200],
    'POST /tenants/{tenant}/retention/preview': ['/tenants/looker/retention/preview', { body: {} }, 200],
    'POST /executions/{execution}/rebuild': [`/executions/${executionIdFromHex(unknown.toString())}/rebuild`, { body: {} }, 404],
    'DELETE /pipelines/{pipeline}/breakpoints': ['/pipelines/hello/breakpoints', {}, 200],
    'DELETE /pipelines/{pipeline}/breakpoints/{breakpoint}': ['/pipelines/hello/breakpoints/bp_1', {}, 404],
    'DELETE /pipelines/{pipeline}/mock': ['/pipelines/hello/mock', {}, 200],
    'DELETE /pipelines/{pipeline}/mock/{step}': ['/pipelines/hello/mock/respond', {}, 404],
  };

  it('not by calls that keep nothing, and they keep nothing', async () => {
    const { arrive } = await guest('looker');
    const rows = new TenantRows(env.DB);
    const kept = async () => {
      const counts = [];
      for (const table of await rows.tables()) counts.push([table.table, await rows.count(table, 'looker')]);
      const { objects } = await env.STORE.list();
      // What was only asked whether it is there is an object, with nothing in it.
      const executions = (await listDurableObjectIds(env.EXECUTION)).filter((id) => !id.equals(unknown)).length;
      const tables = await runInDurableObject(env.EXECUTION.get(unknown), (_object, { storage }) =>
        storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf\\_%' ESCAPE '\\'").toArray(),
      );
      return { counts, files: objects.map(({ key }) => key), executions, tables };
    };
    const before = await kept();
    for (const route of KEEPING_NOTHING) {
      const [path, options, status] = CALLS[route]!;
      const answer = await asGuest('looker', route.split(' ')[0]!, path, options);
      expect([route, answer.status]).toEqual([route, status]);
      expect([route, await livesHere('looker'), await kept()]).toEqual([route, false, before]);
    }
    expect((await arrive()).status).toBe(204);
  });

  it('not by what is refused', async () => {
    await guest('refused');
    expect((await asGuest('refused', 'POST', '/executions', { body: { workflow: 7 } })).status).toBe(400);
    expect((await asGuest('refused', 'POST', '/executions', { body: { workflow: 'shop', data: {} } }, 'viewer')).status).toBe(403);
    expect(await livesHere('refused')).toBe(false);
  });

  it.each<[string, string, Options]>([
    ['POST', '/executions', { body: { workflow: 'shop', pipeline: 'hello', data: {} } }],
    ['POST', '/pipelines/hello/breakpoints', { body: { step: 'respond' } }],
    ['POST', '/secrets', { body: { name: 'TOKEN', value: 'x' } }],
    // What is on no list counts, whatever comes of it.
    ['DELETE', '/secrets/NONE', {}],
  ])('by %s %s, and does not come for good then', async (method, path, options) => {
    const tenant = `settler-${method}-${path.split('/').at(-1)}`.toLowerCase();
    const { arrive } = await guest(tenant);
    const { status } = await asGuest(tenant, method, path, options);
    expect(status).toBeLessThan(500);
    expect(await livesHere(tenant)).toBe(true);
    expect([(await arrive()).status]).toEqual([409]);
  });

  it('in an isolate that remembers it for a moment, and asks anew then', async () => {
    let [now, asked] = [0, 0];
    const counting = () => {
      asked += 1;
      return false;
    };
    const counted = cutting(env.DB, 'batch', 'before', counting) as D1Database;
    const links = new D1RegionLinks(
      counted,
      createRegionLinkCaches(() => now),
    );
    await guest('known');
    const lodge = async () => [await links.lodge('known', 1), asked];
    expect([await lodge(), await lodge()]).toEqual([
      ['lives', 1],
      ['lives', 1],
    ]);
    await letGoOf('known');
    now = LODGED_MS / 2;
    expect(await lodge()).toEqual(['lives', 1]);
    now = LODGED_MS;
    expect([await lodge(), await lodge()]).toEqual([
      ['unknown', 2],
      ['unknown', 3],
    ]);
  });
});

describe('a region that has let go of what it had of a tenant', () => {
  it('says so, and not that the tenant is on its way', async () => {
    const { start } = await guest('forgotten');
    await letGoOf('forgotten');
    const refused = await start();
    expect([refused.status, await refused.json()]).toMatchObject([503, { code: 'region_not_ready', hint: expect.stringContaining('deployment') }]);
    const { status, body } = await asGuest('forgotten', 'POST', '/executions', { body: { workflow: 'shop', pipeline: 'hello', data: {} } });
    expect([status, body.code]).toEqual([503, 'region_not_ready']);
  });

  it('is told anew by the start that finds it out', async () => {
    const regional = DOCUMENT.replace('name: shop', 'name: regional').replace('    trigger: {', '    residency: eu\n    trigger: {');
    await call('POST', '/workflows?deploy=production', { body: regional, headers: yaml });
    await stores.links.open('acme', 'eu', 1);
    await stores.links.noteSent('acme', 'eu', 1);
    const there = executionIdFromHex(env.EXECUTION.newUniqueId().toString());
    const asked: string[] = [];
    const ROUTER = {
      async fetch(input: RequestInfo) {
        const { method, url } = new Request(input);
        asked.push(`${method} ${new URL(url).pathname}`);
        if (method === 'PUT') return Response.json({ definitions: [], files: [] });
        if (asked.length > 1) return Response.json({ execution_id: there, status: 'running', existing: false });
        return Response.json({ code: 'region_not_ready', status: 503, detail: 'Nothing was changed.' }, { status: 503 });
      },
    } as never;
    const started = await call('POST', '/executions', { body: { workflow: 'regional', pipeline: 'hello', data: {} }, bindings: { ROUTER } });
    expect([started.status, started.body.execution_id]).toEqual([202, there]);
    expect(asked).toEqual(['POST /peer/v1/executions', 'PUT /peer/v1/deployments', 'PUT /peer/v1/quota', 'POST /peer/v1/executions']);
  });
});

it('a region that is being cleared is only read from: nothing new would outlive it', async () => {
  await stores.links.open('acme', 'ap', 1);
  await stores.links.clear('acme', 'ap', 'key:a', 2);
  const ROUTER = { fetch: async () => Response.json({ items: [], next_cursor: null }) } as never;
  const ask = (method: string, path: string, body?: object) => call(method, path, { body, headers: { 'x-region': 'ap' }, bindings: { ROUTER } });
  const refused = await ask('POST', '/executions', { workflow: 'shop', data: {} });
  expect([refused.status, refused.body.code]).toEqual([409, 'residency_refused']);
  expect((await ask('GET', '/breakpoints')).status).toBe(200);
});

it('an execution elsewhere starts one at the home of its tenant, which is no guest there', async () => {
  const { order } = await startOf();
  expect((await asPeer('acme', 'POST', '/executions', order)).status).toBe(200);
});

describe('a guest that comes for good', () => {
  it('is refused where an execution of it lives, though no list has heard of that', async () => {
    const { start, arrive, listed } = await guest('roamer');
    const begun = await start();
    expect(begun.status).toBe(200);
    await handedOver(((await begun.json()) as { execution_id: string }).execution_id);
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
    expect(await stores.links.lodge('awaited', 1)).toBe('arriving');
    const handed = await asGuest('awaited', 'POST', '/executions', { body: { workflow: 'shop', data: {} } });
    expect([handed.status, handed.body.code]).toEqual([503, 'tenant_moving']);
    expect(await listDurableObjectIds(env.EXECUTION)).toHaveLength(objects);
  });

  it('either comes or has an execution started, when both happen in the same moment', async () => {
    for (let round = 0; round < 10; round++) {
      const { start, arrive } = await guest(`racer-${round}`);
      const both = round % 2 === 0 ? await Promise.all([start(), arrive()]) : (await Promise.all([arrive(), start()])).reverse();
      expect(['200 409', '503 204']).toContain(both.map(({ status }) => status).join(' '));
    }
  });

  it('does not leave from here: that is for its home', async () => {
    await guest('elsewhere');
    const { status, body } = await asGuest('elsewhere', 'POST', '/tenants/elsewhere/move', { body: { to: 'ap', confirm: 'elsewhere' } });
    expect([status, body.code, await stores.moves.standing('elsewhere')]).toEqual([409, 'move_refused', null]);
  });

  it('waits until what lived here is erased', async () => {
    const { arrive } = await guest('erased');
    const TENANT_ERASER = { getByName: () => ({ progress: async () => ({ status: 'settling' }) }) } as never;
    const refused = await arrive({ TENANT_ERASER });
    expect([refused.status, await codeOf(refused), await stores.moves.standing('erased')]).toEqual([409, 'move_refused', null]);
    expect((await arrive()).status).toBe(204);
    // An order to erase what lived here that was given in the same moment is not carried out.
    expect(await eraserPorts(region).close('erased', false)).toBe(false);
    expect(await eraserPorts(region).close('roamer', false)).toBe(true);
  });
});

describe('what a guest has at work', () => {
  const quota = { ...PLANS.free, max_concurrent: 1, queue_soft: 1, queue_hard: 1, rate: { per_minute: 0.01, burst: 1 } };
  const statusOf = async (tenant: string, id: string) => (await asGuest(tenant, 'GET', `/executions/${id}`)).body.status;

  it('is bounded as its home has said; its starts were counted there', async () => {
    await guest('worker');
    const { order } = await startOf('work');
    const start = () => asPeer('worker', 'POST', '/executions', order);
    const begun = async () => ((await (await start()).json()) as { execution_id: string }).execution_id;
    expect((await asPeer('worker', 'PUT', '/quota', { revision: 1, plan: 'free', quota })).status).toBe(204);
    const [first, second] = [await begun(), await begun()];
    expect(await statusOf('worker', first)).not.toBe('pending');
    expect(await statusOf('worker', second)).toBe('pending');
    const refused = await start();
    expect([refused.status, await codeOf(refused)]).toEqual([429, 'quota_exceeded']);
    // An older state says nothing any more; a larger bound lets in who waits.
    await asPeer('worker', 'PUT', '/quota', { revision: 0, plan: 'team', quota: PLANS.team });
    expect(await statusOf('worker', second)).toBe('pending');
    await asPeer('worker', 'PUT', '/quota', { revision: 2, plan: 'team', quota: PLANS.team });
    await expect.poll(() => statusOf('worker', second)).not.toBe('pending');
    for (const id of [first, second]) await asGuest('worker', 'POST', `/executions/${id}/cancel`, { body: {} });
  });

  it('has no bound where its home has said nothing, and takes none from the region of a company at home', async () => {
    await guest('unbounded');
    const { order } = await startOf('work');
    const ids = await Promise.all(
      [1, 2].map(async () => ((await (await asPeer('unbounded', 'POST', '/executions', order)).json()) as { execution_id: string }).execution_id),
    );
    for (const id of ids) expect(await statusOf('unbounded', id)).not.toBe('pending');
    for (const id of ids) await asGuest('unbounded', 'POST', `/executions/${id}/cancel`, { body: {} });
    expect((await asPeer('acme', 'PUT', '/quota', { revision: 9, plan: 'free', quota: PLANS.free })).status).toBe(403);
  });
});
