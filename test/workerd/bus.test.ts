/** The bus on real objects: topics, filters, order by key, patterns over several events. */
import { evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { deadLetterDetail, deadLetterPage } from '#contracts/api-dead-letters';
import { publishedSchema, topicPage } from '#contracts/api-topics';
import type { EventLaneRpc, EventMessage } from '#contracts/bus-rpc';
import type { RegionEnv } from '#workers/env';
import { deliver } from '#workers/events/deliver';
import { receive } from '#workers/events/receive';
import { storesOf } from '#workers/stores';
import { call } from './api-client';
import { busEvents } from './bus-events';
import { twoCompanies } from './companies';
import { delivered, failing } from './region-objects';
import { settle } from './settle';

const region = env as unknown as RegionEnv;
const yaml = { 'content-type': 'application/yaml' };

const APP = `name: listeners
modules:
  - {name: bus, type: messaging.broker}
  - {name: notify, type: messaging.handler, config: {topic: "order.*"}}
  - {name: alert, type: messaging.handler}
workflows:
  messaging:
    subscriptions: [{topic: payments, event: payment.failed, handler: alert}]
  event:
    patterns: [{patternId: brute, eventTypes: [login.failed], windowTime: 5m, condition: count, minOccurs: 3}]
    handlers: [{patternId: brute, handler: watch}]
    adapters: [{broker: bus, topics: [login.failed], sourceIdKey: user}]
pipelines:
  big:
    trigger: {type: event, topic: order.created, filter: "data.total > 100"}
    steps: [{name: a, type: step.log, config: {message: "{{ .total }}"}}]
  watch:
    steps: [{name: a, type: step.log, config: {message: "{{ .trigger.data.correlation }}"}}]
`;

const made = busEvents('evt');
const event = (type: string, data: object, more: Partial<EventMessage> = {}) => made(type, data, { executionid: 'exec_1', ...more });

async function started(pipeline: string): Promise<number> {
  await settle();
  return (await call('GET', `/executions?workflow=listeners&pipeline=${pipeline}&limit=200`)).body.items.length;
}

beforeAll(async () => {
  await twoCompanies();
  const made = await call('POST', '/workflows?deploy=production', { body: APP, headers: yaml });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  // Beyond the real time, so that no alarm rings by itself.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2031-03-01T08:00:00Z') });
});
afterAll(() => vi.useRealTimers());

describe('an event reaches', () => {
  it.each<[string, EventMessage, Record<string, number>]>([
    ['who takes its topic by a pattern', event('order.shipped', {}), { notify: 1 }],
    ['a filter that holds', event('order.created', { total: 200 }), { notify: 1, big: 1 }],
    ['no filter that does not', event('order.created', { total: 5 }), { notify: 1 }],
    ['no filter that cannot be tested', event('order.created', { total: { a: 1 } }), { notify: 1 }],
    ['a subscription by the name in its data', event('payments', { type: 'payment.failed' }), { alert: 1 }],
    ['nobody by another name', event('payments', { type: 'payment.made' }), {}],
    ['nobody of another tenant', event('order.created', { total: 200 }, { tenant: 'globex' }), {}],
    ['nobody of another environment', event('order.created', { total: 200 }, { environment: 'staging' }), {}],
  ])('%s', async (_, message, expected) => {
    const names = ['notify', 'big', 'alert'];
    const before = await Promise.all(names.map(started));
    await deliver(message, region);
    // A second delivery of the same event starts nothing.
    await deliver(message, region);
    const after = await Promise.all(names.map(started));
    expect(Object.fromEntries(names.flatMap((name, at) => (after[at]! > before[at]! ? [[name, after[at]! - before[at]!]] : [])))).toEqual(expected);
  });
});

describe('topics', () => {
  it('are told with who takes them, who publishes them, and who waits', async () => {
    const announcer = `name: announcer
pipelines:
  tell:
    trigger: {type: manual}
    steps:
      - {name: out, type: step.publish, config: {topic: order.created}}
      - {name: secret, type: step.publish, config: {topic: "{{ .topic }}"}}
`;
    expect((await call('POST', '/workflows?deploy=production', { body: announcer, headers: yaml })).status).toBe(201);
    const wait = {
      tenant: 'acme',
      environment: 'production',
      event: 'order.settled',
      correlation: { paths: [], values: [] },
      execution_id: 'exec_1',
      step: 'back',
    };
    await storesOf(region).waits.put([wait]);
    const { items } = topicPage.parse((await call('GET', '/topics')).body);
    const topics = Object.fromEntries(items.map((item) => [item.topic, item]));
    expect(Object.keys(topics)).toEqual(['login.failed', 'order.*', 'order.created', 'order.settled', 'payments'].filter((each) => topics[each]));
    expect(topics['order.created']).toMatchObject({
      publishers: [{ workflow: 'announcer', pipeline: 'tell', step: 'out' }],
      waiting: 0,
    });
    expect(topics['order.created']!.subscribers).toEqual(
      expect.arrayContaining([
        { workflow: 'listeners', pipeline: 'big', filter: 'data.total > 100' },
        { workflow: 'listeners', pipeline: 'notify', by: 'order.*' },
      ]),
    );
    expect(topics['order.settled']).toMatchObject({ subscribers: [{ pipeline: 'notify', by: 'order.*' }], publishers: [], waiting: 1 });
    expect(topics.payments).toMatchObject({ subscribers: [{ pipeline: 'alert', event: 'payment.failed' }] });
    const first = (await call('GET', '/topics?limit=1')).body;
    expect((await call('GET', `/topics?limit=1&cursor=${first.next_cursor}`)).body.items[0].topic).toBe(items[1]!.topic);
    const globex = (await call('POST', '/api-keys', { body: { tenant: 'globex', role: 'viewer', name: 'reads' } })).body.key;
    expect((await call('GET', '/topics', { key: globex })).body.items).toEqual([]);
    expect((await call('GET', '/topics?environment=staging')).body.items).toEqual([]);
    await storesOf(region).waits.remove([wait]);
  });
});

describe('a pattern', () => {
  it('starts once for each match, for each value of its correlation, and again for a delivery that was lost', async () => {
    const failed = (user: string) => event('login.failed', { user });
    for (const message of [failed('ann'), failed('bob'), failed('ann')]) await deliver(message, region);
    expect(await started('watch')).toBe(0);
    const third = failed('ann');
    await deliver(third, region);
    await deliver(third, region);
    expect(await started('watch')).toBe(1);
    await deliver(failed('ann'), region);
    expect(await started('watch')).toBe(1);
  });
});

describe('events that share a key', () => {
  const open = (key: string) => env.EVENT_LANE.get(env.EVENT_LANE.idFromName(`acme/production/${key}`));
  const doorOf = (stub: unknown) => stub as EventLaneRpc;

  it('are delivered in order, whatever fails meanwhile, and after a restart', async () => {
    const lane = open('orders');
    failing.set('order.b', 2);
    const keyed = ['order.a', 'order.b', 'order.c'].map((type) => event(type, {}, { partitionkey: 'orders' }));
    const before = await started('notify');
    for (const message of keyed) await doorOf(lane).append(message);
    await doorOf(lane).append(keyed[0]!);
    await runDurableObjectAlarm(lane);
    expect(delivered).toEqual(['order.a']);
    await evictDurableObject(lane);
    while (await runDurableObjectAlarm(lane));
    expect(delivered).toEqual(['order.a', 'order.b', 'order.c']);
    expect((await started('notify')) - before).toBe(3);
  });

  it('wait behind one that fails, as long as it does', async () => {
    const lane = open('stuck');
    failing.set('order.never', 12);
    for (const type of ['order.never', 'order.after']) await doorOf(lane).append(event(type, {}, { partitionkey: 'stuck' }));
    for (let count = 0; count < 12; count++) await runDurableObjectAlarm(lane);
    expect(delivered).not.toContain('order.after');
    while (await runDurableObjectAlarm(lane));
    expect(delivered.slice(-2)).toEqual(['order.never', 'order.after']);
  });
});

describe('what cannot be delivered', () => {
  /** `keyed` takes only events that name a customer; `other` takes them all. */
  const shop = (key: string) => `name: shop
pipelines:
  keyed:
    trigger: {type: event, topic: sale}
    concurrency: {max: 1, key: "${key}"}
    dead_letter: {retention: 3d, alert_threshold: 1}
    steps: [{name: a, type: step.log, config: {message: sold}}]
  other:
    trigger: {type: event, topic: sale}
    steps: [{name: a, type: step.log, config: {message: sold}}]
`;
  const letters = async () => deadLetterPage.parse((await call('GET', '/dlq/pipelines/shop.keyed')).body).items;
  const ran = async (pipeline: string) => {
    await settle();
    return (await call('GET', `/executions?workflow=shop&pipeline=${pipeline}`)).body.items.length;
  };
  let id: string;

  beforeAll(async () => {
    ({ id } = (await call('POST', '/workflows?deploy=production', { body: shop('{{ .trigger.data.customer }}'), headers: yaml })).body);
  });

  it('is a dead letter of the pipeline, and reaches all others', async () => {
    const sale = event('sale', { total: 5 });
    await receive(sale, region);
    await receive(sale, region);
    expect(await ran('other')).toBe(1);
    const [letter, ...more] = await letters();
    expect(more).toEqual([]);
    expect(letter).toMatchObject({ workflow: 'shop', pipeline: 'keyed', status: 'waiting', trigger: 'event', attempts: 1, error: { code: 'delivery_failed' } });
    expect(letter!.error.message).toContain('customer');
    expect(Date.parse(letter!.expires_at) - Date.parse(letter!.failed_at)).toBe(3 * 24 * 3_600_000);
    expect((await call('GET', '/dlq/stats')).body.pipelines).toContainEqual(expect.objectContaining({ pipeline: 'keyed', depth: 1, alerting: true }));
    const detail = deadLetterDetail.parse((await call('GET', `/dlq/pipelines/keyed/${letter!.id}`)).body);
    expect(detail).toMatchObject({ version: 1, event: { id: sale.id, topic: 'sale' }, trigger_data: { type: 'sale', data: { total: 5 } } });
    expect(await call('GET', `/dlq/pipelines/other/${letter!.id}`)).toMatchObject({ status: 404, body: { code: 'unknown_dead_letter' } });
  });

  it('is replayed once what is wrong is mended, and that is one execution', async () => {
    const { id: letter } = (await letters())[0]!;
    const path = `/dlq/pipelines/shop.keyed/${letter}`;
    expect((await call('POST', `${path}/replay`, { body: {} })).status).toBe(400);
    expect((await letters())[0]!.status).toBe('waiting');
    expect((await call('PUT', `/workflows/${id}?deploy=production`, { body: shop('{{ .trigger.type }}'), headers: yaml })).status).toBe(200);
    const first = await call('POST', `${path}/replay`, { body: {} });
    expect(first).toMatchObject({ status: 202, body: { dead_letter: letter, existing: false } });
    expect((await call('POST', `${path}/replay`, { body: {} })).body).toMatchObject({ execution_id: first.body.execution_id, existing: true });
    expect((await letters())[0]).toMatchObject({ status: 'replayed', replayed_as: first.body.execution_id });
    expect((await call('DELETE', path)).body.code).toBe('dead_letter_closed');
    await settle();
    expect(await ran('keyed')).toBe(1);
    expect((await call('GET', '/dlq/stats')).body.pipelines).toContainEqual(expect.objectContaining({ pipeline: 'keyed', depth: 0 }));
  });

  it('to an application whose definition is away reaches the others, is tried again, and holds up nobody for ever', async () => {
    const sale = event('sale', { customer: 'c-1' });
    const { definitions } = storesOf(region);
    const hash = (await storesOf(region).deployments.active('acme', 'listeners', 'production'))!.hash;
    const original = definitions.get.bind(definitions);
    vi.spyOn(definitions, 'get').mockImplementation((tenant, wanted) => (wanted === hash ? Promise.resolve(null) : original(tenant, wanted)));
    const before = await ran('other');
    await expect(receive(sale, region, 1)).rejects.toThrow('is missing');
    await receive(sale, region, 10);
    vi.restoreAllMocks();
    await settle();
    expect((await ran('other')) - before).toBe(1);
  });

  it('because of us is tried again first, and is kept after the last try', async () => {
    const sale = event('sale', {});
    const broken = { ...region, EXECUTION: { idFromName: () => { throw new Error('away'); } } } as unknown as RegionEnv; // biome-ignore format: a binding that is away
    await expect(receive(sale, broken, 9)).rejects.toThrow('away');
    const before = (await letters()).length;
    await receive(sale, broken, 10);
    const letter = (await letters()).find(({ status }) => status === 'waiting');
    expect((await letters()).length).toBe(before + 1);
    expect(letter).toMatchObject({ status: 'waiting', attempts: 10, error: { message: expect.stringContaining('on our side') } });
    expect((await call('DELETE', `/dlq/pipelines/shop.keyed/${letter!.id}?reason=old`)).status).toBe(204);
    expect((await call('POST', `/dlq/pipelines/shop.keyed/${letter!.id}/replay`, { body: {} })).body.code).toBe('dead_letter_closed');
  });

  it("is nobody else's", async () => {
    const { id: letter } = (await letters())[0]!;
    const key = (await call('POST', '/api-keys', { body: { tenant: 'globex', role: 'owner', name: 'k' } })).body.key;
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/replay'],
      ['DELETE', ''],
    ] as const)
      expect((await call(method, `/dlq/pipelines/shop.keyed/${letter}${path}`, { key, ...(method === 'POST' ? { body: {} } : {}) })).status).toBe(404);
  });
});

describe('an event that is published by hand', () => {
  const publish = (topic: string, body: object) => call('POST', `/topics/${encodeURIComponent(topic)}/events`, { body });

  it('starts who takes it, once for an id', async () => {
    const before = await started('big');
    const sent = await publish('order.created', { data: { total: 200 }, id: 'by-hand-1' });
    expect([sent.status, publishedSchema.parse(sent.body)]).toEqual([202, { event_id: 'by-hand-1', topic: 'order.created', environment: 'production' }]);
    const lane = env.EVENT_LANE.get(env.EVENT_LANE.idFromName('acme/production//by-hand-1'));
    await runDurableObjectAlarm(lane);
    expect(await started('big')).toBe(before + 1);
    expect((await publish('order.created', { data: { total: 200 }, id: 'by-hand-1' })).status).toBe(202);
    await runDurableObjectAlarm(lane);
    expect(await started('big')).toBe(before + 1);
  });

  it.each<[string, string, object, number, string]>([
    ['a pattern', 'order.*', {}, 400, 'invalid_request'],
    ['a space', 'order created', {}, 400, 'invalid_request'],
    ['a field too many', 'order.created', { payload: {} }, 400, 'invalid_request'],
    ['too much', 'order.created', { data: 'x'.repeat(130_000) }, 413, 'body_too_large'],
  ])('is refused: %s', async (_, topic, body, status, code) => {
    expect(await publish(topic, body)).toMatchObject({ status, body: { code } });
  });
});
