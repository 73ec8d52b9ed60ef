/**
 * A company's data is in its region's stores and nowhere else. Two companies of two regions leave marks in everything that data
 * comes in by, in some hundred executions, tried again where services fail, and one of the regions is killed in the middle and
 * comes back. Then every file of the other region and of the router, every log, and the memory of the other region's process are
 * searched for the marks, in whatever form.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryHolds } from './process-memory.ts';
import { type Answer, type Started, started } from './started.ts';
import { filesWith, findings } from './stored-files.ts';

const COMPANIES = [
  { tenant: 'acme', region: 'us', other: 'eu' },
  { tenant: 'globex', region: 'eu', other: 'us' },
] as const;
/** Above the size that goes to R2. */
const LARGE = 100_000;
/** Of each company; each of them publishes an event, which is another one. */
const EXECUTIONS = 60;
const AT_ONCE = 6;
/** After so many of its own the region of the second company is killed. */
const KILLED_AFTER = 20;

const core = (tenant: string) => `-of-${tenant}-7f3a`;
const mark = (what: string, tenant: string) => `${what}${core(tenant)}`;

/** What is planted, and in which store it has to be found for the search to mean something. */
const PLANTED: { readonly [what: string]: RegExp } = {
  body: /ExecutionObject/,
  output: /ExecutionObject/,
  line: /ObserverObject/,
  error: /ExecutionObject/,
  signal: /ExecutionObject/,
  large: /\/r2\//,
  file: /\/r2\//,
  definition: /\/r2\//,
  row: /AppDatabaseObject/,
  cached: /AppDatabaseObject/,
  document: /AppDatabaseObject/,
  state: /AppDatabaseObject/,
  event: /ExecutionObject/,
  waits: /\/d1\//,
  attribute: /\/d1\//,
  letter: /\/d1\//,
  metric: /\/d1\//,
  breakpoint: /\/d1\//,
  mock: /\/d1\//,
  mail: /\/d1\//,
  key: /\/d1\//,
  audited: /AuditLogObject/,
};

/** Marks come with the data, so that only what was planted by name is in the definition. */
const documentOf = (tenant: string) => `
name: all-stores
description: ${mark('definition', tenant)}
modules:
  - { name: rows, type: storage.sqlite, config: { setup: ["CREATE TABLE IF NOT EXISTS notes (id TEXT PRIMARY KEY, text TEXT)"] } }
  - { name: cached, type: cache.modular }
  - { name: documents, type: nosql.memory }
  - { name: files, type: storage.artifact }
  - { name: states, type: state.tracker }
  - { name: lines, type: log.collector, config: { level: info } }
pipelines:
  work:
    trigger: { type: http, config: { method: POST, path: /work } }
    idempotency: { key_template: "{{ .order_id }}" }
    attributes: { customer: "attribute{{ .core }}" }
    steps:
      - { name: shape, type: step.set, config: { values: { shaped: "output{{ .core }}" } } }
      - { name: row, type: step.db_exec, config: { database: rows, query: "INSERT INTO notes VALUES ($1, $2) ON CONFLICT (id) DO NOTHING", params: ["{{ .order_id }}", "row{{ .core }}"] } }
      - { name: cache, type: step.cache_set, config: { cache: cached, key: "{{ .order_id }}", value: "cached{{ .core }}" } }
      - { name: document, type: step.nosql_put, config: { store: documents, key: "{{ .order_id }}", item: { text: "document{{ .core }}" } } }
      - { name: state, type: step.state_set, config: { tracker: states, resource_type: orders, resource_id: "{{ .order_id }}", state: "state{{ .core }}" } }
      - { name: file, type: step.artifact_upload, config: { store: files, key: "{{ .order_id }}.json", content: "file{{ .core }}" } }
      - name: reserve
        type: step.http_call
        retry: { max_attempts: 10, backoff: fixed, initial_delay: 50ms, jitter: false }
        config: { url: "http://inventory-service/api/reserve", method: POST, body: { order_id: "{{ .order_id }}", quantity: 1 } }
      - { name: say, type: step.log, config: { message: "line{{ .core }}" } }
      - { name: tell, type: step.publish, config: { topic: noted, payload: { text: "event{{ .core }}" } } }
      - { name: answer, type: step.json_response, config: { body: { region: "{{ .meta.region }}" } } }
  noted:
    trigger: { type: event, config: { topic: noted } }
    steps:
      - { name: keep, type: step.set, config: { values: { text: "{{ .trigger.data.text }}" } } }
  ${mark('metric', tenant)}:
    trigger: { type: manual }
    steps:
      - { name: keep, type: step.set, config: { values: { a: 1 } } }
  fails:
    trigger: { type: manual }
    dead_letter: { enabled: true }
    steps:
      - { name: fail, type: step.fail, config: { message: "error{{ .core }}, letter{{ .core }}" } }
  waits:
    trigger: { type: manual }
    steps:
      - { name: hold, type: step.wait_for_event, config: { event: go, correlation: { order: "waits{{ .core }}" }, timeout: 1h } }
`;

let platform: Started;

/** A connection that broke off, as happens where a region dies, is no answer. */
const NO_ANSWER: Answer = { status: 599, headers: new Headers(), text: 'the connection broke off', body: {} };
/** Asks again until it is answered, as a caller does; under the same key it is taken once. */
const insisted = (ask: () => Promise<Answer>) =>
  platform.until(
    () => ask().catch(() => NO_ANSWER),
    ({ status }) => status < 500 && status !== 202,
    60_000,
  );

/** Everything by which data comes in beside the load. */
async function plant(tenant: string): Promise<void> {
  const api = async (method: string, path: string, body: unknown) => {
    const answer = await platform.api(method, path, body, { 'x-tenant': tenant });
    expect([path, answer.status, answer.text]).toEqual([path, expect.toSatisfy((status) => status < 300), answer.text]);
    return answer.body;
  };
  const begin = (pipeline: string, data: object = {}) =>
    api('POST', '/executions', { workflow: 'all-stores', pipeline, data: { core: core(tenant), ...data } });
  await api('POST', '/workflows?deploy=production', documentOf(tenant));
  await api('POST', '/pipelines/all-stores.waits/breakpoints', { step: 'hold', condition: `other == "${mark('breakpoint', tenant)}"` });
  await api('POST', '/pipelines/all-stores.noted/mock', { mocks: { keep: { output: { text: mark('mock', tenant) } } } });
  await api('POST', '/invitations', { email: `${mark('mail', tenant)}@example.com`, role: 'viewer' });
  await api('POST', '/api-keys', { tenant, role: 'viewer', name: mark('key', tenant) });
  await api('POST', '/api-keys', { tenant, role: 'viewer', name: mark('audited', tenant) });
  await begin('fails');
  await begin(mark('metric', tenant));
  const { execution_id } = await begin('waits');
  await platform.until(
    () => platform.api('GET', `/executions/${execution_id}`, undefined, { 'x-tenant': tenant }),
    ({ body }) => body.status === 'waiting',
  );
  const { execution_id: told } = await begin('waits', { core: `${core(tenant)}-told` });
  await platform.until(
    () => platform.api('GET', `/executions/${told}`, undefined, { 'x-tenant': tenant }),
    ({ body }) => body.status === 'waiting',
  );
  await api('POST', `/executions/${told}/signals/go`, { note: mark('signal', tenant) });
}

/** So many executions, a few at a time. Answers their statuses; `each`: after each one. */
async function load(tenant: string, each: (count: number) => void): Promise<void> {
  let next = 0;
  let done = 0;
  const work = async () => {
    for (let at = next++; at < EXECUTIONS; at = next++) {
      const order = {
        order_id: `o-${at}`,
        core: core(tenant),
        note: mark('body', tenant),
        ...(at % 10 === 0 ? { more: mark('large', tenant) + 'x'.repeat(LARGE) } : {}),
      };
      const answer = await insisted(() => platform.call('POST', `/in/${tenant}/all-stores/work`, order, { 'x-request-id': mark('header', tenant) }));
      expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
      each(++done);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** The region of the second company dies in the middle of its work, and comes back while its callers insist. */
async function loadWithFailover(): Promise<void> {
  const { eu } = platform.regions;
  let failover: Promise<void> | undefined;
  const fail = async () => {
    await eu.kill();
    const order = { order_id: 'refused', core: core('globex'), note: mark('refused', 'globex') };
    const refused = await platform.call('POST', '/in/globex/all-stores/work', order);
    expect(refused).toMatchObject({ status: 503, body: { code: 'region_unavailable', region: 'eu' } });
    await eu.start();
  };
  const onward = (count: number) => {
    if (count === KILLED_AFTER) failover = fail();
  };
  await Promise.all([load('acme', () => undefined), load('globex', onward)]);
  await failover;
}

beforeAll(async () => {
  platform = await started({ deployments: [] });
  for (const { tenant, region } of COMPANIES) {
    const made = await platform.api('POST', '/companies', { name: tenant, slug: tenant, region });
    expect([201, 409]).toContain(made.status);
  }
  await Promise.all(COMPANIES.map(({ tenant }) => plant(tenant)));
  await platform.peer('POST', '/switches', { service: 'inventory-service', action: 'reserve', mode: 'fail', status: 503, times: 40 });
  await loadWithFailover();
  for (const { tenant } of COMPANIES) {
    const own = { 'x-tenant': tenant };
    await platform.until(
      () => platform.api('GET', '/executions?pipeline=noted&status=completed&limit=200', undefined, own),
      ({ body }) => body.items?.length === EXECUTIONS,
    );
    for (const path of ['/dashboard/metrics?period=1h', '/metrics', '/dlq/stats', '/workflows/all-stores/logs', '/audit', '/mailbox'])
      expect([path, (await platform.api('GET', path, undefined, own)).status]).toEqual([path, 200]);
  }
}, 300_000);
afterAll(() => platform?.stop());

describe.each(COMPANIES)('data of $tenant', ({ tenant, region, other }) => {
  it('is all there, each execution once, whatever was tried again', async () => {
    const { body } = await platform.api('GET', '/executions?pipeline=work&limit=200', undefined, { 'x-tenant': tenant });
    expect(body.items.map(({ status }: { status: string }) => status)).toEqual(Array(EXECUTIONS).fill('completed'));
  });

  it('is found in the stores of its region, so that the search means something', async () => {
    await platform.until(
      () => platform.api('GET', '/workflows/all-stores/logs?limit=1', undefined, { 'x-tenant': tenant }),
      ({ body }) => body.items?.length === 1,
    );
    const found = findings(
      [platform.regions[region].dir],
      Object.keys(PLANTED).map((what) => mark(what, tenant)),
    );
    const missed = Object.entries(PLANTED).filter(([what, store]) => !found.some(({ file, text }) => text === mark(what, tenant) && store.test(file)));
    expect(missed).toEqual([]);
  });

  it('is in no file of the other region, of the router, or of what these logged', () => {
    const logs = [other, 'router'].map((name) => `${name}.log`);
    const elsewhere = findings([platform.regions[other].dir, platform.router.dir], [core(tenant)]);
    const logged = findings([platform.logDir], [core(tenant)]).filter(({ file }) => logs.some((log) => file.endsWith(log)));
    expect([...elsewhere, ...logged].map(({ file }) => file)).toEqual([]);
  });

  it('is not in the memory of the other region: no queue, no cache', () => {
    const here = memoryHolds(platform.regions[region].pid!, core(tenant));
    // What may not be looked into is said to be so for both.
    expect([here, memoryHolds(platform.regions[other].pid!, core(tenant))]).toEqual(here === undefined ? [undefined, undefined] : [true, false]);
  });
});

it('would find what lies in the wrong place', () => {
  const stray = join(platform.regions.us.dir, 'stray');
  writeFileSync(stray, `{"v":"${Buffer.from(`some${mark('planted', 'globex')}text`).toString('base64')}"}`);
  expect(filesWith(platform.regions.us.dir, core('globex'))).toEqual([]);
  expect(findings([platform.regions.us.dir], [core('globex')])).toEqual([{ file: stray, text: core('globex') }]);
});
