/**
 * A tenant moves from one region to the other while a saga waits in the middle, an execution sleeps, one calls another, and
 * a call is under way; both regions are killed on the way. Everything goes on in the new home, once; nothing stays behind.
 */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Answer, type Started, started } from './started.ts';
import { filesWith } from './stored-files.ts';

const MARK = 'planted-with-the-nomads-7f3a';
const own = { 'x-tenant': 'nomads' };

const DOCUMENT = `
name: caravan
description: ${MARK}
modules:
  - { name: notes, type: storage.sqlite, config: { setup: ["CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT, weight REAL)"] } }
pipelines:
  note:
    trigger: { type: http, config: { method: POST, path: /notes } }
    steps:
      - { name: row, type: step.db_exec, config: { database: notes, query: "INSERT INTO notes (text, weight) VALUES ($1, 2.0)", params: ["{{ .note }}"] } }
      - { name: all, type: step.db_query, config: { database: notes, query: "SELECT id, text, typeof(weight) AS kind FROM notes ORDER BY id" } }
      - { name: answer, type: step.json_response, config: { body: { rows: "{{ .steps.all.rows }}", region: "{{ .meta.region }}" } } }
  saga:
    trigger: { type: manual }
    saga: { enabled: true }
    steps:
      - name: reserve
        type: step.http_call
        config: { url: "http://inventory-service/api/reserve", method: POST, body: { order_id: "{{ .order_id }}", quantity: 1 } }
        compensate: { type: step.http_call, config: { url: "http://inventory-service/api/release", method: POST, body: { order_id: "{{ .order_id }}" } } }
      - { name: hold, type: step.wait_for_event, config: { event: go, timeout: 1h } }
      - { name: fails, type: step.fail, config: { message: "after the move" } }
  sleep:
    trigger: { type: manual }
    steps:
      - { name: nap, type: step.delay, config: { duration: 25s } }
      - { name: awake, type: step.set, config: { values: { awake: true } } }
  slow:
    trigger: { type: manual }
    steps:
      - { name: charge, type: step.http_call, config: { url: "http://payment-service/api/charge", method: POST, body: { order_id: "{{ .order_id }}", note: "\${TOKEN}" } } }
  parent:
    trigger: { type: manual }
    steps:
      - { name: call, type: step.workflow_call, config: { workflow: child, input: { a: 1 } } }
  child:
    trigger: { type: manual }
    steps:
      - { name: hold, type: step.wait_for_event, config: { event: back, timeout: 1h } }
  one-at-a-time:
    trigger: { type: manual }
    concurrency: { max: 1 }
    steps:
      - { name: hold, type: step.wait_for_event, config: { event: next, timeout: 1h } }
  broken:
    trigger: { type: manual }
    dead_letter: { enabled: true }
    steps:
      - { name: fails, type: step.fail, config: { message: "${MARK}" } }
`;

/** One at work at a time: the others wait for its place. */
const NARROW = `
name: narrow
scale: { worker_pool: { max_workers: 1, queue_size: 10 } }
pipelines:
  ship:
    trigger: { type: manual }
    steps:
      - { name: ship, type: step.http_call, config: { url: "http://shipping-service/api/shipments", method: POST, body: { order_id: "{{ .order_id }}" } } }
`;
/** Three of a kind start a pipeline; two of them come before the move. */
const WATCH = `
name: watch
modules:
  - { name: bus, type: messaging.broker }
  - { name: tell, type: messaging.handler }
workflows:
  event:
    patterns: [{ patternId: herd, eventTypes: [camel.seen], windowTime: 1h, condition: count, minOccurs: 3 }]
    handlers: [{ patternId: herd, handler: herd }]
    adapters: [{ broker: bus, topics: [camel.seen], sourceIdKey: well }]
pipelines:
  see:
    trigger: { type: manual }
    steps:
      - { name: tell, type: step.publish, config: { topic: camel.seen, payload: { well: north, note: "${MARK}" } } }
  herd:
    steps:
      - { name: count, type: step.set, config: { values: { seen: "{{ .trigger.data.count }}" } } }
`;

let platform: Started;
let key: string;
const ids: Record<string, string> = {};

const api = (method: string, path: string, body?: unknown) => platform.api(method, path, body, own);
const start = async (pipeline: string, more: object = {}) =>
  (await api('POST', '/executions', { workflow: 'caravan', pipeline, data: { order_id: 'n-1' }, ...more })).body.execution_id as string;
const is =
  (...statuses: string[]) =>
  ({ body }: Answer) =>
    statuses.includes(body.status);
const ended = (id: string) => platform.until(() => api('GET', `/executions/${id}`), is('completed', 'failed', 'compensated'), 60_000);
const move = () => api('GET', '/tenants/nomads/move');
const ship = async (order_id: string) =>
  (await api('POST', '/executions', { workflow: 'narrow', pipeline: 'ship', data: { order_id } })).body.execution_id as string;
const see = () => api('POST', '/executions?wait=10s', { workflow: 'watch', pipeline: 'see', data: {} });
const note = (text: string) => platform.call('POST', '/in/nomads/caravan/notes', { note: text });
const ledger = async () =>
  ((await platform.peer('GET', '/ledger')).body.items as { service: string; action: string }[]).map(({ service, action }) => `${service} ${action}`).sort();

async function crash(region: 'us' | 'eu'): Promise<void> {
  await platform.regions[region].kill();
  await platform.regions[region].start();
}

beforeAll(async () => {
  platform = await started({ deployments: [], secrets: { SECRETS_KEY: randomBytes(32).toString('base64') } });
  expect((await platform.api('POST', '/companies', { name: 'Nomads', slug: 'nomads', region: 'us' })).status).toBe(201);
  expect((await api('POST', '/secrets', { name: 'TOKEN', value: 'a-token-of-nomads' })).status).toBe(201);
  const deployed = await api('POST', '/workflows?deploy=production', DOCUMENT);
  expect(deployed.status, deployed.text).toBe(201);
  key = (await platform.api('POST', '/api-keys', { tenant: 'nomads', role: 'owner', name: 'k' })).body.key;
  await platform.peer('DELETE', '/ledger');
  expect((await note(MARK)).body).toMatchObject({ region: 'us', rows: [{ id: 1, text: MARK, kind: 'real' }] });
  Object.assign(ids, {
    saga: await start('saga'),
    keyed: await start('saga', { data: { order_id: 'n-2' }, idempotency_key: 'the-key' }),
    parent: await start('parent'),
    first: await start('one-at-a-time'),
    second: await start('one-at-a-time'),
    broken: await start('broken'),
  });
  for (const name of ['saga', 'keyed', 'parent', 'first']) await platform.until(() => api('GET', `/executions/${ids[name]}`), is('waiting'));
  await platform.until(
    () => api('GET', '/dlq/pipelines/broken'),
    ({ body }) => body.items?.length === 1,
  );
  for (const yaml of [NARROW, WATCH]) expect((await api('POST', '/workflows?deploy=production', yaml)).status).toBe(201);
  for (const _ of ['first', 'second']) await see();
  await platform.peer('POST', '/switches', { service: 'shipping-service', action: 'ship', mode: 'slow', delay_ms: 8_000, times: 2 });
  for (const at of [1, 2, 3]) ids[`ship${at}`] = await ship(`s-${at}`);
  expect((await api('GET', `/executions/${ids.ship3}`)).body.status).toBe('pending');
  await platform.peer('POST', '/switches', { service: 'payment-service', action: 'charge', mode: 'slow', delay_ms: 8_000, times: 1 });
  Object.assign(ids, { sleep: await start('sleep'), slow: await start('slow') });
});
afterAll(() => platform?.stop());

it('is refused where it cannot be', async () => {
  const ask = (body: unknown) => api('POST', '/tenants/nomads/move', body);
  expect(await ask({ to: 'eu', confirm: 'nomad' })).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  expect(await ask({ to: 'mars', confirm: 'nomads' })).toMatchObject({ status: 422, body: { code: 'unknown_region' } });
  expect(await ask({ to: 'us', confirm: 'nomads' })).toMatchObject({ status: 409, body: { code: 'move_refused' } });
  expect((await move()).status).toBe(404);
});

it('is refused where an execution began to live a moment ago, of which no list has heard', async () => {
  const own = { 'x-tenant': 'settlers' };
  const DOCUMENT = 'name: hut\npipelines: {build: {residency: eu, trigger: {type: manual}, steps: [{name: a, type: step.set, config: {values: {a: 1}}}]}}\n';
  expect((await platform.api('POST', '/companies', { name: 'Settlers', slug: 'settlers', region: 'us' })).status).toBe(201);
  expect((await platform.api('POST', '/workflows?deploy=production', DOCUMENT, own)).status).toBe(201);
  const begun = await platform.api('POST', '/executions', { workflow: 'hut', pipeline: 'build', data: {} }, own);
  expect(begun.status, begun.text).toBe(202);
  const refused = await platform.api('POST', '/tenants/settlers/move', { to: 'eu', confirm: 'settlers' }, own);
  expect(refused).toMatchObject({ status: 409, body: { code: 'move_refused', hint: expect.stringContaining('/regions/eu/clear') } });
  expect((await platform.api('GET', '/tenants/settlers/move', undefined, own)).status).toBe(404);
});

/** As a client that kept the address of a region's own Worker. */
const atOldHome = (method: string, path: string) =>
  fetch(`http://127.0.0.1:${platform.regions.us.port}/api/v1${path}`, { method, headers: { authorization: `Bearer ${key}` } });

it('moves, whichever region dies on the way, and answers new work with 503 meanwhile', async () => {
  expect((await platform.api('POST', '/tenants/nomads/export', undefined, { authorization: `Bearer ${key}` })).status).toBe(202);
  const asked = await platform.api('POST', '/tenants/nomads/move', { to: 'eu', confirm: 'nomads' }, { authorization: `Bearer ${key}` });
  expect(asked, asked.text).toMatchObject({ status: 202, body: { status: 'closing', from: 'us', to: 'eu' } });
  const refused = await platform.until(
    () => note('refused'),
    ({ status }) => status === 503,
  );
  expect(refused).toMatchObject({ status: 503, body: { code: 'tenant_moving' } });
  expect(refused.headers.get('retry-after')).toBe('5');
  expect((await api('GET', `/executions/${ids.saga}`)).body).toMatchObject({ status: 'waiting' });
  await crash('us');
  await platform.until(move, is('sending', 'comparing', 'switching', 'opening', 'purging', 'completed'), 60_000);
  await crash('eu');
  await platform.until(move, is('opening', 'purging', 'completed'), 60_000);
  await crash('us');
  const done = await platform.until(move, is('completed'), 90_000);
  expect(done.body).toMatchObject({ tenant: 'nomads', from: 'us', to: 'eu', requested_by: expect.stringMatching(/^key:/) });
  const counts = Object.fromEntries(done.body.moved.map(({ stage, count }: { stage: string; count: number }) => [stage, count]));
  expect(counts).toMatchObject({ executions: 15, objects: 4, audit: 1 });
  expect(counts.rows).toBeGreaterThan(20);
  expect(counts.files).toBeGreaterThan(1);
}, 240_000);

it('goes on in the new home, each under its id, each effect once', async () => {
  await api('POST', `/executions/${ids.saga}/signals/go`, {});
  await api('POST', `/executions/${ids.keyed}/signals/go`, {});
  expect((await ended(ids.saga!)).body.status).toBe('compensated');
  expect((await ended(ids.keyed!)).body.status).toBe('compensated');
  expect((await ended(ids.sleep!)).body.status).toBe('completed');
  expect((await ended(ids.slow!)).body.status).toBe('completed');
  for (const at of [1, 2, 3]) expect((await ended(ids[`ship${at}`]!)).body.status).toBe('completed');
  expect(await ledger()).toEqual([
    'inventory-service release',
    'inventory-service release',
    'inventory-service reserve',
    'inventory-service reserve',
    'payment-service charge',
    'shipping-service ship',
    'shipping-service ship',
    'shipping-service ship',
  ]);
  const list = (await api('GET', '/executions?limit=100')).body.items as { execution_id: string; region: string; pipeline: string }[];
  expect(list.map(({ execution_id }) => execution_id)).toEqual(expect.arrayContaining(Object.values(ids)));
  expect(new Set(list.map(({ region }) => region))).toEqual(new Set(['eu']));
  const child = list.find(({ pipeline }) => pipeline === 'child')!.execution_id;
  await api('POST', `/executions/${child}/signals/back`, {});
  expect((await ended(ids.parent!)).body.status).toBe('completed');
});

it('keeps keys, places in queues, databases, letters, secrets and the audit chain', async () => {
  const again = await api('POST', '/executions', { workflow: 'caravan', pipeline: 'saga', data: { order_id: 'n-2' }, idempotency_key: 'the-key' });
  expect(again.body).toMatchObject({ execution_id: ids.keyed, existing: true });
  expect((await api('GET', `/executions/${ids.second}`)).body.status).not.toBe('completed');
  await api('POST', `/executions/${ids.first}/signals/next`, {});
  await ended(ids.first!);
  await platform.until(() => api('GET', `/executions/${ids.second}`), is('waiting'));
  await api('POST', `/executions/${ids.second}/signals/next`, {});
  expect((await ended(ids.second!)).body.status).toBe('completed');
  expect((await note('second')).body).toEqual({
    region: 'eu',
    rows: [
      { id: 1, text: MARK, kind: 'real' },
      { id: 2, text: 'second', kind: 'real' },
    ],
  });
  expect((await api('GET', '/dlq/pipelines/broken')).body.items).toMatchObject([{ id: ids.broken }]);
  expect(await ended(await start('slow', { data: { order_id: 'n-3' } }))).toMatchObject({ body: { status: 'completed' } });
  expect((await api('GET', '/audit/verify')).body).toMatchObject({ valid: true });
  expect((await platform.api('GET', '/workflows', undefined, { authorization: `Bearer ${key}` })).status).toBe(200);
  expect((await api('GET', `/executions/${ids.saga}/export`)).text).toContain('execution.started');
  expect((await api('GET', '/tenants/nomads/regions')).body).toMatchObject({ home: 'eu' });
});

it('completes a pattern of events that was half complete, and an export that was under way', async () => {
  await see();
  const herd = await platform.until(
    () => api('GET', '/executions?pipeline=herd'),
    ({ body }) => body.items?.length === 1 && body.items[0].status === 'completed',
  );
  expect((await api('GET', `/executions/${herd.body.items[0].execution_id}/export`)).text).toContain('"seen":3');
  const own = { authorization: `Bearer ${key}` };
  const exported = () => platform.api('GET', '/tenants/nomads/export', undefined, own);
  await platform.until(exported, is('completed'));
});

it('has an export that is asked of the old home written in the new one', async () => {
  const asked = await atOldHome('POST', '/tenants/nomads/export');
  expect([asked.status, await asked.json()]).toEqual([202, expect.objectContaining({ tenant: 'nomads', region: 'eu' })]);
  const done = await platform.until(() => platform.api('GET', '/tenants/nomads/export', undefined, { authorization: `Bearer ${key}` }), is('completed'));
  expect(done.body.region).toBe('eu');
  const archive = await atOldHome('GET', '/tenants/nomads/export/download');
  expect([archive.status, (await archive.text()).includes(MARK)]).toEqual([200, true]);
});

it('leaves nothing behind, and lets nobody who is no region bring anything', async () => {
  // SQLite leaves the bytes of removed rows in D1's files until it needs the room.
  expect(filesWith(platform.regions.us.dir, MARK).filter((path) => !path.includes('/d1/'))).toEqual([]);
  expect(filesWith(platform.regions.eu.dir, MARK)).not.toEqual([]);
  expect((await platform.call('POST', '/peer/v1/move/accept', { needs_key: false })).status).toBe(401);
});

it('goes back home again, and its executions with it', async () => {
  const waiting = await start('saga', { data: { order_id: 'n-4' } });
  await platform.until(() => api('GET', `/executions/${waiting}`), is('waiting'));
  expect((await api('POST', '/tenants/nomads/move', { to: 'us', confirm: 'nomads' })).status).toBe(202);
  await platform.until(move, ({ body }) => body.to === 'us' && body.status === 'completed', 90_000);
  await api('POST', `/executions/${waiting}/signals/go`, {});
  expect((await ended(waiting)).body.status).toBe('compensated');
  expect((await api('GET', `/executions/${ids.saga}`)).body.status).toBe('compensated');
  expect((await note('third')).body).toMatchObject({ region: 'us', rows: { length: 3 } });
  expect(platform.errors.filter((line) => !/move:|late|ended by|region_unavailable|fetch failed|projection|network/i.test(line))).toEqual([]);
}, 120_000);
