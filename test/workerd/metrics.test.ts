/** Metrics and cost over the API, on real bindings: what was started comes out, once, and only to those who may see it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { executionCostSchema, type Metrics, metricsSchema, tenantCostSchema } from '#contracts/api-metrics';
import { call, send } from './api-client';
import { effects } from './api-effects';
import { twoCompanies } from './companies';
import { settle } from './settle';

const yaml = { 'content-type': 'application/yaml' };
const SHOP = `name: shop
pipelines:
  pay:
    trigger: { type: manual }
    dead_letter: { retention: 3d }
    steps:
      - { name: price, type: step.set, config: { values: { total: 12 } } }
      - { name: charge, type: step.http_call, config: { method: POST, url: "https://bank.test/charge" } }
  look:
    trigger: { type: manual }
    steps:
      - { name: price, type: step.set, config: { values: { total: 12 } } }
`;
let other: string;

const run = async (pipeline: string, failing = false) => {
  effects.failing = failing ? 'charge' : undefined;
  const { body } = await call('POST', '/executions?wait=30s', { body: { workflow: 'shop', pipeline, data: {} } });
  effects.failing = undefined;
  return body.execution_id as string;
};
const metrics = async (query = ''): Promise<Metrics> => metricsSchema.parse((await call('GET', `/dashboard/metrics${query}`)).body);
/** Once the list has all that was started. */
async function settled(total: number): Promise<void> {
  await settle();
  expect((await metrics()).summary).toMatchObject({ total_executions: total, running: 0 });
}

beforeAll(async () => {
  // Amid a day, for counts are by the day and the hour; and behind the real clock, so that alarms ring at once.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-02-15T14:30:00Z') });
  await twoCompanies();
  other = (await call('POST', '/api-keys', { body: { tenant: 'globex', role: 'owner', name: 'other' } })).body.key;
  expect((await call('POST', '/workflows?deploy=production', { body: SHOP, headers: yaml })).status).toBe(201);
  await run('pay');
  await run('pay', true);
  await run('look');
  await settled(3);
});
afterAll(() => vi.useRealTimers());
beforeEach(() => {
  effects.failing = undefined;
});

describe('the metrics of a period', () => {
  it('have the shape of the product document, and count what was started', async () => {
    const { pipeline, period, summary, by_step, by_hour } = await metrics('?pipeline=shop.pay&period=24h');
    expect({ pipeline, period }).toEqual({ pipeline: 'shop.pay', period: '24h' });
    expect(summary).toMatchObject({ total_executions: 2, success_rate: 50, error_count: 1, dlq_depth: 1 });
    for (const key of ['avg_duration_ms', 'p50_duration_ms', 'p95_duration_ms', 'p99_duration_ms'] as const) expect(summary[key]).toBeGreaterThanOrEqual(0);
    expect(by_step.map(({ step, executions, errors, error_rate }) => ({ step, executions, errors, error_rate }))).toEqual([
      { step: 'price', executions: 2, errors: 0, error_rate: 0 },
      { step: 'charge', executions: 2, errors: 1, error_rate: 50 },
    ]);
    expect(by_hour).toHaveLength(25);
    expect(by_hour.reduce((sum, hour) => sum + hour.executions, 0)).toBe(2);
    expect(by_hour[0]!.hour).toMatch(/^\d{4}-\d\d-\d\dT\d\d:00Z$/);
  });

  it('are told by minutes when the period is short', async () => {
    const { series, point_ms } = await metrics('?period=15m');
    expect(point_ms).toBe(60_000);
    expect(series.length).toBeGreaterThanOrEqual(15);
    expect(series.reduce((sum, { executions }) => sum + executions, 0)).toBe(3);
  });

  it.each([
    ['the workflow', '?workflow=shop', 3],
    ['a pipeline by its name alone', '?pipeline=look', 1],
    ['an environment', '?environment=staging', 0],
    ['the project', '?project=prj_default', 3],
    ['a project without workflows', '?project=prj_other', 0],
  ])('are of %s', async (_title, query, total) => expect((await metrics(query)).summary.total_executions).toBe(total));

  it('of a project have its dead letters alone', async () => {
    expect((await metrics('?project=prj_default')).summary.dlq_depth).toBe(1);
    expect((await metrics('?project=prj_other')).summary.dlq_depth).toBe(0);
  });

  it('do not count an execution twice whose row is handed over again', async () => {
    const { body } = await call('GET', '/executions?pipeline=look');
    await call('POST', `/executions/${body.items[0].execution_id}/rebuild`, { body: {} });
    await settled(3);
  });

  it.each([
    ['no period', '?period=soon', 'invalid_request'],
    ['one that is too long', '?period=90d', 'invalid_request'],
    ['one that is too short', '?period=1m', 'invalid_request'],
    ['a key that is not known', '?colour=red', 'unknown_query_key'],
  ])('refuse %s', async (_title, query, code) => expect((await call('GET', `/dashboard/metrics${query}`)).body.code).toBe(code));

  it('are nobody else’s', async () => {
    expect((await call('GET', '/dashboard/metrics', { key: other })).body.summary.total_executions).toBe(0);
    expect((await call('GET', '/metrics', { key: other })).body).toBe('');
    expect((await call('GET', '/dashboard/metrics', { key: null })).status).toBe(401);
    expect((await call('GET', '/metrics', { key: null })).status).toBe(401);
  });
});

describe('the text for Prometheus', () => {
  it.each(['/api/v1/metrics', '/metrics'])('is at %s', async (path) => {
    const response = await send('GET', path);
    const text = await response.text();
    expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    expect(text).toContain('workflow_pipeline_executions_total{tenant="acme",workflow="shop",environment="production",pipeline="pay",status="failed"} 1');
    expect(text).toContain('workflow_dlq_depth{tenant="acme",workflow="shop",environment="production",pipeline="pay"} 1');
  });

  it('tells who is at work and who waits where that is bounded, the company’s to whoever sees all of it', async () => {
    const bounded = 'workflow_worker_pool_active{tenant="acme",pool="company"} 0';
    expect((await call('GET', '/metrics')).body).not.toContain('worker_pool');
    await call('PUT', '/tenants/acme/quota', { body: { plan: 'team' } });
    expect((await call('GET', '/metrics')).body).toContain(bounded);
    const { key } = (await call('POST', '/api-keys', { body: { name: 'viewer', role: 'viewer', project: 'prj_default' } })).body;
    const seen = (await call('GET', '/metrics', { key })).body;
    expect(seen).toContain('workflow_pipeline_executions_total');
    expect(seen).not.toContain('worker_pool');
    await call('PUT', '/tenants/acme/quota', { body: { plan: null } });
  });

  it.each(['/api/v1/metrics', '/metrics'])('is refused at %s with the id of the request', async (path) => {
    const response = await send('GET', path, { key: null, headers: { 'x-request-id': 'req-of-the-scraper' } });
    expect([response.status, response.headers.get('x-request-id')]).toEqual([401, 'req-of-the-scraper']);
    expect(await response.json()).toMatchObject({ code: 'unauthenticated', request_id: 'req-of-the-scraper' });
  });
});

describe('cost', () => {
  it('of an execution is told with what was used, by step, and with the prices', async () => {
    const { body } = await call('GET', '/executions?pipeline=pay&status=completed');
    const cost = executionCostSchema.parse((await call('GET', `/executions/${body.items[0].execution_id}/cost`)).body);
    // The table, two rows of the log, the alarm twice, its line in the list.
    expect(cost.usage).toMatchObject({ rows_written: 7, worker_requests: 1 });
    expect(cost.cost_usd).toBeCloseTo(
      Object.values(cost.cost).reduce((sum, part) => sum + part, 0),
      12,
    );
    expect(cost.by_step.map(({ step }) => step)).toEqual(['price', 'charge']);
    expect(cost.by_step[1]!.usage.rows_written).toBe(1);
  });

  it('of a company is the sum of its executions', async () => {
    const all = (await call('GET', '/executions')).body.items as { execution_id: string }[];
    const each = await Promise.all(
      all.map(async ({ execution_id }) => executionCostSchema.parse((await call('GET', `/executions/${execution_id}/cost`)).body)),
    );
    const cost = tenantCostSchema.parse((await call('GET', '/tenants/acme/cost?period=24h')).body);
    expect(cost.executions).toBe(3);
    expect(cost.cost_usd).toBeCloseTo(
      each.reduce((sum, { cost_usd }) => sum + cost_usd, 0),
      12,
    );
    expect(cost.by_pipeline.map(({ pipeline, executions }) => [pipeline, executions])).toEqual([
      ['pay', 2],
      ['look', 1],
    ]);
    expect(cost.by_day).toHaveLength(1);
  });

  it('takes the prices of the region', async () => {
    const bindings = { PRICES: '{"row_written": 1000}' };
    const { body } = await call('GET', '/tenants/acme/cost', { bindings });
    expect(body.prices.row_written).toBe(1000);
    expect(body.cost.rows_written).toBeCloseTo(body.usage.rows_written / 1000, 12);
  });

  it('of another company is not told', async () => {
    expect((await call('GET', '/tenants/acme/cost', { key: other })).status).toBe(404);
    expect((await call('GET', `/executions/exec_${'0'.repeat(42)}1/cost`, { key: other })).body.code).toBe('unknown_execution');
  });
});
