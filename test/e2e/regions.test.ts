/**
 * One definition, executions in two regions: each lives where its residency says and is nowhere else, and the tenant's
 * people see all of them. A region that is away takes only its own with it.
 */
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chainFaults } from '#portable/erasure-certificates';
import { type Started, started } from './started.ts';
import { filesWith } from './stored-files.ts';

/** Above the size that goes to R2. */
const LARGE = 100_000;

const REGIONAL = `
name: regional
modules:
  - { name: notes, type: storage.sqlite, config: { setup: ["CREATE TABLE IF NOT EXISTS notes (text TEXT)"] } }
pipelines:
  take:
    residency: "{{ .region }}"
    trigger: { type: http, config: { method: POST, path: /take } }
    dead_letter: { enabled: true }
    steps:
      - { name: keep, type: step.set, config: { values: { kept: "{{ .note }}" } } }
      - { name: row, type: step.db_exec, config: { database: notes, query: "INSERT INTO notes VALUES ($1)", params: ["{{ .note }}"] } }
      - { name: say, type: step.log, config: { message: "{{ .note }}" } }
      - { name: hold, type: step.wait_for_event, config: { event: go, timeout: 1h }, if: "wait == true" }
      - { name: fails, type: step.fail, config: { message: "{{ .note }}" }, if: "broken == true" }
      - { name: answer, type: step.json_response, config: { body: { region: "{{ .meta.region }}" } } }
  once:
    residency: "{{ .region }}"
    trigger: { type: manual }
    steps:
      - { name: charge, type: step.http_call, idempotency_key: "charge in {{ .region }}", config: { url: "http://payment-service/api/charge", method: POST, body: { order_id: "{{ .region }}" } } }
  call-and-wait:
    trigger: { type: manual }
    steps:
      - { name: there, type: step.workflow_call, config: { workflow: take, input: { region: eu, note: called } } }
`;

let platform: Started;
const ids: Record<string, string> = {};

/** A tenant that is erased while all the rest goes on. */
const GONE = 'initech';
const GONE_MARK = 'planted-to-be-erased-8e2b';
let goneKey: string;

async function beginErasure(): Promise<void> {
  const own = { 'x-tenant': GONE };
  expect((await platform.api('POST', '/companies', { name: GONE_MARK, slug: GONE, region: 'us' })).status).toBe(201);
  expect(
    (await platform.api('POST', '/workflows?deploy=production', REGIONAL.replace('name: regional', `name: regional\ndescription: ${GONE_MARK}`), own)).status,
  ).toBe(201);
  goneKey = (await platform.api('POST', '/api-keys', { tenant: GONE, role: 'owner', name: GONE_MARK })).body.key;
  for (const region of ['us', 'eu']) {
    for (const more of [{}, { big: 'x'.repeat(LARGE) }]) {
      expect((await platform.call('POST', `/in/${GONE}/regional/take`, { region, note: GONE_MARK, ...more })).status).toBe(200);
    }
    await platform.api('POST', '/executions', { workflow: 'regional', pipeline: 'take', data: { region, note: GONE_MARK, wait: true } }, own);
    await platform.call('POST', `/in/${GONE}/regional/take`, { region, note: GONE_MARK, broken: true });
    expect(filesWith(platform.regions[region as 'us'].dir, GONE_MARK).length).toBeGreaterThan(3);
  }
  await platform.until(
    () => platform.api('GET', '/executions?limit=100', undefined, own),
    ({ body }) => body.items.length === 8,
  );
  const asOwner = { authorization: `Bearer ${goneKey}` };
  expect((await platform.api('POST', `/tenants/${GONE}/erasure`, { confirm: 'initec' }, asOwner)).status).toBe(400);
  expect((await platform.api('POST', '/tenants/acme/erasure', { confirm: 'acme' }, asOwner)).status).toBe(404);
  const begun = await platform.api('POST', `/tenants/${GONE}/erasure`, { confirm: GONE }, asOwner);
  expect(begun).toMatchObject({ status: 202, body: { tenant: GONE, status: 'closing' } });
  // From the answer on, at every door.
  const closed = { status: 410, body: { code: 'tenant_closed' } };
  expect(await platform.call('POST', `/in/${GONE}/regional/take`, { region: 'us', note: GONE_MARK })).toMatchObject(closed);
  expect(await platform.api('GET', '/workflows', undefined, asOwner)).toMatchObject(closed);
  expect(await platform.api('POST', '/executions', { workflow: 'regional', pipeline: 'take', data: { region: 'eu' } }, own)).toMatchObject(closed);
  for (const region of ['us', 'eu'] as const) {
    const answer = await fetch(`http://127.0.0.1:${platform.regions[region].port}/in/${GONE}/regional/take`, { method: 'POST', body: '{}' });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([410, 'tenant_closed']);
  }
  expect((await platform.api('GET', `/tenants/${GONE}/erasure`, undefined, asOwner)).status).toBe(200);
}

const mark = (what: string, region: string) => `planted-${what}-for-${region}-4c1d`;
const take = (region: string, note: string, more: object = {}, headers = {}) =>
  platform.call('POST', '/in/acme/regional/take', { region, note, ...more }, headers);

beforeAll(async () => {
  platform = await started({ deployments: [{ tenant: 'acme', file: join(import.meta.dirname, '../../examples/regional-signups/regional-signups.yaml') }] });
  const deployed = await platform.api('POST', '/workflows?deploy=production', REGIONAL);
  expect(deployed.status).toBe(201);
  for (const region of ['us', 'eu']) {
    const small = await take(region, mark('body', region), {}, { 'x-note': mark('header', region) });
    expect(small).toMatchObject({ status: 200, body: { region } });
    ids[region] = small.headers.get('x-execution-id')!;
    expect((await take(region.toUpperCase(), mark('large', region) + 'x'.repeat(LARGE))).status).toBe(200);
    expect((await take(region, mark('failed', region), { broken: true })).status).toBe(500);
  }
  await beginErasure();
});
afterAll(() => platform?.stop());

describe.each([
  { region: 'us', other: 'eu' },
  { region: 'eu', other: 'us' },
] as const)('executions of $region', ({ region, other }) => {
  it.each(['body', 'header', 'large', 'failed'])('are found there and nowhere else: %s', (what) => {
    expect(filesWith(platform.regions[region].dir, mark(what, region))).not.toEqual([]);
    expect(filesWith(platform.regions[other].dir, mark(what, region))).toEqual([]);
    expect(filesWith(platform.router.dir, mark(what, region))).toEqual([]);
    const logs = filesWith(platform.logDir, mark(what, region)).filter((path) => !path.endsWith(`${region}.log`));
    expect(logs).toEqual([]);
  });

  it('answer to their tenant: by id, with timeline, events and export', async () => {
    const one = await platform.api('GET', `/executions/${ids[region]}`);
    expect(one).toMatchObject({ status: 200, body: { execution_id: ids[region], status: 'completed' } });
    expect((await platform.api('GET', `/executions/${ids[region]}/timeline`)).body).toMatchObject({ region, tenant: 'acme' });
    expect((await platform.api('GET', `/executions/${ids[region]}/export`)).text).toContain(mark('body', region));
    expect((await platform.api('GET', `/executions/${ids[region]}`, undefined, { 'x-tenant': 'globex' })).status).toBe(404);
  });

  it('are steered from home, and replayed where they live', async () => {
    const waiting = await platform.api('POST', '/executions', { workflow: 'regional', pipeline: 'take', data: { region, note: 'n', wait: true } });
    expect(waiting.status).toBe(202);
    const id = waiting.body.execution_id;
    await platform.until(
      () => platform.api('GET', `/executions/${id}`),
      (answer) => answer.body.status === 'waiting',
    );
    const signalled = await platform.api('POST', `/executions/${id}/signals/go`, { note: mark('signal', region) });
    expect(signalled.status).toBeLessThan(300);
    await platform.until(
      () => platform.api('GET', `/executions/${id}`),
      (answer) => answer.body.status === 'completed',
    );
    expect(filesWith(platform.regions[other].dir, mark('signal', region))).toEqual([]);
    const replay = await platform.api('POST', `/executions/${ids[region]}/replay`, { mode: 'exact' });
    expect(replay.status).toBe(202);
    expect((await platform.api('GET', `/executions/${replay.body.execution_id}/timeline`)).body.region).toBe(region);
  });

  it('start once for one idempotency key', async () => {
    const start = () =>
      platform.api('POST', '/executions', { workflow: 'regional', pipeline: 'take', data: { region, note: 'n' }, idempotency_key: 'the-key' });
    const [first, second] = [await start(), await start()];
    expect(second.body).toMatchObject({ execution_id: first.body.execution_id, existing: true });
  });

  it('hold keys that are listed, looked up and released from home', async () => {
    const once = () =>
      platform.api('POST', '/executions?wait=20s', { workflow: 'regional', pipeline: 'once', data: { region }, idempotency_key: `once in ${region}` });
    const { execution_id } = (await once()).body;
    const key = `charge in ${region}`;
    const held = { execution_id, region, state: 'answered' };
    expect((await platform.api('GET', `/idempotency-keys?scope=step&q=${encodeURIComponent(key)}`)).body.items).toMatchObject([
      { key, step: 'charge', ...held },
    ]);
    await platform.until(
      () => platform.api('GET', `/idempotency-keys?q=${encodeURIComponent(`once in ${region}`)}`),
      ({ body }) => body.items.length === 1 && body.items[0].region === region && body.items[0].state === 'answered',
    );
    expect(await platform.api('GET', `/idempotency-keys/${encodeURIComponent(key)}`)).toMatchObject({ status: 200, body: { execution_id, status: 'stored' } });
    expect((await platform.api('POST', `/idempotency-keys/${encodeURIComponent(key)}/release`, {})).status).toBe(200);
    expect((await platform.api('GET', `/idempotency-keys/${encodeURIComponent(key)}`)).status).toBe(404);
    expect((await platform.api('POST', `/executions/${execution_id}/release-key`, {})).status).toBe(200);
    expect((await once()).body).toMatchObject({ existing: false });
  });
});

it('counts replays of what lives elsewhere by the rate of its home', async () => {
  const own = { 'x-tenant': 'frugal' };
  expect((await platform.api('POST', '/companies', { name: 'Frugal', slug: 'frugal', region: 'us' })).status).toBe(201);
  const quota = { plan: 'unlimited', overrides: { rate: { per_minute: 60, burst: 2 } } };
  expect((await platform.api('PUT', '/tenants/frugal/quota', quota, own)).status).toBe(200);
  expect((await platform.api('POST', '/workflows?deploy=production', REGIONAL, own)).status).toBe(201);
  const start = { workflow: 'regional', pipeline: 'take', data: { region: 'eu', note: 'n' } };
  const { execution_id } = (await platform.api('POST', '/executions?wait=10s', start, own)).body;
  const replays = await Promise.all(Array.from({ length: 10 }, () => platform.api('POST', `/executions/${execution_id}/replay`, { mode: 'exact' }, own)));
  expect(new Set(replays.map(({ status }) => status))).toEqual(new Set([202, 429]));
  expect(replays.find(({ status }) => status === 429)!.body.code).toBe('quota_exceeded');
});

it('lists the executions of all regions, newest first, page by page, each once', async () => {
  const all = await platform.until(
    () => platform.api('GET', '/executions?workflow=regional&limit=100'),
    ({ body }) => ['us', 'eu'].every((region) => body.items.filter((item: { region: string }) => item.region === region).length >= 5),
  );
  expect(all.body.regions).toEqual([
    { region: 'us', status: 'ok' },
    { region: 'eu', status: 'ok' },
  ]);
  const paged: string[] = [];
  let cursor = '';
  do {
    const page = await platform.api('GET', `/executions?workflow=regional&limit=3${cursor && `&cursor=${cursor}`}`);
    expect(page.body.items.length).toBeLessThanOrEqual(3);
    paged.push(...page.body.items.map((item: { execution_id: string }) => item.execution_id));
    cursor = page.body.next_cursor ?? '';
  } while (cursor);
  expect(paged).toEqual(all.body.items.map((item: { execution_id: string }) => item.execution_id));
});

it('finds what executions of all regions have said, and the lines of each by its id', async () => {
  const said = async (query: string) => (await platform.api('GET', `/logs?${query}`)).body;
  const { items, regions } = await said('q=planted-body');
  // Replays of them have said the same, each where it lives.
  for (const { message, region } of items as Record<string, string>[]) expect(message).toBe(mark('body', region!));
  expect(items.map(({ execution_id }: { execution_id: string }) => execution_id)).toEqual(expect.arrayContaining([ids.us, ids.eu]));
  expect(regions).toEqual(['us', 'eu'].map((region) => ({ region, status: 'ok' })));
  for (const region of ['us', 'eu']) {
    const own = await said(`execution=${ids[region]}&step=say&limit=1`);
    expect(own.items).toMatchObject([{ message: 'Step completed', region }]);
    expect((await said(`execution=${ids[region]}&step=say&limit=5&cursor=${encodeURIComponent(own.next_cursor)}`)).items).toMatchObject([
      { message: mark('body', region), region },
    ]);
  }
});

it('adds up the executions of all regions in its metrics and cost, and tells the cost of each by its id', async () => {
  const { body: list } = await platform.api('GET', '/executions?limit=200');
  const counted = await platform.until(
    () => platform.api('GET', '/dashboard/metrics?period=1h&workflow=regional'),
    ({ body }) => body.summary?.total_executions === list.items.filter(({ workflow }: { workflow: string }) => workflow === 'regional').length,
  );
  expect(counted.body.regions.map(({ status }: { status: string }) => status)).toEqual(['ok', 'ok']);
  expect((await platform.api('GET', '/tenants/acme/cost?period=1h')).body.executions).toBe(list.items.length);
  for (const region of ['us', 'eu']) expect((await platform.api('GET', `/executions/${ids[region]}/cost`)).body.cost_usd).toBeGreaterThan(0);
});

it('keeps dead letters where their execution lives; a header asks for them', async () => {
  const letters = (headers = {}) => platform.api('GET', '/dlq/pipelines/regional.take', undefined, headers);
  const there = await platform.until(
    () => letters({ 'x-region': 'eu' }),
    ({ body }) => body.items?.length === 1,
  );
  expect(JSON.stringify(there.body)).toContain(mark('failed', 'eu'));
  expect(JSON.stringify((await letters()).body)).not.toContain(mark('failed', 'eu'));
  expect(await letters({ 'x-region': 'ap' })).toMatchObject({ status: 422, body: { code: 'unknown_region', regions: ['us', 'eu'] } });
});

it('shows and sets the circuit breakers of both regions from home', async () => {
  const order = (body: object, headers = {}) => platform.api('POST', '/circuit-breakers/pay.example', body, headers);
  const listed = async () =>
    (await platform.api('GET', '/circuit-breakers')).body.items.map(({ region, status }: { region: string; status: string }) => `${region} ${status}`);
  expect((await order({ action: 'open', for: '10m', everywhere: true })).body).toMatchObject({
    region: 'us',
    regions: [
      { region: 'us', status: 'open' },
      { region: 'eu', status: 'open' },
    ],
  });
  expect(await listed()).toEqual(['eu open', 'us open']);
  expect((await order({ action: 'close' }, { 'x-region': 'eu' })).body).toMatchObject({ region: 'eu', status: 'closed' });
  expect(await listed()).toEqual(['eu closed', 'us open']);
  expect((await order({ action: 'close', everywhere: true })).body.regions.map(({ status }: { status: string }) => status)).toEqual(['closed', 'closed']);
});

it('follows the data: an event that was published in a region is taken there', async () => {
  const signedUp = await platform.call('POST', '/in/acme/regional-signups/signups', { email: 'ada-4c1d@example.com', name: 'Ada-4c1d', country: 'CH' });
  expect(signedUp).toMatchObject({ status: 201, body: { region: 'eu' } });
  await platform.until(
    () => platform.api('GET', '/executions?workflow=regional-signups&pipeline=greet'),
    ({ body }) => body.items.length === 1 && body.items[0].status === 'completed' && body.items[0].region === 'eu',
  );
  expect(filesWith(platform.regions.us.dir, 'ada-4c1d@example.com')).toEqual([]);
  expect(filesWith(platform.regions.us.dir, 'Ada-4c1d')).toEqual([]);
  expect(filesWith(platform.regions.eu.dir, 'ada-4c1d@example.com')).not.toEqual([]);
});

it('runs in the other region what was deployed a moment ago', async () => {
  const { body } = await platform.api('GET', '/workflows/regional');
  const next = await platform.api('PUT', `/workflows/${body.id}`, REGIONAL.replace('body: { region', 'body: { second: true, region'));
  await platform.api('POST', '/deployments', { workflow_id: body.id, version: next.body.version, environment: 'production' });
  await platform.until(
    () => take('eu', 'n'),
    (answer) => answer.body.second === true,
  );
  expect((await platform.api('GET', '/tenants/acme/regions')).body).toMatchObject({
    home: 'us',
    replication: null,
    regions: [
      { region: 'us', role: 'home' },
      { region: 'eu', role: 'executions', current: true },
    ],
    platform_regions: ['eu', 'us'],
    health: { eu: 'ok', us: 'ok' },
  });
});

it('are bounded in each region by the quota that the operator sets at home', async () => {
  const set = (quota: object) => platform.api('PUT', '/tenants/acme/quota', quota);
  const usageIn = (region: string) => platform.api('GET', '/tenants/acme/usage', undefined, { 'x-region': region });
  expect((await set({ plan: 'team', overrides: { max_concurrent: 7 } })).status).toBe(200);
  for (const region of ['us', 'eu'])
    await platform.until(
      () => usageIn(region),
      ({ body }) => body.bounds[0]?.max_concurrent === 7,
    );
  expect((await set({ plan: null })).status).toBe(200);
  for (const region of ['us', 'eu'])
    await platform.until(
      () => usageIn(region),
      ({ body }) => body.bounds.length === 0,
    );
});

describe('what cannot be', () => {
  it.each([
    ['a region that there is not', { region: 'mars', note: 'refused-4c1d' }, 422, 'unknown_region'],
    ['no name at all', { region: '../eu', note: 'refused-4c1d' }, 422, 'unknown_region'],
    ['nothing to decide by', { note: 'refused-4c1d' }, 400, 'missing_value'],
  ])('%s', async (_what, body, status, code) => {
    const answer = await platform.call('POST', '/in/acme/regional/take', body);
    expect(answer).toMatchObject({ status, body: { code } });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    for (const { dir } of [platform.regions.us, platform.regions.eu]) expect(filesWith(dir, 'refused-4c1d')).toEqual([]);
  });

  it('a step that waits for a result from another region', async () => {
    const called = await platform.api('POST', '/executions?wait=10s', { workflow: 'regional', pipeline: 'call-and-wait', data: {} });
    expect(called.body).toMatchObject({ status: 'failed', error: { code: 'other_region' } });
  });

  it('a comparison over regions', async () => {
    expect(await platform.api('GET', `/executions/diff?left=${ids.us}&right=${ids.eu}`)).toMatchObject({ status: 409, body: { code: 'other_region' } });
  });

  it('speaking as a region without being one', async () => {
    const forged = { 'x-workflow-to': 'eu', 'x-workflow-passport': 'a.b.c' };
    for (const path of ['/peer/v1/executions/list', '/api/v1/executions']) {
      expect((await platform.call('POST', path, {}, forged)).status).toBe(401);
    }
    expect((await platform.call('POST', '/in/acme/regional/take', { region: 'eu', note: 'n' }, forged)).status).toBe(404);
    expect((await platform.call('POST', '/peer/v1/secrets', { environment: 'production', name: 'TOKEN' })).status).toBe(401);
  });

  it('anything elsewhere, once the tenant lets nothing leave', async () => {
    const set = (replication: string | null) => platform.api('PUT', '/tenants/acme/regions', { replication });
    expect((await set('none')).body.replication).toBe('none');
    expect(await take('eu', 'n')).toMatchObject({ status: 409, body: { code: 'residency_refused' } });
    expect((await take('us', 'n')).status).toBe(200);
    expect((await set('all')).status).toBe(400);
    expect((await set(null)).status).toBe(200);
    expect((await take('eu', 'n')).status).toBe(200);
  });
});

it('counts in all regions what a shorter retention would remove', async () => {
  const { body } = await platform.api('POST', '/tenants/acme/retention/preview', { executions: 1 });
  const [us, eu] = body.next_sweep.regions;
  expect([us, eu]).toMatchObject([
    { region: 'us', status: 'ok', executions: expect.any(Number), more: false },
    { region: 'eu', status: 'ok', executions: expect.any(Number), more: false },
  ]);
  expect([us.executions > 2, eu.executions > 2, body.next_sweep.executions]).toEqual([true, true, us.executions + eu.executions]);
});

/** Sends the first half of a large body, then does what it is told, then sends the rest. */
function uploading(path: string, meanwhile: () => Promise<void>): Promise<{ status: number; type: string | undefined; body: { code: string } }> {
  const half = Buffer.alloc(1_500_000, 0x20);
  const headers = { authorization: `Bearer ${platform.adminKey}`, 'x-tenant': 'globex', 'content-type': 'application/json', 'content-length': 2 * half.length };
  return new Promise((resolve, reject) => {
    const sent = request(platform.origin + path, { method: 'POST', headers }, async (answer) => {
      let text = '';
      for await (const part of answer.setEncoding('utf8')) text += part;
      resolve({ status: answer.statusCode!, type: answer.headers['content-type'], body: JSON.parse(text) });
    });
    sent.on('error', reject);
    sent.write(half, () => {
      meanwhile().then(() => sent.end(half), reject);
    });
  });
}

describe('while a region is away', () => {
  it('hears out who was sending when it went, and answers them', async () => {
    const refused = await uploading('/api/v1/workflows/validate', () => platform.regions.eu.kill());
    expect(refused).toMatchObject({ status: 503, type: 'application/problem+json', body: { code: 'region_unavailable', region: 'eu' } });
  });

  it('its tenants and its executions get 503, the others are served', async () => {
    const globex = await platform.api('GET', '/workflows', undefined, { 'x-tenant': 'globex' });
    expect(globex).toMatchObject({ status: 503, body: { code: 'region_unavailable', region: 'eu' } });
    expect(await take('eu', 'n')).toMatchObject({ status: 503, body: { code: 'region_unavailable', region: 'eu' } });
    expect((await platform.api('GET', `/executions/${ids.eu}`)).status).toBe(503);
    expect((await take('us', 'n')).status).toBe(200);
    expect((await platform.api('GET', `/executions/${ids.us}`)).status).toBe(200);
    const list = await platform.api('GET', '/executions?workflow=regional');
    expect(list.body.regions).toEqual([
      { region: 'us', status: 'ok' },
      { region: 'eu', status: 'unavailable' },
    ]);
    expect(list.body.items.every((item: { region: string }) => item.region === 'us')).toBe(true);
  });

  it('a deployment is kept, and sent when it is back', async () => {
    const { body } = await platform.api('GET', '/workflows/regional');
    const next = await platform.api('PUT', `/workflows/${body.id}`, REGIONAL.replace('body: { region', 'body: { third: true, region'));
    expect((await platform.api('POST', '/deployments', { workflow_id: body.id, version: next.body.version, environment: 'production' })).status).toBe(201);
    await platform.regions.eu.start();
    await platform.until(
      () => take('eu', 'n'),
      (answer) => answer.body.third === true,
    );
  });
});

describe('a tenant that is erased', () => {
  const certificate = () => platform.api('GET', '/erasures');

  it('is closed, and gone from every region, and there is a certificate', async () => {
    const done = await platform.until(certificate, ({ body }) => body.items?.some((item: { regions: object[] }) => item.regions.length === 2), 90_000);
    const [attested] = done.body.items.filter((item: { regions: object[] }) => item.regions.length === 2);
    expect(chainFaults(done.body.items)).toEqual([]);
    expect(attested).toMatchObject({ tenant: GONE, requested_by: expect.stringMatching(/^key:/), regions: [{ region: 'us' }, { region: 'eu' }] });
    for (const { erased } of attested.regions) {
      const counts = Object.fromEntries(erased.map(({ stage, count }: { stage: string; count: number }) => [stage, count]));
      expect(counts).toMatchObject({ executions: 4, objects: expect.any(Number), keys: 16 });
      expect(counts.files).toBeGreaterThan(2);
      expect(counts.rows).toBeGreaterThan(0);
    }
    expect(await platform.api('GET', '/workflows', undefined, { 'x-tenant': GONE })).toMatchObject({ status: 404, body: { code: 'unknown_tenant' } });
    expect((await platform.api('GET', '/workflows', undefined, { authorization: `Bearer ${goneKey}` })).status).toBe(404);
    expect((await platform.call('POST', `/in/${GONE}/regional/take`, { region: 'us', note: 'n' })).status).toBe(404);
  }, 120_000);

  it('is in no file of any region, nor in the router', () => {
    // Rows of D1 were searched for by the eraser itself; SQLite leaves their bytes in its files until it needs the room.
    const left = [platform.regions.us, platform.regions.eu, platform.router].flatMap(({ dir }) => filesWith(dir, GONE_MARK));
    expect(left.filter((path) => !path.includes('/d1/'))).toEqual([]);
  });

  it('leaves its name to the next one, who finds nothing', async () => {
    expect((await platform.api('POST', '/companies', { name: 'New', slug: GONE, region: 'eu' })).status).toBe(201);
    expect((await platform.api('GET', '/executions', undefined, { 'x-tenant': GONE })).body.items).toEqual([]);
    expect((await platform.api('GET', '/workflows', undefined, { authorization: `Bearer ${goneKey}` })).status).toBe(401);
  });
});
