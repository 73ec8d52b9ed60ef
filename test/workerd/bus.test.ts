/** The bus on real objects: topics, filters, order by key, patterns over several events. */
import { applyD1Migrations, evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EventLaneRpc, EventMessage } from '#contracts/bus-rpc';
import type { RegionEnv } from '#workers/env';
import { deliver } from '#workers/events/deliver';
import { call } from './api-client';
import { delivered, failing, givenUp } from './region-objects';
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

let count = 0;
const event = (type: string, data: object, more: Partial<EventMessage> = {}): EventMessage => ({
  specversion: '1.0',
  id: `evt_${count++}`,
  type,
  source: '/test/test/test',
  time: new Date(1_700_000_000_000 + count * 1000).toISOString(),
  datacontenttype: 'application/json',
  data: data as never,
  traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
  tenant: 'acme',
  environment: 'production',
  executionid: 'exec_1',
  ...more,
});

async function started(pipeline: string): Promise<number> {
  await settle();
  return (await call('GET', `/executions?workflow=listeners&pipeline=${pipeline}&limit=200`)).body.items.length;
}

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  for (const slug of ['acme', 'globex']) await call('POST', '/companies', { body: { name: slug, slug, region: 'us' } });
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

  it('are given up after the last try, and those behind them go on', async () => {
    const lane = open('stuck');
    failing.set('order.never', 1000);
    for (const type of ['order.never', 'order.after']) await doorOf(lane).append(event(type, {}, { partitionkey: 'stuck' }));
    while (await runDurableObjectAlarm(lane));
    expect(givenUp).toEqual(['order.never']);
    expect(delivered.at(-1)).toBe('order.after');
  });
});
