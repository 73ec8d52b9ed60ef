import { describe, expect, it } from 'vitest';
import { httpAnswer } from '#workers/ingress/answer';
import { httpTrigger } from '#workers/ingress/request';
import type { Started } from '#workers/start';

describe('a request as a trigger', () => {
  const trigger = (body: BodyInit, type: string, rawBody?: boolean) => {
    const request = new Request('http://shop.acme.localhost/hook?a=1', { method: 'POST', body, headers: { 'content-type': type } });
    return httpTrigger(request, new URL(request.url), '/hook', {}, rawBody);
  };

  it.each([
    ['JSON', '{"amount": 10.50}', 'application/json', { amount: 10.5 }],
    ['a form', 'a=1&b=%C3%A4', 'application/x-www-form-urlencoded', { a: '1', b: 'ä' }],
    ['text', 'hello', 'text/plain', 'hello'],
  ])('keeps %s as it came where its signature is checked', async (_name, text, type, body) => {
    expect(await trigger(text, type, true)).toMatchObject({ body, raw_body: text });
  });

  it('does not keep it twice otherwise', async () => {
    expect(await trigger('{"a": 1}', 'application/json')).not.toHaveProperty('raw_body');
  });
});

describe('the answer of a failed execution', () => {
  const answer = (code: string) => {
    const error = { code, message: 'why', retryable: false };
    return httpAnswer(
      { kind: 'started', execution_id: 'exec_1', trace_id: '4bf92f3577b34da6a3ce929d0e0e4736', status: 'failed', ended: true, error } as Started,
      'POST',
    );
  };

  it.each([
    ['signature_invalid', 401, 'signature_invalid'],
    ['validation_failed', 400, 'validation_failed'],
    ['execution_timeout', 504, 'execution_timeout'],
    ['upstream_status', 500, 'execution_failed'],
  ])('%s is %i %s', async (code, status, told) => {
    const response = answer(code);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([status, told]);
    expect(response.headers.get('x-execution-id')).toBe('exec_1');
  });
});
