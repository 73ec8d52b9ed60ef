/** State machines from end to end on the real bindings: deployed, moved by API and by pipelines, vetoed by hooks, counted. */
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RegionEnv } from '#workers/env';
import { appAddress } from '#workers/ingress/address';
import { serveApplication } from '#workers/ingress/ingress';
import { storesOf } from '#workers/stores';
// @ts-expect-error -- Vite gives the text of the file.
import order from '../../examples/order-lifecycle/order-lifecycle.yaml?raw';
import { call } from './api-client';
import { keyOf, twoCompanies } from './companies';

const region = env as unknown as RegionEnv;
const yaml = { 'content-type': 'application/yaml' };
const MACHINE = '/machines/order-lifecycle/order';
let editor: string;
let viewer: string;
let other: string;

beforeAll(async () => {
  await twoCompanies();
  editor = await keyOf('acme', 'editor');
  viewer = await keyOf('acme', 'viewer');
  other = await keyOf('globex', 'owner');
  const stored = await call('POST', '/workflows?deploy=production', { body: order, headers: yaml });
  expect(stored.status, JSON.stringify(stored.body)).toBe(201);
  expect(stored.body.diagnostics).toEqual([]);
});

let count = 0;
const newId = () => `o-${++count}`;
const make = (id: string, data: object = {}, more: object = {}) => call('POST', `${MACHINE}/instances`, { key: editor, body: { id, data, ...more } });
const move = (id: string, transition: string, more: object = {}, headers = {}) =>
  call('PUT', `${MACHINE}/instances/${id}/transition`, { key: editor, body: { transition, ...more }, headers });
const read = (id: string) => call('GET', `${MACHINE}/instances/${id}`, { key: viewer });

/** A request to the application itself. */
async function app(method: string, path: string, body?: unknown) {
  const url = new URL(`http://order-lifecycle.acme.localhost:8787${path}`);
  const request = new Request(url, { method, ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }) });
  const response = await serveApplication(request, url, appAddress(url, undefined)!, region, storesOf(region));
  // biome-ignore lint/suspicious/noExplicitAny: any answer of the application.
  return { status: response.status, body: (await response.json()) as any };
}

describe('over the API', () => {
  it('an instance is made, moved, read, and tells its history', async () => {
    const id = newId();
    expect(await make(id, { total: 40, in_stock: true })).toMatchObject({ status: 201, body: { id, state: 'new', instance: { data: { total: 40 } } } });
    expect(await move(id, 'pay', { data: { amount: 40 } })).toMatchObject({
      status: 200,
      body: { state: 'packed', transition: 'pay', from: 'new', to: 'paid', followed: ['pack'] },
    });
    expect((await read(id)).body).toMatchObject({ state: 'packed', previous_state: 'paid', seq: 3, final: false });
    const history = await call('GET', `${MACHINE}/instances/${id}/history?limit=2`, { key: viewer });
    expect(history.body.items).toMatchObject([
      { seq: 1, kind: 'created', to: 'new', by: expect.stringContaining('key') },
      { seq: 2, kind: 'moved', transition: 'pay', from: 'new', to: 'paid', data: { amount: 40 } },
    ]);
    const rest = await call('GET', `${MACHINE}/instances/${id}/history?cursor=${history.body.next_cursor}`, { key: viewer });
    expect(rest.body).toMatchObject({ items: [{ seq: 3, transition: 'pack', auto: true }], next_cursor: null });
  });

  it('an unnamed instance gets an id', async () => {
    const made = await call('POST', `${MACHINE}/instances`, { key: editor, body: {} });
    expect(made.body.id).toMatch(/^sm_/);
    expect((await read(made.body.id)).body.state).toBe('new');
  });

  it.each<[string, string, object, number, string]>([
    ['a wrong state', 'deliver', {}, 409, 'wrong_state'],
    ['a guard that does not hold', 'pay', { data: { amount: 1 } }, 422, 'guard_refused'],
    ['an unknown transition', 'fly', {}, 422, 'unknown_transition'],
    ['another state than expected', 'cancel', { expected_state: 'paid' }, 409, 'state_changed'],
    ['no transition', '', {}, 400, 'invalid_request'],
    ['an unknown field', 'cancel', { colour: 'red' }, 400, 'invalid_request'],
    ['data that is no object', 'cancel', { data: [1] }, 400, 'invalid_request'],
    ['too much data', 'cancel', { data: { blob: 'x'.repeat(140_000) } }, 413, 'data_too_large'],
  ])('%s is refused and changes nothing', async (_name, transition, more, status, code) => {
    const id = newId();
    await make(id, { total: 40 });
    const refused = await move(id, transition, more);
    expect(refused).toMatchObject({ status, body: { code } });
    if (status === 409 || status === 422) expect(refused.body.state).toBe('new');
    expect((await read(id)).body).toMatchObject({ state: 'new', seq: 1 });
  });

  it.each([
    ['an unknown workflow', '/machines/nothing/order', 409, 'not_deployed'],
    ['an unknown machine', '/machines/order-lifecycle/ordr', 404, 'unknown_machine'],
    ['an unknown instance', `${MACHINE}/instances/nobody`, 404, 'unknown_instance'],
    ['the history of an unknown instance', `${MACHINE}/instances/nobody/history`, 404, 'unknown_instance'],
    ['an id that is none', `${MACHINE}/instances/a%20b`, 400, 'invalid_id'],
    ['a cursor that is none', `${MACHINE}/instances?cursor=x`, 400, 'invalid_cursor'],
    ['another environment', `${MACHINE}?environment=staging`, 409, 'not_deployed'],
    ['an unknown query key', `${MACHINE}?x=1`, 400, 'unknown_query_key'],
  ])('%s is told apart', async (_name, path, status, code) => {
    expect(await call('GET', path, { key: viewer })).toMatchObject({ status, body: { code } });
  });

  it('the engine names its machine too', async () => {
    expect((await call('GET', '/machines/order-lifecycle/order-engine', { key: viewer })).body).toMatchObject({ name: 'order', engine: 'order-engine' });
  });

  it('a key is carried out once, given as a header or in the body', async () => {
    const id = newId();
    await make(id, { total: 5 }, { idempotency_key: `make-${id}` });
    expect(await make(id, { total: 9 }, { idempotency_key: `make-${id}` })).toMatchObject({ status: 200, body: { reused: true } });
    expect(await make(id)).toMatchObject({ status: 409, body: { code: 'instance_exists' } });
    await move(id, 'pay', { data: { amount: 5 } }, { 'idempotency-key': 'pay-once' });
    const again = await move(id, 'pay', { data: { amount: 5 }, idempotency_key: 'pay-once' });
    expect(again).toMatchObject({ status: 200, body: { reused: true, state: 'paid' } });
    expect((await read(id)).body.seq).toBe(2);
  });

  it('a viewer may look and not touch; another tenant finds nothing', async () => {
    const id = newId();
    await make(id);
    const body = { transition: 'cancel' };
    expect(await call('PUT', `${MACHINE}/instances/${id}/transition`, { key: viewer, body })).toMatchObject({ status: 403 });
    expect(await call('POST', `${MACHINE}/instances`, { key: viewer, body: {} })).toMatchObject({ status: 403 });
    expect(await call('GET', `${MACHINE}/instances/${id}`, { key: other })).toMatchObject({ status: 409, body: { code: 'not_deployed' } });
    expect((await call('GET', '/machines', { key: other })).body.items).toEqual([]);
  });
});

describe('names that mean something to JavaScript', () => {
  it.each(['__proto__', 'constructor', 'toString', 'ünïcödé-7', "o'; DROP TABLE history; --".replaceAll(' ', '_'), '<script>', '%2e%2e'])(
    '%s is an id like any other',
    async (id) => {
      const path = `${MACHINE}/instances/${encodeURIComponent(id)}`;
      expect(await make(id, { total: 1 })).toMatchObject({ status: 201, body: { id } });
      expect((await call('GET', path, { key: viewer })).body).toMatchObject({ id, state: 'new', data: { total: 1 } });
      expect((await call('PUT', `${path}/transition`, { key: editor, body: { transition: 'cancel' } })).body).toMatchObject({ state: 'cancelled' });
    },
  );

  it.each(['.', '..', '', 'a b', 'x'.repeat(201), 'a\u0000b', '\u202e'])('%j is no id', async (id) => {
    expect((await make(id)).status).toBe(400);
  });

  it('a machine, a state and a transition of such a name are not there', async () => {
    expect(await call('GET', '/machines/order-lifecycle/constructor', { key: viewer })).toMatchObject({ status: 404 });
    expect(await call('GET', '/machines/order-lifecycle/__proto__', { key: viewer })).toMatchObject({ status: 404 });
    expect((await call('GET', `${MACHINE}/instances?state=__proto__`, { key: viewer })).body.items).toEqual([]);
    const id = newId();
    await make(id);
    for (const name of ['__proto__', 'constructor']) expect(await move(id, name)).toMatchObject({ status: 422, body: { code: 'unknown_transition' } });
  });

  it('data with such keys is data, and fools no guard', async () => {
    const id = newId();
    const body = `{"id": "${id}", "data": {"total": 40, "__proto__": {"amount": 99}, "constructor": 1}}`;
    const made = await call('POST', `${MACHINE}/instances`, { key: editor, body, headers: { 'content-type': 'application/json' } });
    expect(made.status).toBe(201);
    expect(await move(id, 'pay')).toMatchObject({ status: 422, body: { code: 'guard_refused' } });
    expect((await read(id)).body).toMatchObject({ state: 'new' });
  });
});

describe('hooks are pipelines', () => {
  it('that veto by failing: nothing changes, and the execution can be looked at', async () => {
    const id = newId();
    await make(id, { total: 1, in_stock: true });
    await move(id, 'pay', { data: { amount: 1 } });
    const refused = await move(id, 'ship');
    expect(refused).toMatchObject({ status: 422, body: { code: 'transition_vetoed', state: 'packed', hook_execution: expect.stringMatching(/^exec_/) } });
    expect(refused.body.detail).toContain('check-address');
    const execution = await call('GET', `/executions/${refused.body.hook_execution}/timeline`, { key: viewer });
    expect(execution.body).toMatchObject({
      status: 'failed',
      pipeline: 'check-address',
      trigger: { data: { transition: 'ship', instance_id: id, from_state: 'packed' } },
    });
    expect((await read(id)).body.state).toBe('packed');
    expect(await move(id, 'ship', { data: { street: 'Main', city: 'Bern' } })).toMatchObject({ status: 200, body: { state: 'shipped' } });
  });
});

describe('from pipelines', () => {
  it('an order lives over HTTP', async () => {
    const id = newId();
    expect(await app('POST', '/orders', { id, total: 40, in_stock: false })).toEqual({ status: 201, body: { id, state: 'new' } });
    expect(await app('PUT', `/orders/${id}/transition`, { transition: 'pay', data: { amount: 40 } })).toMatchObject({
      status: 200,
      body: { state: 'paid', previous_state: 'new', transition_ok: true },
    });
    expect(await app('GET', `/orders/${id}`)).toMatchObject({ status: 200, body: { state: 'paid', data: { total: 40, amount: 40 } } });
    expect(await app('PUT', `/orders/${id}/transition`, { transition: 'deliver' })).toMatchObject({
      status: 409,
      body: { code: 'wrong_state', state: 'paid' },
    });
    expect(await app('PUT', `/orders/${id}/transition`, { transition: 'pack' })).toMatchObject({ status: 422, body: { code: 'guard_refused' } });
    expect(await app('GET', '/orders/nobody')).toMatchObject({ status: 404, body: { code: 'unknown_instance' } });
    expect(await app('POST', '/orders', { total: 1 })).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    expect(await app('POST', '/orders', { id, total: 1 })).toMatchObject({ status: 409, body: { code: 'instance_exists' } });
  });
});

describe('the index', () => {
  it('lists and counts by state', async () => {
    const before = (await call('GET', MACHINE, { key: viewer })).body.states;
    const ids = [newId(), newId(), newId()];
    for (const id of ids) await make(id, { total: 1 });
    await move(ids[0]!, 'cancel');
    await expect
      .poll(async () => (await call('GET', MACHINE, { key: viewer })).body.states)
      .toMatchObject({ new: { count: before.new.count + 2 }, cancelled: { count: before.cancelled.count + 1, error: true } });
    const page = await call('GET', `${MACHINE}/instances?state=new&limit=2`, { key: viewer });
    expect(page.body.items.map((item: { id: string }) => item.id)).toEqual([ids[2], ids[1]]);
    expect(page.body.next_cursor).toEqual(expect.any(String));
    const [summary] = (await call('GET', '/machines', { key: viewer })).body.items;
    expect(summary).toMatchObject({ workflow: 'order-lifecycle', name: 'order', states: 6, transitions: 6, counts: { cancelled: before.cancelled.count + 1 } });
  });
});
