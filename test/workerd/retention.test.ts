/** What a company keeps, over the API and on the real stores: old executions go with all that is theirs, and nothing else does. */
import { applyD1Migrations, listDurableObjectIds, runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { DAY_MS } from '#contracts/retention';
import type { RegionEnv } from '#workers/env';
import { sweepPorts } from '#workers/retention/ports';
import { sweepRegion } from '#workers/retention/sweep';
import { storesOf } from '#workers/stores';
import { call } from './api-client';
import { settle } from './settle';

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
      const { body } = await call('POST', '/executions?wait=5s', { headers, body: { workflow: 'shop', pipeline, data } });
      expect(body.execution_id, JSON.stringify(body)).toBeTypeOf('string');
      return body.execution_id as string;
    },
    get: (path: string) => call('GET', path, { headers }),
    set: (body: object, key?: string) => call('PUT', `/tenants/${slug}/retention`, { headers, body, ...(key ? { key } : {}) }),
    ids: async () => (await call('GET', '/executions', { headers })).body.items.map((item: { execution_id: string }) => item.execution_id).sort(),
  };
}

const sweep = (now: number) => sweepRegion(sweepPorts(region), now);
const keysOf = async (prefix: string) => (await env.STORE.list({ prefix })).objects.map(({ key }) => key);
async function observe(): Promise<void> {
  await settle();
  for (const id of await listDurableObjectIds(env.OBSERVER)) await runDurableObjectAlarm(env.OBSERVER.get(id));
}

describe('what a company keeps', () => {
  it('is read by everybody, and decided by an owner within the plan', async () => {
    const { get, set } = await company('words');
    expect((await get('/tenants/words/retention')).body).toMatchObject({
      plan: 'unlimited',
      own: {},
      retention: { executions: null, dead_letters: null, logs: null, audit: 400 },
      last_sweep: null,
    });
    expect((await set({ executions: 7, logs: 3 })).body).toMatchObject({ own: { executions: 7, logs: 3 }, retention: { executions: 7, logs: 3, audit: 400 } });
    for (const body of [{ executions: 0 }, { executions: 1.5 }, { executions: 'x' }, { audit: 29 }, { audit: 40_000 }, { mails: 3 }, []]) {
      const refused = await set(body);
      expect([refused.status, refused.body.code]).toEqual([400, 'invalid_request']);
    }
    await call('PUT', '/tenants/words/quota', { headers: { 'x-tenant': 'words' }, body: { plan: 'free' } });
    expect((await set({ executions: 91 })).body.detail).toContain('1 to 90 days');
    expect((await get('/tenants/words/retention')).body.retention).toEqual({ executions: 7, dead_letters: 30, logs: 3, audit: 90 });
    expect((await call('GET', '/tenants/words/retention')).status).toBe(404);
    expect((await set({})).body.own).toEqual({});
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

    await sweep(now);
    expect(await acme.ids()).toEqual([large, small, long, failed].sort());
    expect((await acme.get('/tenants/old/retention')).body.last_sweep).toMatchObject({ removed: { executions: 0 } });

    await sweep(now + 2.5 * DAY_MS);
    // The letter waits for somebody, and keeps its execution.
    expect(await acme.ids()).toEqual([long, failed].sort());
    expect(await other.ids()).toEqual([theirs]);
    expect([await keysOf(`payloads/old/${large}/`), await keysOf('archives/old/')]).toEqual([[], []]);
    for (const id of [large, small]) expect((await acme.get(`/executions/${id}`)).status).toBe(404);
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

  it('goes on where the runtime ended it: an object that is empty already is taken off the list', async () => {
    const acme = await company('cut');
    const id = await acme.start('quick', { customer: 'c' });
    await settle();
    await acme.set({ executions: 1 });
    const ports = sweepPorts(region);
    const now = Date.now() + 30 * DAY_MS;
    const cut: typeof ports = {
      ...ports,
      async remove(...order) {
        await ports.remove(...order);
        throw new Error('the runtime ends here');
      },
    };
    const row = await env.DB.prepare("SELECT * FROM executions WHERE tenant = 'cut'").first<Record<string, string | number | null>>();
    await sweepRegion(cut, now);
    // As if it had ended before the row was gone.
    const columns = Object.keys(row!);
    await env.DB.prepare(`INSERT INTO executions (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`)
      .bind(...Object.values(row!))
      .run();
    expect(await acme.ids()).toEqual([id]);
    await sweep(now + DAY_MS);
    expect(await acme.ids()).toEqual([]);
  });

  it('lets the audit log begin later, and the chain still holds', async () => {
    const acme = await company('chain');
    await acme.set({ audit: 30 });
    await acme.set({ audit: 31 });
    const before = (await acme.get('/audit/verify')).body;
    await sweep(Date.now() + 60 * DAY_MS);
    const after = (await acme.get('/audit/verify')).body;
    expect(after).toMatchObject({ valid: true, since: before.entries });
    expect((await acme.get('/audit')).body.items[0]).toMatchObject({ action: 'retention-sweep', after: { removed: { audit: before.entries - 1 } } });
  });

  it('leaves a tenant that is being erased alone, and takes its line along', async () => {
    const acme = await company('closing');
    await env.DB.prepare("UPDATE tenants SET closed_at = 1 WHERE slug = 'closing'").run();
    expect(await storesOf(region).sweeps.of('closing')).not.toBeNull();
    await env.DB.prepare("DELETE FROM tenants WHERE slug = 'closing'").run();
    expect(await storesOf(region).sweeps.of('closing')).toBeNull();
    expect(acme).toBeDefined();
  });
});
