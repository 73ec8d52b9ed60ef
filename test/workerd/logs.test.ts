/** Log lines over all applications: found by text, level, step, attribute, time and execution, page by page, and as they are written. */
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { logSearchPage } from '#contracts/api-logs';
import { executionIdFromHex } from '#contracts/ids';
import { D1ExecutionIndex } from '#storage/d1-execution-index';
import { call } from './api-client';
import { twoCompanies } from './companies';
import { settle } from './settle';

const yaml = { 'content-type': 'application/yaml' };
const SHOP = `name: shop
pipelines:
  order:
    trigger: { type: manual }
    attributes: { customer_id: "{{ .customer }}" }
    steps:
      - { name: note, type: step.log, config: { level: warn, message: "Order {{ .id }} came", fields: { sku: "{{ .sku }}" } } }
      - { name: check, type: step.validate, config: { required_fields: [sku] } }
`;
const TRAVEL = `name: travel
pipelines:
  book:
    trigger: { type: manual }
    steps:
      - { name: each, type: step.foreach, config: { collection: "flights", steps: [{ name: say, type: step.log, config: { message: "Flight {{ .item }}" } }] } }
`;

const start = async (workflow: string, data: object, tenant?: string) => {
  const started = await call('POST', '/executions?wait=30s', { body: { workflow, data }, ...(tenant ? { headers: { 'x-tenant': tenant } } : {}) });
  return started.body.execution_id as string;
};
const search = async (query: string) => {
  const answer = await call('GET', `/logs?${query}`);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return logSearchPage.parse(answer.body);
};
const said = async (query: string) => (await search(query)).items.map(({ message }) => message);

let good: string;
let bad: string;
let flight: string;

beforeAll(async () => {
  await twoCompanies();
  for (const body of [SHOP, TRAVEL]) expect((await call('POST', '/workflows?deploy=production', { body, headers: yaml })).status).toBe(201);
  await call('POST', '/workflows?deploy=production', { body: SHOP, headers: { ...yaml, 'x-tenant': 'globex' } });
  good = await start('shop', { id: 'o-1', sku: 'SKU-001', customer: 'c-1' });
  bad = await start('shop', { id: 'o-2', customer: 'c-2' });
  flight = await start('travel', { flights: ['LH-1', 'LH-2'] });
  await start('shop', { id: 'o-elsewhere', sku: 'SKU-001', customer: 'c-1' }, 'globex');
  const ended = async () => (await call('GET', '/executions')).body.items.filter(({ status }: { status: string }) => status !== 'running');
  await settle();
  expect(await ended()).toHaveLength(3);
});

describe('lines over all applications', () => {
  it('are those of the tenant, the newest executions first, each with where it comes from', async () => {
    const { items, next_cursor, looked } = await search('limit=200');
    expect(items.map(({ timestamp }) => timestamp)).toEqual(
      items
        .map(({ timestamp }) => timestamp)
        .sort()
        .reverse(),
    );
    expect(next_cursor).toBeNull();
    expect(looked).toMatchObject({ executions: 3 });
    expect([...new Set(items.map(({ execution_id }) => execution_id))]).toEqual([flight, bad, good]);
    expect(items.at(-1)).toMatchObject({ message: 'Execution started', execution_id: good, sequence_num: 1 });
    expect(items.find(({ message }) => message === 'Order o-1 came')).toMatchObject({
      level: 'warn',
      workflow: 'shop',
      pipeline: 'order',
      environment: 'production',
      tenant: 'acme',
      step: 'note',
      trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      fields: { sku: 'SKU-001' },
    });
  });

  it.each<[string, string[]]>([
    ['q=ORDER%20O-1', ['Order o-1 came']],
    ['q=sku-001&level=warn', ['Order o-1 came']],
    ['step=note', ['Step completed', 'Order o-2 came', 'Step completed', 'Order o-1 came']],
    ['step=each/say&q=flight', ['Flight LH-2', 'Flight LH-1']],
    ['step=each/0/say&q=flight', ['Flight LH-1']],
    ['workflow=travel&q=flight', ['Flight LH-2', 'Flight LH-1']],
    ['pipeline=shop.order&q=came', ['Order o-2 came', 'Order o-1 came']],
    ['attr.customer_id=c-2&q=came', ['Order o-2 came']],
    ['environment=staging', []],
    ['q=elsewhere', []],
    ['from=2099-01-01T00:00:00Z', []],
    ['to=2020-01-01T00:00:00Z', []],
  ])('%s', async (query, expected) => expect(await said(query)).toEqual(expected));

  it('of a level are those from it on', async () => {
    const { items } = await search('level=error');
    expect(items.length).toBeGreaterThan(0);
    for (const line of items) expect(line).toMatchObject({ level: 'error', execution_id: bad });
  });

  it('of one execution need no list, and go with what chooses lines alone', async () => {
    expect(await said(`execution=${good}&level=warn`)).toEqual(['Order o-1 came']);
    expect((await call('GET', `/logs?execution=${good}&workflow=shop`)).body).toMatchObject({ code: 'invalid_request' });
    expect((await call('GET', `/logs?execution=${good}&within=5s`)).body).toMatchObject({ code: 'invalid_request', detail: expect.stringContaining('within') });
    expect((await call('GET', '/logs?execution=nonsense')).body).toMatchObject({ code: 'invalid_id' });
    for (const id of [`exec_${'0'.repeat(43)}`, executionIdFromHex(env.EXECUTION.newUniqueId().toString())]) {
      expect(await call('GET', `/logs?execution=${id}`)).toMatchObject({ status: 404, body: { code: 'unknown_execution' } });
    }
    expect(await call('GET', `/logs?execution=${good}`, { headers: { 'x-tenant': 'globex' } })).toMatchObject({ status: 404 });
  });

  it.each(['', `execution=${'GOOD'}`])('come page by page without a gap or a double: %s', async (chosen) => {
    const query = chosen.replace('GOOD', good);
    const all = (await search(`limit=200&${query}`)).items;
    const seen: typeof all = [];
    for (let cursor: string | null = '', pages = 0; cursor !== null; pages++) {
      expect(pages).toBeLessThan(50);
      const page = await search(`limit=3&${query}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      seen.push(...page.items);
      cursor = page.next_cursor;
    }
    const places = (lines: typeof all) => lines.map(({ execution_id, sequence_num }) => `${execution_id}:${sequence_num}`).sort();
    expect(places(seen)).toEqual(places(all));
  });

  it('are found in the time in which they were said, also where their execution began before', async () => {
    const { items } = await search(`execution=${good}`);
    const last = items[0]!.timestamp;
    const after = new Date(Date.parse(last) + 1).toISOString();
    expect((await search(`workflow=shop&attr.customer_id=c-1&from=${last}&to=${after}`)).items.map(({ execution_id }) => execution_id)).toContain(good);
    expect((await search(`workflow=shop&attr.customer_id=c-1&from=${after}`)).items).toEqual([]);
  });

  it.each([
    ['level=loud', 400, 'invalid_request'],
    ['colour=red', 400, 'unknown_query_key'],
    ['cursor=nonsense', 400, 'invalid_cursor'],
    ['limit=0', 400, 'invalid_request'],
    ['within=500ms', 400, 'invalid_request'],
    ['within=1h', 400, 'invalid_request'],
    ['within=soon', 400, 'invalid_request'],
    ['workflow=wf_00000000000000000000', 404, 'unknown_workflow'],
  ])('%s is refused', async (query, status, code) => expect(await call('GET', `/logs?${query}`)).toMatchObject({ status, body: { code } }));
});

it('the log of one execution is narrowed by step, level and text', async () => {
  const lines = async (query: string) => (await call('GET', `/executions/${bad}/logs?${query}`)).body.items.map(({ message }: { message: string }) => message);
  expect(await lines('step=note')).toEqual(['Order o-2 came', 'Step completed']);
  expect(await lines('step=note&level=warn')).toEqual(['Order o-2 came']);
  expect(await lines('q=O-2')).toEqual(['Order o-2 came']);
  expect((await call('GET', `/executions/${bad}/logs?colour=red`)).body).toMatchObject({ code: 'unknown_query_key' });
});

it('a rare line is looked for in one request as long as is asked for, which says how far it came', async () => {
  // Executions that began later, of which nothing is left but their rows.
  const later = Array.from({ length: 130 }, (_, n) => ({
    kind: 'execution' as const,
    seq: 1,
    summary: {
      ...{ workflow: 'gone', workflow_id: 'wf_gone', version: 1, environment: 'production', pipeline: 'p', tenant: 'acme', trigger: 'manual' },
      execution_id: executionIdFromHex(env.EXECUTION.newUniqueId().toString()),
      status: 'completed' as const,
      started_at: new Date(Date.now() + n).toISOString(),
    },
  }));
  await new D1ExecutionIndex(env.DB).project(later);
  const page = await search('q=o-1+came');
  expect(page).toMatchObject({ items: [], next_cursor: expect.any(String), looked: { executions: 100 } });
  const whole = await search('q=o-1+came&within=20s');
  expect(whole.items.map(({ message }) => message)).toEqual(['Order o-1 came']);
  expect(whole).toMatchObject({ next_cursor: null, looked: { executions: 133 } });
  const rest = await search(`q=o-1+came&cursor=${page.next_cursor}`);
  expect(rest).toMatchObject({ items: whole.items, next_cursor: null, looked: { executions: 33, back_to: whole.looked.back_to } });
  // Once there is enough it goes no further.
  expect(await search('q=execution+started&limit=1&within=20s')).toMatchObject({ items: [{ execution_id: flight }], next_cursor: expect.any(String) });
});
