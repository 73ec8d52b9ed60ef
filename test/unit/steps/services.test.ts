/** Steps that talk to services of one kind. */
import { describe, expect, it } from 'vitest';
import type { Json } from '#contracts/json';
import type { HttpReply } from '#steps/define-step';
import { fakeEffect } from './fake-effect.ts';
import { fakeScope } from './fake-scope.ts';
import { issuesOf, performStep } from './run-step.ts';

const json = (body: Json, status = 200): HttpReply => ({ status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
const perform = async (type: string, config: object, reply: HttpReply) => {
  const effect = fakeEffect({ reply });
  return { outcome: await performStep(type, config as Json, fakeScope({ trigger: { id: 7 } }), effect.context), request: effect.requests[0]! };
};

describe('step.graphql', () => {
  const config = { url: 'https://crm.example/graphql', query: 'query ($id: ID!) { customer(id: $id) { name } }', variables: { id: 7 } };

  it('sends the operation and its variables', async () => {
    const { request, outcome } = await perform(
      'step.graphql',
      { ...config, operation_name: 'q', headers: { Authorization: 'x' } },
      json({ data: { customer: null } }),
    );
    expect(JSON.parse(request.body!)).toEqual({ query: config.query, variables: { id: 7 }, operationName: 'q' });
    expect(request.headers).toMatchObject({ authorization: 'x', 'content-type': 'application/json', 'idempotency-key': 'exec_1%3Acharge' });
    expect(outcome).toMatchObject({ kind: 'completed', output: { data: { customer: null } } });
  });

  it.each<[string, object, HttpReply, object]>([
    [
      'errors without data',
      {},
      json({ errors: [{ message: 'no such field' }, { message: 'x' }] }),
      { kind: 'failed', error: { code: 'graphql_failed', message: 'no such field And 1 more.' } },
    ],
    ['errors beside data', {}, json({ data: { a: 1 }, errors: [{ message: 'half' }] }), { kind: 'failed', error: { message: 'half' } }],
    [
      'errors beside data that are allowed',
      { allow_errors: true },
      json({ data: { a: 1 }, errors: [{ message: 'half' }] }),
      { kind: 'completed', output: { data: { a: 1 }, errors: [{ message: 'half' }] } },
    ],
    ['errors without data, though allowed', { allow_errors: true }, json({ data: null, errors: [{ message: 'all' }] }), { kind: 'failed' }],
    ['an answer of another kind', {}, json({ hello: 1 }), { kind: 'failed', error: { code: 'graphql_failed' } }],
    ['a page', {}, { status: 200, headers: { 'content-type': 'text/html' }, body: '<p>' }, { kind: 'failed', error: { code: 'graphql_failed' } }],
  ])('%s', async (_name, more, reply, outcome) => {
    expect((await perform('step.graphql', { ...config, ...more }, reply)).outcome).toMatchObject(outcome);
  });

  it('fails with the status of the service', async () => {
    await expect(perform('step.graphql', config, json({}, 503))).rejects.toThrow(
      expect.objectContaining({ extra: expect.objectContaining({ status: 503, retryable: true }) }),
    );
  });
});

describe('step.slack_message', () => {
  const webhook_url = 'https://hooks.slack.example/T/B/x';

  it('posts what is given and nothing else', async () => {
    const { request, outcome } = await perform(
      'step.slack_message',
      { webhook_url, text: 'Shipped', channel: '#orders' },
      { status: 200, headers: {}, body: 'ok' },
    );
    expect(JSON.parse(request.body!)).toEqual({ text: 'Shipped', channel: '#orders' });
    expect(outcome).toMatchObject({ output: { sent: true } });
  });

  it('needs something to say', () => {
    expect(issuesOf('step.slack_message', { webhook_url })).toEqual(['text: text or blocks']);
  });

  it('fails with the status of Slack', async () => {
    await expect(perform('step.slack_message', { webhook_url, text: 'x' }, json('invalid_token', 403))).rejects.toThrow(
      expect.objectContaining({ code: 'upstream_status' }),
    );
  });
});
