import { describe, expect, it } from 'vitest';
import type { Json } from '#contracts/json';
import { Problem } from '#contracts/problems';
import type { HttpReply } from '#steps/define-step';
import { parseRetryAfter } from '#steps/http-reply';
import { fakeEffect } from './fake-effect.ts';
import { fakeScope } from './fake-scope.ts';
import { inputOf, performStep, stepOf } from './run-step.ts';

const url = 'http://payment-service/api/charge';
/** The place of a secret, as a definition names it. */
const bearer = `Bearer \${TOKEN}`;
const json = (body: Json, status = 200, headers: Record<string, string> = {}): HttpReply => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

describe('what step.http_call keeps as its input', () => {
  it.each([
    ['only what is given', { url, method: 'POST', body: { sku: 'SKU-001', quantity: 3 } }, { url, method: 'POST', body: { sku: 'SKU-001', quantity: 3 } }],
    ['POST when there is a body', { url, body: {} }, { url, method: 'POST', body: {} }],
    ['GET when there is none', { url }, { url, method: 'GET' }],
    ['the body of a path', { url, body_from: 'trigger' }, { url, method: 'POST', body: { order_id: 'o1' } }],
    ['nothing at the path', { url, body_from: 'steps.absent.output' }, { url, method: 'POST', body: null }],
    ['times and sizes as numbers', { url, timeout: '5s', max_response_size: '512KB' }, { url, method: 'GET', timeout_ms: 5000, max_response_bytes: 524288 }],
    ['never more than the platform reads', { url, max_response_size: '100MB' }, { url, method: 'GET', max_response_bytes: 8388608 }],
    ['names of secrets, not values', { url, headers: { Authorization: bearer } }, { url, method: 'GET', headers: { authorization: bearer } }],
  ])('%s', (_name, config, input) => {
    expect(inputOf('step.http_call', config, fakeScope({ trigger: { order_id: 'o1' } }))).toEqual(input);
  });
});

describe('what step.http_call sends', () => {
  const sent = async (config: Json) => {
    const effect = fakeEffect();
    await performStep('step.http_call', config, fakeScope({ trigger: { order_id: 'o1' } }), effect.context);
    return effect.requests[0]!;
  };

  it('carries the key and the trace', async () => {
    expect(await sent({ url, method: 'POST', body: { a: 1 } })).toEqual({
      url,
      method: 'POST',
      headers: {
        accept: 'application/json, */*;q=0.5',
        'content-type': 'application/json',
        'idempotency-key': 'exec_1:charge',
        traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      },
      body: '{"a":1}',
    });
  });

  it.each(['GET', 'HEAD'])('carries no key and no body with %s', async (method) => {
    const request = await sent({ url, method });
    expect(request.headers['idempotency-key']).toBeUndefined();
    expect(request.body).toBeUndefined();
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('carries the key with %s', async (method) => {
    expect((await sent({ url, method })).headers['idempotency-key']).toBe('exec_1:charge');
  });

  it('lets the definition choose its own headers', async () => {
    const { headers } = await sent({ url, method: 'POST', body: {}, headers: { 'Content-Type': 'application/vnd.api+json', 'Idempotency-Key': 'mine' } });
    expect(headers).toMatchObject({ 'content-type': 'application/vnd.api+json', 'idempotency-key': 'mine' });
  });

  it('writes a key of any characters as a header', async () => {
    const effect = fakeEffect({ context: { idempotency_key: 'Bestellung ä' } });
    await performStep('step.http_call', { url, method: 'POST' }, fakeScope(), effect.context);
    expect(effect.requests[0]!.headers['idempotency-key']).toBe('Bestellung%20%C3%A4');
  });

  it.each([
    ['an object', { body: { a: [1] } }, '{"a":[1]}', 'application/json'],
    ['null', { body: null }, 'null', 'application/json'],
    ['JSON that is text already', { body: '{"a":1}' }, '{"a":1}', 'application/json'],
    ['text', { body: 'hello' }, 'hello', 'text/plain; charset=utf-8'],
    ['text as JSON', { body: 'hello', body_format: 'json' }, '"hello"', 'application/json'],
    ['an object as text', { body: { a: 1 }, body_format: 'text' }, '{"a":1}', 'text/plain; charset=utf-8'],
    ['a form', { body: { a: 'x y', b: [1, 2], c: null, d: true }, body_format: 'form' }, 'a=x+y&b=1&b=2&d=true', 'application/x-www-form-urlencoded'],
  ])('writes %s', async (_name, config, body, type) => {
    const request = await sent({ url, ...config } as Json);
    expect([request.body, request.headers['content-type']]).toEqual([body, type]);
  });

  it('refuses a form of a list', async () => {
    await expect(sent({ url, body: [1], body_format: 'form' })).rejects.toThrow(expect.objectContaining({ code: 'step_config_invalid' }));
  });

  it.each([
    [{ a: 1, b: 'x y', c: ['1', '2'], d: '', e: null, f: false }, 'http://h/p?z=0&a=1&b=x+y&c=1&c=2&f=false'],
    [{}, 'http://h/p?z=0'],
  ])('adds the query %j', async (query, expected) => {
    expect((await sent({ url: 'http://h/p?z=0', query })).url).toBe(expected);
  });
});

describe('what step.http_call gives', () => {
  const given = (reply: HttpReply, config: Json = { url, method: 'POST' }) => performStep('step.http_call', config, fakeScope(), fakeEffect({ reply }).context);

  it.each([
    ['an object', json({ id: 1 }), { id: 1 }],
    ['a list', json([1, 2]), { body: [1, 2] }],
    ['a number', json(7), { body: 7 }],
    ['nothing', { status: 204, headers: {}, body: '' }, { body: null }],
    ['text', { status: 200, headers: { 'content-type': 'text/plain' }, body: '{"a":1}' }, { body: '{"a":1}' }],
    ['JSON without a type', { status: 200, headers: {}, body: '{"a":1}' }, { a: 1 }],
    ['JSON of a vendor', { status: 200, headers: { 'content-type': 'application/hal+json; charset=utf-8' }, body: '{"a":1}' }, { a: 1 }],
    ['broken JSON', { status: 200, headers: { 'content-type': 'application/json' }, body: '{"a":' }, { body: '{"a":' }],
    ['bytes', { status: 200, headers: { 'content-type': 'image/gif' }, body: 'R0lG', encoding: 'base64' as const }, { body: 'R0lG', encoding: 'base64' }],
  ])('%s', async (_name, reply, output) => {
    expect(await given(reply)).toMatchObject({ kind: 'completed', output });
  });

  it('tells status and headers beside the output, but no cookies', async () => {
    expect(await given(json({}, 201, { 'set-cookie': 'sid=1', etag: '"1"' }))).toEqual({
      kind: 'completed',
      output: {},
      response: {
        status_code: 201,
        headers: { 'content-type': 'application/json', etag: '"1"' },
        span_id: '00f067aa0ba902b7',
      },
    });
  });

  it.each([
    [200, undefined, true],
    [299, undefined, true],
    [304, undefined, false],
    [404, undefined, false],
    [404, [200, 404], true],
    [201, [200], false],
  ])('status %i with expected_status %j completes: %j', async (status, expected, completes) => {
    const outcome = await given(json({}, status), { url, method: 'POST', ...(expected ? { expected_status: expected } : {}) });
    expect(outcome.kind).toBe(completes ? 'completed' : 'failed');
  });

  it.each([
    [400, false],
    [401, false],
    [404, false],
    [408, true],
    [409, false],
    [422, false],
    [425, true],
    [429, true],
    [500, true],
    [501, true],
    [503, true],
    [599, true],
  ])('status %i may be tried again: %j', async (status, retryable) => {
    expect(await given(json({ reason: 'x' }, status))).toEqual({
      kind: 'failed',
      error: expect.objectContaining({ code: 'upstream_status', message: `POST payment-service answered ${status}.`, status, retryable }),
    });
  });

  it('keeps the beginning of the body and when to come back', async () => {
    const outcome = await given({ status: 503, headers: { 'retry-after': '7' }, body: 'x'.repeat(5000) });
    expect(outcome).toMatchObject({ kind: 'failed', error: { retry_after_ms: 7000, details: { body: 'x'.repeat(2000), truncated: true } } });
  });
});

describe('Retry-After', () => {
  const now = Date.UTC(2026, 1, 15, 14, 30);
  it.each([
    ['0', 0],
    ['120', 120_000],
    ['Sun, 15 Feb 2026 14:30:05 GMT', 5000],
    ['Sun, 15 Feb 2026 14:29:05 GMT', 0],
    ['soon', undefined],
    ['-1', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j is %j ms', (header, ms) => {
    expect(parseRetryAfter(header, now)).toBe(ms);
  });
});

describe('step.db_query', () => {
  const config = { database: 'admin-db', query: 'SELECT * FROM c WHERE id = $1', params: [7] };
  it.each([
    ['single', [{ id: 7 }], { row: { id: 7 }, found: true }],
    ['single', [], { row: null, found: false }],
    ['list', [{ id: 7 }, { id: 8 }], { rows: [{ id: 7 }, { id: 8 }], count: 2 }],
    ['list', [], { rows: [], count: 0 }],
  ])('mode %s', async (mode, rows, output) => {
    const effect = fakeEffect({ rows });
    expect(await performStep('step.db_query', { ...config, mode }, fakeScope(), effect.context)).toEqual({ kind: 'completed', output });
    expect(effect.statements).toEqual([{ database: 'admin-db', sql: 'SELECT * FROM c WHERE id = $1', params: [7] }]);
  });

  it('may be repeated without a key', () => {
    expect(stepOf('step.db_query')).toMatchObject({ pure: false, idempotent: true });
  });
});

describe('step.db_exec', () => {
  const config = { database: 'db', query: 'INSERT INTO t VALUES (?)', params: [true] };
  const done = { affected_rows: 2, last_id: 9, rows: [{ id: 9 }] };
  it.each([
    ['plain', {}, done, { kind: 'completed', output: { affected_rows: 2, last_id: 9 } }],
    ['returning one', { returning: true, mode: 'single' }, done, { kind: 'completed', output: { affected_rows: 2, last_id: 9, row: { id: 9 }, found: true } }],
    ['returning a list', { returning: true }, done, { kind: 'completed', output: { affected_rows: 2, last_id: 9, rows: [{ id: 9 }], count: 1 } }],
    ['a repeated key', {}, { ...done, reused: true }, { kind: 'completed', output: { affected_rows: 2, last_id: 9 }, response: { reused: true } }],
    [
      'an error that is ignored',
      { ignore_error: true },
      new Problem('database_error', 'db: UNIQUE constraint failed: t.a'),
      { kind: 'completed', output: { affected_rows: 0, last_id: null, error: 'db: UNIQUE constraint failed: t.a' } },
    ],
  ])('%s', async (_name, more, exec, outcome) => {
    const effect = fakeEffect({ exec });
    expect(await performStep('step.db_exec', { ...config, ...more }, fakeScope(), effect.context)).toEqual(outcome);
    expect(effect.statements).toEqual([{ database: 'db', sql: config.query, params: [true], key: 'exec_1:charge' }]);
  });

  it.each([
    ['a refused statement', {}, new Problem('database_error', 'no')],
    ['a database that does not answer, even when errors are ignored', { ignore_error: true }, new Problem('connection_failed', 'no')],
  ])('fails on %s', async (_name, more, error) => {
    await expect(performStep('step.db_exec', { ...config, ...more }, fakeScope(), fakeEffect({ exec: error }).context)).rejects.toBe(error);
  });
});

describe('step.publish', () => {
  const scope = fakeScope({ trigger: { a: 1 }, flat: { a: 1, headers: { authorization: 'x' } } });

  it('publishes its payload', async () => {
    const effect = fakeEffect();
    const outcome = await performStep(
      'step.publish',
      { topic: 'order.shipped', payload: { id: 1 }, schema: 'order.shipped', key: 'o1' },
      scope,
      effect.context,
    );
    expect(effect.events).toEqual([
      { id: expect.stringMatching(/^evt_[0-9a-f]{32}$/), topic: 'order.shipped', data: { id: 1 }, schema: 'order.shipped', key: 'o1' },
    ]);
    expect(outcome).toEqual({ kind: 'completed', output: { published: true }, response: { event_id: effect.events[0]!.id } });
  });

  it.each([
    ['the flat fields without headers', { topic: 't' }, { a: 1 }],
    ['a value of the context', { topic: 't', payload_from: 'trigger.a' }, 1],
    ['nothing there', { topic: 't', payload_from: 'trigger.b' }, null],
  ])('publishes %s', async (_name, config, data) => {
    const effect = fakeEffect();
    await performStep('step.publish', config, scope, effect.context);
    expect(effect.events[0]!.data).toEqual(data);
  });

  it('publishes the same event again on a retry, and another for another effect', async () => {
    const id = async (context: { idempotency_key: string; attempt: number }) => {
      const effect = fakeEffect({ context });
      await performStep('step.publish', { topic: 't' }, scope, effect.context);
      return effect.events[0]!.id;
    };
    const first = await id({ idempotency_key: 'k1', attempt: 1 });
    expect(await id({ idempotency_key: 'k1', attempt: 2 })).toBe(first);
    expect(await id({ idempotency_key: 'k2', attempt: 1 })).not.toBe(first);
  });
});
