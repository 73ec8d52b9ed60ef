import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#contracts/json';
import type { EffectStep } from '#steps/define-step';
import { steps } from '#steps/registry';
import { fakeEffect } from './fake-effect';
import { fakeScope } from './fake-scope';

const step = steps.get('step.http_proxy') as EffectStep;
const TRIGGER = {
  method: 'POST',
  path: '/api/orders',
  query: { a: '1', b: ['2', '3'] },
  headers: { 'content-type': 'application/json', authorization: '[redacted]', host: 'x', 'x-trace': 't' },
  body: { total: 5 },
};

async function proxied(settings: JsonObject, trigger: JsonObject = TRIGGER, own: JsonObject = {}) {
  const { context, requests } = fakeEffect({
    context: own,
    reply: { status: 404, headers: { 'content-type': 'text/plain', connection: 'close', 'set-cookie': 's=1', etag: 'e' }, body: 'none' },
  });
  const input = step.prepare!(step.config.parse(settings), fakeScope({ trigger }));
  const outcome = await step.perform(input as never, context);
  return { request: requests[0]!, outcome };
}

describe('step.http_proxy', () => {
  it('hands method, path, query, body and a few headers on, and gives any answer back', async () => {
    const { request, outcome } = await proxied({ backend_url: 'http://backend/v1/' });
    expect(request).toMatchObject({ url: 'http://backend/v1/api/orders?a=1&b=2&b=3', method: 'POST', body: '{"total":5}' });
    expect(request.headers).toEqual({ 'content-type': 'application/json', 'idempotency-key': 'exec_1:charge' });
    expect(outcome).toEqual({
      kind: 'completed',
      output: { status_code: 404, headers: { 'content-type': 'text/plain', etag: 'e' }, body: 'none', content_type: 'text/plain' },
    });
  });

  it('takes path, method and headers of its own; credentials and those of a connection stay', async () => {
    const { request } = await proxied({
      backend_url: 'http://backend',
      path: 'health',
      method: 'get',
      forward_headers: ['X-Trace', 'authorization', 'host'],
      headers: { 'X-Key': 'k' },
    });
    expect(request).toMatchObject({ url: 'http://backend/health?a=1&b=2&b=3', method: 'GET' });
    expect(request.body).toBeUndefined();
    expect(request.headers).toEqual({ 'x-trace': 't', 'x-key': 'k', 'idempotency-key': 'exec_1:charge' });
  });

  it('writes a key of any characters as a header', async () => {
    const { request } = await proxied({ backend_url: 'http://backend' }, TRIGGER, { idempotency_key: '注文 1' });
    expect(request.headers).toMatchObject({ 'idempotency-key': '%E6%B3%A8%E6%96%87%201' });
  });

  it('does not hand on what the client’s Connection names, which takes away nothing of its own', async () => {
    const trigger = { ...TRIGGER, headers: { connection: 'X-Trace, x-key', 'x-trace': 't', 'x-kept': 'y', 'proxy-authorization': 'Basic x', te: 'trailers' } };
    const forward_headers = ['x-trace', 'x-kept', 'proxy-authorization', 'te', 'connection'];
    const { request } = await proxied({ backend_url: 'http://backend', forward_headers, headers: { 'X-Key': 'k' } }, trigger);
    expect(request.headers).toEqual({ 'x-kept': 'y', 'x-key': 'k', 'idempotency-key': 'exec_1:charge' });
  });
});
