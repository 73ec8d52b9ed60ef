/** Steps that speak to others: services, other pipelines, actors, the bus, the platform itself; and those that wait for somebody. */
import { createHmac } from 'node:crypto';
import { expect } from 'vitest';
import { answer, OUT, type Shows, step } from './show';

const text = expect.any(String);
const secret = (name: string) => ['$', `{${name}}`].join('');
/** As GitHub signs: of the body as it is sent, with the secret `WEBHOOK_SECRET` of the test. */
const HOOK = '{"ref":"main"}';
export const WEBHOOK_SECRET = 'a-secret-of-webhooks';
const signature = `sha256=${createHmac('sha256', WEBHOOK_SECRET).update(HOOK).digest('hex')}`;

export const OUTSIDE: Shows = {
  'step.http_call': { steps: [step('it', 'http_call', 'url: "SERVER/orders", method: GET', OUT)], output: { method: 'GET', path: '/orders' } },
  'step.http_proxy': {
    steps: [
      step('it', 'http_proxy', 'backend_url: SERVER, path: /proxied', OUT),
      step('answer', 'raw_response', 'status_from: steps.it.status_code, content_type: application/json, body_from: steps.it.body'),
    ],
    request: { body: { a: 1 } },
    output: {
      status_code: 200,
      headers: expect.objectContaining({ 'content-type': 'application/json' }),
      body: '{"method":"POST","path":"/proxied"}',
      content_type: 'application/json',
    },
  },
  'step.graphql': { steps: [step('it', 'graphql', 'url: "SERVER/graphql", query: "{ ok }"', OUT)], output: { data: { ok: true } } },
  'step.webhook_send': {
    steps: [step('it', 'webhook_send', 'url: "SERVER/hook", event: order.paid, payload: {id: 1}', OUT)],
    output: { delivered: true, status_code: 200, webhook_id: text },
  },
  'step.slack_message': { steps: [step('it', 'slack_message', 'webhook_url: "SERVER/slack", text: hello', OUT)], output: { sent: true } },
  'step.webhook_verify': {
    steps: [step('it', 'webhook_verify', `provider: github, secret: "${secret('WEBHOOK_SECRET')}"`), answer('body: {}')],
    request: { body: HOOK, headers: { 'x-hub-signature-256': signature, 'x-github-delivery': 'd-1', 'content-type': 'application/json' } },
    output: { valid: true, delivery_id: 'd-1' },
  },
  'step.publish': { steps: [step('it', 'publish', 'topic: orders.paid, payload: {id: 1}')], output: { published: true } },
  'step.event_publish': { steps: [step('it', 'event_publish', 'topic: orders, event_type: order.paid, payload: {id: 1}')], output: { published: true } },
  'step.delegate': { steps: [step('it', 'delegate', 'service: order-service')], output: { delegated: true, service: 'order-service' } },
  'step.actor_send': {
    steps: [step('it', 'actor_send', 'pool: counters, identity: a-1, message: {type: Add, payload: {n: 2}}')],
    output: { sent: true, identity: 'a-1', message_number: 1 },
  },
  'step.actor_ask': { steps: [step('it', 'actor_ask', 'pool: counters, identity: a-2, message: {type: Add, payload: {n: 2}}')], output: { count: 2 } },
  'step.workflow_call': { steps: [step('it', 'workflow_call', 'workflow: helper, input: {n: 4}')], output: { twice: 8 } },
  'step.continue_as_new': {
    steps: [step('it', 'continue_as_new', 'input: {rest: false}', 'if: "rest == true"')],
    data: { rest: true },
    output: { execution_id: text },
  },
  'step.platform_call': {
    steps: [step('it', 'platform_call', `operation: "GET /workflows", query: {limit: 1}, credential: "${secret('API_KEY')}"`)],
    output: { items: expect.any(Array), next_cursor: null },
  },
  'step.circuit_breaker': {
    steps: [step('it', 'circuit_breaker', 'service_name: payments'), step('call', 'http_call', 'url: "SERVER/ok", method: GET')],
    output: { circuit_breaker: { service: 'payments', state: 'closed', allowed: true } },
  },
  'step.approval': {
    steps: [step('it', 'approval', 'message: "pay?", form: {type: object}')],
    signal: { name: 'it', data: { decision: 'approve', comment: 'fine', form: { centre: 7 } } },
    output: { approved: true, decision: 'approve', comment: 'fine', form: { centre: 7 }, by: text },
  },
  'step.wait_for_event': {
    steps: [step('it', 'wait_for_event', 'event: payment.received')],
    signal: { name: 'payment.received', data: { amount: 5 } },
    output: { amount: 5 },
  },
  'step.delay': { steps: [step('it', 'delay', 'duration: 0s')], output: { waited_ms: 0 } },
  'step.wait_until': { steps: [step('it', 'wait_until', 'time: "2020-01-01T00:00:00Z"')], output: { time: '2020-01-01T00:00:00.000Z', waited_ms: 0 } },
};
