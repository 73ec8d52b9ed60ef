/** What a company keeps, over the API and on the real stores: old executions go with all that is theirs, and nothing else does. */
import { applyD1Migrations, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { hexFromExecutionId } from '#contracts/ids';
import { DAY_MS } from '#contracts/retention';
import type { RegionEnv } from '#workers/env';
import { sweepPorts } from '#workers/retention/ports';
import { sweepRegion } from '#workers/retention/sweep';
import { storesOf } from '#workers/stores';
import { call } from './api-client';
import { cutting, metered } from './bindings';
import { observe, settle } from './settle';

const region = env as unknown as RegionEnv;
const yaml = { 'content-type': 'application/yaml' };

const DOCUMENT = `name: shop
modules:
  - {name: logs, type: log.collector, config: {level: info, retentionDays: 30}}
pipelines:
  quick:
    trigger: { type: manual }
    attributes: { customer: "{{ .customer }}" }
    steps: [{ name: note, type: step.log, config: { level: info, message: "quick ran" } }]
  long:
    trigger: { type: manual }
    steps: [{ name: sleep, type: step.delay, config: { duration: 100h } }]
  bare:
    trigger: { type: manual }
    steps: [{ name: a, type: step.set, config: { values: { a: 1 } } }]
  keyed:
    trigger: { type: manual }
    idempotency: { key_template: "{{ .customer }}", ttl: 10d }
    steps: [{ name: a, type: step.set, config: { values: { a: 1 } } }]
  turns:
    trigger: { type: manual }
    idempotency: { key_template: "{{ .customer }}", ttl: 1ms }
    steps:
      - { name: sleep, type: step.delay, if: "slow", config: { duration: 100h } }
      - { name: a, type: step.set, config: { values: { a: 1 } } }
  fails:
    trigger: { type: manual }
    dead_letter: { enabled: true, retention: 4d }
    steps: [{ name: check, type: step.validate, config: { required_fields: [id] } }]
`;

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
});

async function company(slug: string) {
  const headers = { 'x-tenant': slug };
  expect((await call('POST', '/companies', { body: { name: slug, slug, region: 'us' } })).status).toBe(201);
  const made = await call('POST', '/workflows?deploy=production', { body: DOCUMENT, headers: { ...headers, ...yaml } });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return {
    start: async (pipeline: string, data: object = {}) => {
      // What sleeps is not waited for.
      const wait = pipeline === 'long' || (data as { slow?: boolean }).slow ? '1ms' : '30s';
      const { body } = await call('POST', `/executions?wait=${wait}`, { headers, body: { workflow: 'shop', pipeline, data } });
      expect(body.execution_id, JSON.stringify(body)).toBeTypeOf('string');
      return body.execution_id as string;
    },
    get: (path: string) => call('GET', path, { headers }),
    call: (method: string, path: string, body?: object) => call(method, path, { headers, ...(body ? { body } : {}) }),
    set: (body: object, key?: string) => call('PUT', `/tenants/${slug}/retention`, { headers, body, ...(key ? { key } : {}) }),
    ids: async () => (await call('GET', '/executions', { headers })).body.items.map((item: { execution_id: string }) => item.execution_id).sort(),
  };
}

const preview = (slug: string, body: object, tenant = slug) => call('POST', `/tenants/${slug}/retention/preview`, { headers: { 'x-tenant': tenant }, body });
/** All that is due, however many companies of other tests are: one call does a bounded number of pieces. */
const sweep = async (now: number) => {
  while ((await sweepRegion(sweepPorts(region), now)) > 0);
};
const keysOf = async (prefix: string) => (await env.STORE.list({ prefix })).objects.map(({ key }) => key);

/** Where the runtime ends a removal, and what is gone by then. */
const CUTS: { readonly [point: string]: object } = {
  'before anything of it is gone': { EXECUTION: cutting(env.EXECUTION as object, 'get', 'before', () => true) },
  'once the object is empty': { STORE: cutting(env.STORE as object, 'delete', 'before', () => true) },
  'once its files are gone': { STORE: cutting(env.STORE as object, 'delete', 'after', Array.isArray) },
  'before its row is gone': { DB: cutting(env.DB as object, 'prepare', 'before', (sql) => /^DELETE FROM execution/.test(String(sql))) },
};

/** What holds now is announced by the first call, and gone by from the next day on. */
const announce = (now = Date.now()) => sweep(now);

describe('what a company keeps', () => {
  it('is read by everybody, and decided by an owner within the plan', async () => {
    const { get, set } = await company('words');
    await company('neighbour');
    expect((await get('/tenants/words/retention')).body).toMatchObject({
      plan: 'unlimited',
      own: {},
      retention: { executions: null, dead_letters: null, logs: null, audit: 400 },
      last_sweep: null,
      next_sweep: { executions: 0, more: false },
    });
    expect((await set({ executions: 7, logs: 3 })).body).toMatchObject({ own: { executions: 7, logs: 3 }, retention: { executions: 7, logs: 3, audit: 400 } });
    for (const body of [{ executions: 0 }, { executions: 1.5 }, { executions: 'x' }, { audit: 29 }, { audit: 40_000 }, { mails: 3 }, []])
      for (const asked of [await set(body), await preview('words', body)]) expect([asked.status, asked.body.code]).toEqual([400, 'invalid_request']);
    await call('PUT', '/tenants/words/quota', { headers: { 'x-tenant': 'words' }, body: { plan: 'free' } });
    expect((await set({ executions: 91 })).body.detail).toContain('1 to 90 days');
    expect((await get('/tenants/words/retention')).body.retention).toEqual({ executions: 7, dead_letters: 30, logs: 3, audit: 90 });
    expect((await call('GET', '/tenants/words/retention')).status).toBe(404);
    expect((await preview('words', {}, 'neighbour')).status).toBe(404);
    expect((await set({})).body.own).toEqual({});
  });

  it('is told to the regions of guests when it changes, and when the quota does', async () => {
    await company('spread');
    const told: unknown[] = [];
    const bindings = { PROJECTION: { send: async (message: unknown) => void told.push(message) } as never };
    const put = (what: string, body: object) => call('PUT', `/tenants/spread/${what}`, { headers: { 'x-tenant': 'spread' }, body, bindings });
    const { links } = storesOf(region);
    await links.open('spread', 'eu', 1);
    const wanted = async () => (await links.outposts('spread'))[0]!.wanted;
    const first = await wanted();
    expect((await put('retention', { executions: 7 })).status).toBe(200);
    expect(await wanted()).toBe(first + 1);
    expect((await put('quota', { plan: 'free' })).status).toBe(200);
    expect(await wanted()).toBe(first + 2);
    await put('quota', { plan: 'free', overrides: { max_concurrent: 9 } });
    expect(await wanted()).toBe(first + 3);
    await put('quota', { plan: null });
    expect([await wanted(), told.at(-1)]).toEqual([first + 4, { kind: 'replicate', tenant: 'spread' }]);
  });
});

describe('a preview', () => {
  it('says how many executions would go and when, and changes nothing', async () => {
    const acme = await company('seen');
    for (let i = 0; i < 3; i++) await acme.start('quick', { customer: 'c' });
    await acme.start('long');
    await acme.start('fails');
    // Its key holds for ten days.
    await acme.start('keyed', { customer: 'c' });
    await settle();
    await announce();
    const { next_sweep: calm } = (await acme.get('/tenants/seen/retention')).body;
    expect(calm).toMatchObject({ executions: 0, more: false });
    // A day of notice, and a day that it is kept.
    const asked = (await preview('seen', { executions: 1 })).body;
    expect(asked).toMatchObject({ own: { executions: 1 }, retention: { executions: 1 }, next_sweep: { executions: 3, more: false } });
    expect(Date.parse(asked.next_sweep.at) - Date.parse(calm.at)).toBe(DAY_MS);
    expect((await preview('seen', { executions: 1, dead_letters: 1 })).body.next_sweep.executions).toBe(4);
    expect((await preview('seen', { executions: 30 })).body.next_sweep.executions).toBe(0);
    expect((await acme.get('/tenants/seen/retention')).body).toMatchObject({ own: {}, next_sweep: calm });
    expect((await acme.get('/audit?action=POST%20/tenants/{tenant}/retention/preview')).body.items).toEqual([]);
    // Those of other regions are counted there; one that does not answer is told.
    await storesOf(region).links.open('seen', 'eu', 1);
    const withPeer = (fetch: () => Promise<Response>) =>
      call('POST', '/tenants/seen/retention/preview', { headers: { 'x-tenant': 'seen' }, body: { executions: 1 }, bindings: { ROUTER: { fetch } as never } });
    const here = { region: 'us', status: 'ok', executions: 3, more: false };
    const counted = await withPeer(async () => Response.json({ executions: 39, more: true }));
    expect(counted.body.next_sweep).toMatchObject({ executions: 42, more: true, regions: [here, { region: 'eu', status: 'ok', executions: 39, more: true }] });
    const away = await withPeer(() => Promise.reject(new Error('Network connection lost.')));
    expect(away.body.next_sweep).toMatchObject({ executions: 3, more: true, regions: [here, { region: 'eu', status: 'unavailable', executions: 0 }] });
    await storesOf(region).links.close('seen', 'eu');
    // It comes true.
    await acme.set({ executions: 1 });
    const at = Date.parse((await acme.get('/tenants/seen/retention')).body.next_sweep.at);
    await sweep(at - DAY_MS);
    expect(await acme.ids()).toHaveLength(6);
    await sweep(at);
    expect(await acme.ids()).toHaveLength(3);
    expect((await acme.get('/tenants/seen/retention')).body.last_sweep).toMatchObject({ removed: { executions: 3 } });
  });
});

describe('a sweep', () => {
  it('removes what is old with all that is its own, and leaves what runs, what waits and what is another company’s', async () => {
    const acme = await company('old');
    const other = await company('other');
    const large = await acme.start('quick', { customer: 'c-1', text: 'x'.repeat(200_000) });
    const small = await acme.start('quick', { customer: 'c-1' });
    const long = await acme.start('long');
    const failed = await acme.start('fails');
    const theirs = await other.start('quick', { customer: 'c-1' });
    await observe();
    await storesOf(region).archives.put('old', small, (async function* () {})());
    expect(await keysOf(`payloads/old/${large}/`)).toHaveLength(1);
    expect(await acme.ids()).toEqual([large, small, long, failed].sort());
    const now = Date.now();
    expect((await acme.set({ executions: 2, dead_letters: 3, logs: 2 })).status).toBe(200);

    await announce(now);
    expect(await acme.ids()).toEqual([large, small, long, failed].sort());
    expect((await acme.get('/tenants/old/retention')).body.last_sweep).toBeNull();

    await sweep(now + 2.5 * DAY_MS);
    // The letter waits for somebody, and keeps its execution.
    expect(await acme.ids()).toEqual([long, failed].sort());
    expect(await other.ids()).toEqual([theirs]);
    expect([await keysOf(`payloads/old/${large}/`), await keysOf('archives/old/')]).toEqual([[], []]);
    expect((await acme.get(`/executions/${long}`)).body.status).toBe('waiting');
    expect((await acme.get('/executions?attr.customer=c-1')).body.items).toEqual([]);
    expect(await env.DB.prepare("SELECT count(*) AS n FROM execution_attributes WHERE tenant = 'old'").first('n')).toBe(0);
    expect((await acme.get('/workflows/shop/logs')).body.items).toEqual([]);
    expect((await other.get('/workflows/shop/logs')).body.items.length).toBeGreaterThan(0);

    // The pipeline would list its letter for four days, the company lists none for longer than three.
    await sweep(now + 3.6 * DAY_MS);
    expect(await acme.ids()).toEqual([long]);
    expect((await acme.get(`/executions/${long}`)).body.status).toBe('waiting');
    expect(await env.DB.prepare("SELECT count(*) AS n FROM dead_letters WHERE tenant = 'old'").first('n')).toBe(0);

    const { items } = (await acme.get('/audit?action=retention-sweep')).body;
    expect(items.map((item: { after: { removed: object } }) => item.after.removed).at(-1)).toMatchObject({ executions: 2, dead_letters: 0 });
    expect((await acme.get('/audit/verify')).body).toMatchObject({ valid: true });
  });

  it('leaves a clear answer to whoever asks for what has gone', async () => {
    const acme = await company('asked');
    const [gone, here] = [await acme.start('quick', { customer: 'c' }), await acme.start('long')];
    await settle();
    await acme.set({ executions: 1 });
    await announce();
    await sweep(Date.now() + 3 * DAY_MS);
    const reads = ['', '/timeline', '/events', '/logs', '/export', '/context', '/compensation-plan', '/cost', `/payloads/${'0'.repeat(64)}`].map(
      (path) => ['GET', path] as const,
    );
    const orders = ['/cancel', '/pause', '/resume', '/rebuild', '/replay', '/signals/x', '/breakpoint'].map((path) => ['POST', path] as const);
    for (const [method, path] of [...reads, ...orders]) {
      const body = method === 'GET' ? undefined : path === '/breakpoint' ? { action: 'resume' } : {};
      const answer = await acme.call(method, `/executions/${gone}${path}`, body);
      expect([path, answer.status]).toEqual([path, 404]);
    }
    for (const pair of [`left=${gone}&right=${here}`, `left=${here}&right=${gone}`]) expect((await acme.get(`/executions/diff?${pair}`)).status).toBe(404);
  });

  it.each(Object.keys(CUTS))('goes on where the runtime ended it: %s', async (point) => {
    const slug = `cut-${point.replaceAll(' ', '-')}`;
    const acme = await company(slug);
    const id = await acme.start('quick', { customer: 'c', text: 'x'.repeat(200_000) });
    await settle();
    await acme.set({ executions: 1 });
    await announce();
    const cut = { ...region, ...CUTS[point] } as unknown as RegionEnv;
    const now = Date.now() + 3 * DAY_MS;
    await sweepRegion(sweepPorts(cut), now);
    expect(await acme.ids()).toEqual([id]);
    await sweep(now + DAY_MS);
    expect(await acme.ids()).toEqual([]);
    expect([(await acme.get(`/executions/${id}`)).status, await keysOf(`payloads/${slug}/`)]).toEqual([404, []]);
  });

  it('keeps an execution as long as its key holds', async () => {
    const acme = await company('keys');
    const first = await acme.start('keyed', { customer: 'c' });
    await settle();
    await acme.set({ executions: 1 });
    await announce();
    await sweep(Date.now() + 3 * DAY_MS);
    expect(await acme.ids()).toEqual([first]);
    expect(await acme.start('keyed', { customer: 'c' })).toBe(first);
    await sweep(Date.now() + 12 * DAY_MS);
    expect(await acme.ids()).toEqual([]);
  });

  it('keeps the first execution under a key as long as a later one, so that the key never begins anew beside it', async () => {
    const acme = await company('turns');
    const first = await acme.start('turns', { customer: 'c', slow: false });
    const second = await acme.start('turns', { customer: 'c', slow: true });
    expect(second).not.toBe(first);
    await settle();
    // That it has led on is known to its key alone, not to an instance that remembers.
    const object = env.EXECUTION.get(env.EXECUTION.idFromString(hexFromExecutionId(first)!));
    await runInDurableObject(object, (_, state) => state.abort('the runtime ends here')).catch(() => undefined);
    await acme.set({ executions: 1 });
    await announce();
    await sweep(Date.now() + 3 * DAY_MS);
    expect(await acme.ids()).toEqual([first, second].sort());
    expect((await acme.call('POST', `/executions/${second}/cancel`, {})).status).toBe(200);
    await settle();
    await sweep(Date.now() + 5 * DAY_MS);
    expect(await acme.ids()).toEqual([]);
  });

  it('lets the audit log begin later, and the chain still holds', async () => {
    const acme = await company('chain');
    await acme.set({ audit: 30 });
    await acme.set({ audit: 31 });
    await announce();
    const before = (await acme.get('/audit/verify')).body;
    await sweep(Date.now() + 60 * DAY_MS);
    const after = (await acme.get('/audit/verify')).body;
    expect(after).toMatchObject({ valid: true, since: before.entries });
    expect((await acme.get('/audit')).body.items[0]).toMatchObject({
      action: 'retention-sweep',
      after: { removed: { audit: before.entries - 1 }, audit_checkpoint: { seq: before.entries - 1, hash: expect.stringMatching(/^[0-9a-f]{64}$/) } },
    });
  });

  it('leaves a tenant alone that is on its way elsewhere', async () => {
    const acme = await company('leaving');
    const id = await acme.start('quick', { customer: 'c' });
    await settle();
    await acme.set({ executions: 1 });
    await announce();
    await storesOf(region).moves.set({ tenant: 'leaving', peer: 'eu', status: 'leaving', at: 1 });
    await sweep(Date.now() + 30 * DAY_MS);
    await storesOf(region).moves.remove('leaving');
    expect(await acme.ids()).toEqual([id]);
  });

  it('leaves a tenant that is being erased alone, and takes its line along', async () => {
    const acme = await company('closing');
    const id = await acme.start('quick', { customer: 'c' });
    await settle();
    await acme.set({ executions: 1 });
    await announce();
    await storesOf(region).moves.close('closing', 1);
    await sweep(Date.now() + 30 * DAY_MS);
    expect(await env.DB.prepare("SELECT execution_id FROM executions WHERE tenant = 'closing'").first('execution_id')).toBe(id);
    await env.DB.prepare("DELETE FROM tenants WHERE slug = 'closing'").run();
    expect(await storesOf(region).sweeps.of('closing')).toBeNull();
  });
});

describe('a guest', () => {
  it('keeps everything until its home has said something, and then what was said', async () => {
    const { links, sweeps } = storesOf(region);
    const retention = { executions: 5, dead_letters: null, logs: null, audit: null };
    await links.admit('visitor', 'eu', { revision: 1, deployments: [], egress: null, retention: null }, 1);
    await sweep(Date.now());
    expect(await sweeps.of('visitor')).toMatchObject({ sweep: null, announced: null, last: null });
    await links.admit('visitor', 'eu', { revision: 2, deployments: [], egress: null, retention }, 2);
    await sweep(Date.now() + DAY_MS);
    expect(await sweeps.of('visitor')).toMatchObject({ announced: retention, last: null });
    await sweep(Date.now() + 3 * DAY_MS);
    expect((await sweeps.of('visitor'))!.last).not.toBeNull();
  });
});

describe('what a sweep writes', () => {
  it('is a row for each execution, and about ten for the sweep', async () => {
    const acme = await company('costs');
    for (let i = 0; i < 30; i++) await acme.start('bare');
    await settle();
    await acme.set({ executions: 1 });
    await announce();
    let rows = 0;
    const DB = metered(env.DB, (written) => {
      rows += written;
    });
    await sweepRegion(sweepPorts({ ...region, DB } as RegionEnv), Date.now() + 3 * DAY_MS);
    expect(await acme.ids()).toEqual([]);
    // The line of each goes, which is in no index once it has completed; and how far the sweep is stands there piece by piece.
    expect(rows).toBeLessThan(30 + 15);
    expect(rows).toBeGreaterThanOrEqual(30);
  });
});
