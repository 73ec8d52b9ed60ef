/** Circuit breakers: the real object and rows, calls to a `fetch` of the test, and the API over them. */
import { applyD1Migrations, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { storesOf } from '#workers/stores';
import { call } from './api-client';
import { ask, deploy } from './application';
import { region } from './published';
import { settle } from './settle';

const breakerOf = (host: string, more = '') => `circuit_breaker: {failure_threshold: 3, success_threshold: 2, timeout: 30s${more}}
          url: "http://${host}/charge"
          method: POST
          body: {order: "{{ .order }}"}`;

const application = (host: string, more = '', step = '') => `
pipelines:
  pay:
    trigger: {type: http, method: POST, path: /pay}
    steps:
      - name: charge
        type: step.http_call
${step}        config:
          ${breakerOf(host, more)}
      - name: answer
        type: step.json_response
        config: {body_from: steps.charge}
`;

let answer: () => Response = () => Response.json({ id: 'ch_1' });
let calls = 0;
let count = 0;
const hostOf = () => `pay-${count++}.test`;

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  await call('POST', '/companies', { body: { name: 'acme', slug: 'acme', region: 'us' } });
});

beforeEach(() => {
  calls = 0;
  // Far ahead of the real clock, so that no alarm rings unless the test says so.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2099, 0, 1) });
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => {
    calls++;
    return answer();
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const pay = (name: string, order = 'o-1') => ask(name, 'POST', '/pay', { body: { order } });
const down = () => new Response('down', { status: 503 });
const up = () => Response.json({ id: 'ch_1' });
const later = (ms: number) => vi.setSystemTime(Date.now() + ms);
const read = async (host: string) => (await call('GET', `/circuit-breakers/${host}`)).body;

describe('calls behind a circuit breaker', () => {
  it('are held back once they kept failing, tried again in time, and go out again', async () => {
    const host = hostOf();
    await deploy('breaker-way', application(host));
    answer = down;
    for (let time = 0; time < 3; time++) expect((await pay('breaker-way')).status).toBe(500);
    expect(calls).toBe(3);
    const refused = await pay('breaker-way');
    expect([refused.status, refused.body.code, refused.body.circuit_breaker, calls]).toEqual([503, 'circuit_open', host, 3]);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await read(host)).toMatchObject({ status: 'open', failures: 3, history: [{ from: 'closed', to: 'open', reason: 'failures' }] });

    later(30_000);
    await pay('breaker-way');
    expect([calls, (await read(host)).status]).toEqual([4, 'open']);

    later(30_000);
    answer = up;
    expect((await pay('breaker-way')).body).toEqual({ id: 'ch_1' });
    expect((await read(host)).status).toBe('half_open');
    expect((await pay('breaker-way')).status).toBe(200);
    expect(await read(host)).toMatchObject({ status: 'closed', failures: 0, retry_at: null });
    expect(calls).toBe(6);
  });

  it('say in the log that they were not made', async () => {
    const host = hostOf();
    await deploy('breaker-log', application(host));
    answer = down;
    for (let time = 0; time < 3; time++) await pay('breaker-log');
    const { headers } = await pay('breaker-log');
    const id = headers.get('x-execution-id')!;
    const { items } = (await call('GET', `/executions/${id}/events?type=circuit.refused`)).body;
    expect(items).toMatchObject([{ event_data: { step_name: 'charge', phase: 'run', breaker: host } }]);
    const lines = (await call('GET', `/executions/${id}/logs`)).body;
    expect(JSON.stringify(lines)).toContain(`Not called: the circuit breaker ${host} is open`);
  });

  it('get a static fallback instead, which is taken as the answer of the other side', async () => {
    const host = hostOf();
    await deploy('breaker-static', application(host, ', fallback: {type: static, response: {status: 200, body: {id: none, order: "{{ .order }}"}}}'));
    answer = down;
    for (let time = 0; time < 3; time++) await pay('breaker-static');
    expect((await pay('breaker-static', 'o-7')).body).toEqual({ id: 'none', order: 'o-7' });
    expect(calls).toBe(3);
  });

  it('fail with what the fallback says, where that is an error', async () => {
    const host = hostOf();
    const words = 'Payment service temporarily unavailable';
    await deploy('breaker-error', application(host, `, fallback: {type: static, response: {status: 503, body: {error: ${words}, retry_after: 30}}}`));
    answer = down;
    for (let time = 0; time < 3; time++) await pay('breaker-error');
    const refused = await pay('breaker-error');
    expect([refused.status, refused.body.detail, refused.body.fallback]).toEqual([503, words, { error: words, retry_after: 30 }]);
  });

  it('get the last good result of the same call, where that is asked for', async () => {
    const host = hostOf();
    await deploy('breaker-cached', application(host, ', fallback: {type: cached, max_age: 1h}'));
    answer = up;
    await pay('breaker-cached', 'o-1');
    answer = down;
    for (let time = 0; time < 3; time++) await pay('breaker-cached', 'o-1');
    expect((await pay('breaker-cached', 'o-1')).body).toEqual({ id: 'ch_1' });
    expect((await pay('breaker-cached', 'o-2')).body.code, 'another call').toBe('circuit_open');
  });

  it('wait with their retries until the other side may be tried', async () => {
    const host = hostOf();
    await deploy('breaker-retry', application(host, '', '        retry: {max_attempts: 2, initial_delay: 1s, jitter: false}\n'));
    await call('POST', `/circuit-breakers/${host}`, { body: { action: 'open', for: '10m' } });
    const started = await call('POST', '/executions', { body: { workflow: 'breaker-retry', pipeline: 'pay', data: { order: 'o-1' } } });
    await settle();
    const { items } = (await call('GET', `/executions/${started.body.execution_id}/events?type=retry.attempted`)).body;
    expect(items[0].event_data.delay_ms).toBe(600_000);
  });

  it('are no failures where the other side says no, nor where the fault is ours', async () => {
    const host = hostOf();
    await deploy('breaker-no', application(host));
    answer = () => Response.json({ error: 'declined' }, { status: 402 });
    for (let time = 0; time < 5; time++) await pay('breaker-no');
    expect((await call('GET', `/circuit-breakers/${host}`)).status).toBe(404);
    expect(calls).toBe(5);
  });

  it('share a breaker by its name, also behind a step that looks first', async () => {
    await deploy(
      'breaker-gate',
      `
pipelines:
  pay:
    trigger: {type: http, method: POST, path: /pay}
    steps:
      - name: ready
        type: step.circuit_breaker
        config: {service_name: payments-gate, failure_threshold: 2, timeout: 1m}
      - name: charge
        type: step.http_call
        config: {url: "http://gate.test/charge", method: POST, body: {}}
      - name: answer
        type: step.json_response
        config: {body: {state: "{{ .steps.ready.circuit_breaker.state }}"}}
`,
    );
    answer = up;
    expect((await pay('breaker-gate')).body).toEqual({ state: 'closed' });
    answer = down;
    for (let time = 0; time < 2; time++) await pay('breaker-gate');
    expect(await read('payments-gate')).toMatchObject({ status: 'open', failure_threshold: 2, timeout_ms: 60_000 });
    const before = calls;
    expect((await pay('breaker-gate')).body.code).toBe('circuit_open');
    expect(calls).toBe(before);
  });

  it('run other steps instead, in a block', async () => {
    await deploy(
      'breaker-block',
      `
pipelines:
  pay:
    trigger: {type: http, method: POST, path: /pay}
    steps:
      - name: rate
        type: step.resilient_circuit_breaker
        config:
          failure_threshold: 1
          reset_timeout: 60s
          step: {name: ask, type: step.http_call, config: {url: "http://block.test/eur"}}
          fallback: {name: last-known, type: step.set, config: {values: {rate: 1.08}}}
      - name: answer
        type: step.json_response
        config: {body_from: steps.rate}
`,
    );
    answer = down;
    expect((await pay('breaker-block')).status, 'a failure is a failure').toBe(500);
    expect((await pay('breaker-block')).body).toMatchObject({ rate: 1.08, fallback: true });
    expect(calls).toBe(1);
  });
});

describe('the API', () => {
  it('opens and closes by hand, and says who did', async () => {
    const host = hostOf();
    await deploy('breaker-hand', application(host));
    answer = up;
    const opened = await call('POST', `/circuit-breakers/${host}`, { body: { action: 'open', note: 'Wartung, 世界' } });
    expect(opened.body).toMatchObject({ name: host, status: 'open', retry_at: null, history: [{ reason: 'manual', by: 'admin', note: 'Wartung, 世界' }] });
    later(3_600_000);
    expect((await pay('breaker-hand')).body.code).toBe('circuit_open');
    const list = (await call('GET', '/circuit-breakers?limit=200')).body.items;
    expect(list).toContainEqual(expect.objectContaining({ name: host, environment: 'production', status: 'open', failing: false }));
    expect((await call('POST', `/circuit-breakers/${host}`, { body: { action: 'close' } })).body.status).toBe('closed');
    expect((await pay('breaker-hand')).status).toBe(200);
    const { items } = (await call('GET', '/audit?limit=5')).body;
    expect(items[0]).toMatchObject({ action: 'POST /circuit-breakers/{breaker}', before: { status: 'open' } });
  });

  it('shows the breakers of one tenant and environment', async () => {
    const host = hostOf();
    await call('POST', '/companies', { body: { name: 'globex', slug: 'globex', region: 'us' } });
    await call('POST', `/circuit-breakers/${host}`, { body: { action: 'open' } });
    const foreign = { headers: { 'x-tenant': 'globex' } };
    expect((await call('GET', '/circuit-breakers', foreign)).body.items).toEqual([]);
    expect((await call('GET', `/circuit-breakers/${host}`, foreign)).status).toBe(404);
    expect((await call('GET', `/circuit-breakers/${host}?environment=staging`)).status).toBe(404);
    await call('POST', `/circuit-breakers/${host}`, { ...foreign, body: { action: 'open' } });
    await call('POST', `/circuit-breakers/${host}`, { ...foreign, body: { action: 'close' } });
    expect((await read(host)).status).toBe('open');
  });

  it.each<[string, string, unknown, number]>([
    ['no such breaker', 'nobody.example', { action: 'close' }, 404],
    ['a name that could be none', '%00', { action: 'open' }, 404],
    ['a name with a way out', '..%2F..%2Fglobex', { action: 'open' }, 404],
    ['a name that is too long', 'a'.repeat(300), { action: 'open' }, 404],
    ['a name beyond ASCII', encodeURIComponent('Zürich'), { action: 'open' }, 404],
    ['an unknown action', 'x.example', { action: 'explode' }, 400],
    ['no action', 'x.example', {}, 400],
    ['a state instead of an action', 'x.example', { action: 'open', status: 'closed' }, 400],
    ['a name in the body', 'x.example', { action: 'open', tenant: 'globex' }, 400],
    ['closing for a while', 'x.example', { action: 'close', for: '1m' }, 400],
    ['a time that is none', 'x.example', { action: 'open', for: 'soon' }, 400],
    ['a time without an end', 'x.example', { action: 'open', for: '9999999d' }, 400],
    ['a time before now', 'x.example', { action: 'open', for: -5 }, 400],
    ['a note that is a book', 'x.example', { action: 'open', note: 'x'.repeat(5000) }, 400],
    ['a list', 'x.example', [], 400],
    ['no JSON', 'x.example', '{', 400],
  ])('refuses %s', async (_, name, body, status) => {
    const reply = await call('POST', `/circuit-breakers/${name}`, { body });
    expect([reply.status, reply.headers.get('content-type')]).toEqual([status, expect.stringContaining('problem+json')]);
    expect((await call('GET', '/circuit-breakers/x.example')).status).toBe(404);
  });

  it.each(['?limit=0', '?limit=x', '?cursor=nonsense', '?environment=../x', '?status=open'])('refuses the list with %s', async (query) => {
    expect((await call('GET', `/circuit-breakers${query}`)).status).toBe(400);
  });
});

describe('the object', () => {
  const stubOf = (host: string) => env.BREAKER.get(env.BREAKER.idFromName(`acme/production/${host}`));

  it('writes its row again when that could not be done', async () => {
    const host = hostOf();
    const { breakers } = storesOf(region);
    const put = vi.spyOn(breakers, 'put').mockRejectedValueOnce(new Error('no route'));
    vi.spyOn(console, 'error').mockImplementation(() => {});
    await call('POST', `/circuit-breakers/${host}`, { body: { action: 'open' } });
    expect(put).toHaveBeenCalledTimes(1);
    expect(await breakers.read({ tenant: 'acme', environment: 'production', name: host })).toBeNull();
    expect(await runDurableObjectAlarm(stubOf(host))).toBe(true);
    expect(await breakers.read({ tenant: 'acme', environment: 'production', name: host })).toMatchObject({ status: 'open' });
  });

  it('is forgotten when it has been closed and quiet for a week', async () => {
    const host = hostOf();
    await call('POST', `/circuit-breakers/${host}`, { body: { action: 'open' } });
    await call('POST', `/circuit-breakers/${host}`, { body: { action: 'close' } });
    later(8 * 24 * 3_600_000);
    await runDurableObjectAlarm(stubOf(host));
    expect((await call('GET', `/circuit-breakers/${host}`)).status).toBe(404);
    expect(await runInDurableObject(stubOf(host), async (_, state) => [...(await state.storage.list()).keys()])).toEqual([]);
  });
});
