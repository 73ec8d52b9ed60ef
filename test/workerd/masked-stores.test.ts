/**
 * What a pipeline masks is in no store beside the log either: dead letters of events that started nothing, windows of patterns
 * that are half complete, results under the key of a step, results that stand in while a circuit breaker is open.
 */
import { listDurableObjectIds, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { peerStartSchema } from '#contracts/peer';
import { keptResults } from '#workers/breakers/kept-results';
import type { RegionEnv } from '#workers/env';
import { receive } from '#workers/events/receive';
import { storesOf } from '#workers/stores';
import { call } from './api-client';
import { busEvents } from './bus-events';
import { twoCompanies } from './companies';
import { settle } from './settle';

const region = env as unknown as RegionEnv;
const ADDRESS = 'ada-77c1@people.example';
const TOKEN = /^\[masked [a-p]{24}\]$/;

const APP = `name: careful
modules:
  - { name: bus, type: messaging.broker }
workflows:
  event:
    patterns: [{ patternId: thrice, eventTypes: [login.failed], windowTime: 5m, condition: count, minOccurs: 3 }]
    handlers: [{ patternId: thrice, handler: watch }]
    adapters: [{ broker: bus, topics: [login.failed], sourceIdKey: user }]
pipelines:
  watch:
    mask: { patterns: [email], paths: [card.number] }
    steps: [{ name: a, type: step.log, config: { message: "{{ .trigger.data.correlation }}" } }]
  ask:
    mask: { patterns: [email], paths: [steps.look.output.phone] }
    trigger: { type: manual }
    steps:
      - name: look
        type: step.http_call
        idempotency_key: "look-{{ .who }}"
        config:
          url: http://people.test/look
          circuit_breaker: { failure_threshold: 1, timeout: 1m, fallback: { type: cached, max_age: 1h } }
  abroad:
    residency: eu
    mask: { patterns: [email] }
    trigger: { type: event, topic: sale.abroad, schema: { type: object, properties: { mail: { type: string, pattern: "@" } } } }
    steps: [{ name: a, type: step.log, config: { message: sold } }]
  sold:
    mask: { patterns: [email], paths: [trigger.data.name] }
    trigger: { type: event, topic: sale, schema: { type: object, properties: { mail: { type: string, pattern: "@" } } } }
    concurrency: { max: 1, key: "{{ .trigger.data.customer }}" }
    steps: [{ name: a, type: step.log, config: { message: sold } }]
`;

const event = busEvents('masked');

beforeAll(async () => {
  await twoCompanies();
  const made = await call('POST', '/workflows?deploy=production', { body: APP, headers: { 'content-type': 'application/yaml' } });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
});

afterEach(() => vi.restoreAllMocks());

it('is in no dead letter of an event that could not be delivered', async () => {
  await receive(event('sale', { name: 'Lovelace-77c1', note: `from ${ADDRESS}`, mail: ADDRESS, total: 5 }), region);
  const [letter] = (await call('GET', '/dlq/pipelines/careful.sold')).body.items;
  const { trigger_data } = (await call('GET', `/dlq/pipelines/careful.sold/${letter.id}`)).body;
  expect(trigger_data.data).toEqual({
    name: expect.stringMatching(TOKEN),
    note: expect.stringMatching(/^from \[masked [a-p]{24}\]$/),
    mail: expect.stringMatching(TOKEN),
    total: 5,
  });
  // It was as the schema asks when it came: only what is wrong with it is wrong when it is replayed.
  const replayed = await call('POST', `/dlq/pipelines/careful.sold/${letter.id}/replay`, { body: {} });
  expect(replayed.body.detail).toContain('customer');
  const { results } = await env.DB.prepare('SELECT * FROM undelivered_events').all();
  expect(results.length).toBeGreaterThan(0);
  for (const value of [ADDRESS, 'Lovelace-77c1']) expect(JSON.stringify(results)).not.toContain(value);
});

it('goes to another region as it was kept, once a dead letter is replayed there', async () => {
  await storesOf(region).links.open('acme', 'eu', 1);
  await storesOf(region).links.noteSent('acme', 'eu', 1);
  const starts: unknown[] = [];
  const away = { fetch: async () => Response.json({ code: 'region_unavailable', status: 503 }, { status: 503 }) } as never;
  const there = {
    async fetch(input: Request | string, init?: RequestInit) {
      const request = new Request(input, init);
      if (request.method === 'PUT') return Response.json({ definitions: [], files: [] });
      starts.push(await request.json());
      return Response.json({ execution_id: 'exec_there', status: 'running', existing: false });
    },
  } as never;
  await receive(event('sale.abroad', { mail: ADDRESS }), { ...region, ROUTER: away }, 10);
  const [letter] = (await call('GET', '/dlq/pipelines/careful.abroad')).body.items;
  await call('POST', `/dlq/pipelines/careful.abroad/${letter.id}/replay`, { body: {}, bindings: { ROUTER: there } });
  expect(starts.length).toBe(1);
  expect(peerStartSchema.parse(starts[0])).toMatchObject({ region: 'eu', checked: true });
  expect(JSON.stringify(starts[0])).not.toContain(ADDRESS);
});

it('is in no window of a pattern, nor in its name, and belongs together all the same', async () => {
  const failed = (user: string) => receive(event('login.failed', { user, card: { number: '4000-77c1' } }), region);
  await failed(ADDRESS);
  await failed('bob-77c1@people.example');
  await failed(ADDRESS);
  const windows = await listDurableObjectIds(env.EVENT_WINDOW);
  expect(windows.length).toBe(2);
  for (const id of windows) {
    const kept = await runInDurableObject(env.EVENT_WINDOW.get(id), (_object, { storage }) => JSON.stringify(storage.kv.get('window')));
    expect(kept).toContain('[masked ');
    for (const value of [ADDRESS, 'bob-77c1', '4000-77c1']) expect(kept).not.toContain(value);
  }
  const { results } = await env.DB.prepare("SELECT * FROM named_objects WHERE kind = 'EVENT_WINDOW'").all();
  expect(decodeURIComponent(JSON.stringify(results))).not.toContain('77c1');
  await failed(ADDRESS);
  await settle();
  const { items } = (await call('GET', '/executions?workflow=careful&pipeline=watch')).body;
  expect(items.length).toBe(1);
  const { items: events } = (await call('GET', `/executions/${items[0].execution_id}/events?type=execution.started`)).body;
  const written = JSON.stringify(events[0]);
  expect(written).toMatch(/"correlation":"\[masked [a-p]{24}\]","count":3/);
  expect(written).not.toContain('77c1');
});

it('is in no result that is kept under the key of a step, nor in one that stands in for later calls', async () => {
  let answer = () => Response.json({ mail: ADDRESS, phone: '077-77c1' }, { headers: { 'x-from': ADDRESS } });
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => answer());
  const kept = vi.spyOn(keptResults, 'put');
  const ask = async (who: string) => (await call('POST', '/executions?wait=20s', { body: { workflow: 'careful', pipeline: 'ask', data: { who } } })).body;
  const first = await ask('ada');
  expect(first.status).toBe('completed');
  const found = (await call('GET', '/idempotency-keys/look-ada')).body;
  expect(found.output).toEqual({ mail: expect.stringMatching(TOKEN), phone: expect.stringMatching(TOKEN) });
  expect(kept).toHaveBeenCalledTimes(1);
  for (const value of [ADDRESS, '077-77c1']) expect(JSON.stringify([first, found, kept.mock.calls])).not.toContain(value);
  // Who comes later has what the first one had, and a new effect is masked alike.
  const { output } = (await call('GET', `/executions/${(await ask('ada')).execution_id}/timeline`)).body.steps[0];
  expect(output).toMatchObject(found.output);
  answer = () => new Response('down', { status: 503 });
  await ask('bob');
  const { items } = (await call('GET', `/executions/${(await ask('ada-again')).execution_id}/events?type=circuit.refused`)).body;
  expect(items.length).toBe(1);
});
