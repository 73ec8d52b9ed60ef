/** An application that is steered from outside, and what tests ask and tell its executions. */
import { beforeAll, beforeEach, expect } from 'vitest';
import { breakpointSchema } from '#contracts/api-debugging';
import { executionNowSchema } from '#contracts/api-executions';
import { timelineSchema } from '#contracts/api-timeline';
import { call } from './api-client';
import { effects } from './api-effects';
import { keyOf, twoCompanies } from './companies';

export const yaml = { 'content-type': 'application/yaml' };
export const STEERED = `name: steered
pipelines:
  order:
    trigger: { type: manual }
    saga: { enabled: true }
    steps:
      - name: reserve
        type: step.http_call
        config: { method: POST, url: "https://warehouse.test/reserve", body: { sku: "{{ .sku }}" } }
        compensate:
          type: step.http_call
          config: { method: POST, url: "https://warehouse.test/release" }
      - name: charge
        type: step.http_call
        config: { method: POST, url: "https://bank.test/charge", body: { total: "{{ .total }}" }, timeout: 5s }
      - name: done
        type: step.set
        config: { values: { ok: true } }
  paid:
    trigger: { type: manual }
    steps:
      - name: wait-for-payment
        type: step.wait_for_event
        config: { event: payment.received, correlation: { order_id: "{{ .order_id }}" }, timeout: 7d }
      - name: ship
        type: step.http_call
        config: { method: POST, url: "https://warehouse.test/ship", body: { amount: "{{ .steps.wait-for-payment.amount }}" } }
  delivered:
    trigger: { type: manual }
    steps:
      - { name: rest, type: step.delay, config: { duration: "{{ .rest }}" } }
      - name: parcel
        type: step.wait_for_event
        config:
          event: parcel.arrived
          correlation: { order_id: "{{ .order_id }}" }
          form: { type: object, required: [weight], properties: { weight: { type: number }, note: { title: Remark, type: string } } }
  refund:
    trigger: { type: manual }
    steps:
      - name: prepare
        type: step.http_call
        config: { url: "https://bank.test/prepare" }
      - name: decide
        type: step.approval
        config:
          message: "Refund {{ .amount }}?"
          approvers: [admin]
          timeout: 3d
          form: { type: object, required: [cost_centre], properties: { cost_centre: { type: string } }, additionalProperties: false }
      - name: pay
        type: step.http_call
        config: { method: POST, url: "https://bank.test/pay", body: { by: "{{ .steps.decide.by }}" } }
`;

/** Keys of people with other rights: made before the first test. */
export const keys = { editor: '', viewer: '', other: '' };

/** The application runs in acme; before each test nothing holds it and nothing has gone out. */
export function deployedAtFirst(): void {
  beforeAll(async () => {
    await twoCompanies();
    Object.assign(keys, { editor: await keyOf('acme', 'editor'), viewer: await keyOf('acme', 'viewer'), other: await keyOf('globex', 'owner') });
    const stored = await call('POST', '/workflows?deploy=production', { body: STEERED, headers: yaml });
    expect(stored.status, JSON.stringify(stored.body)).toBe(201);
  });
  beforeEach(async () => {
    effects.calls = [];
    await call('DELETE', '/pipelines/order/breakpoints');
    await call('DELETE', '/pipelines/order/mock');
  });
}

/** Comes back as soon as the execution has ended or waits for somebody. */
export async function start(pipeline: string, data: object = {}): Promise<string> {
  const reply = await call('POST', '/executions?wait=20s', { body: { workflow: 'steered', pipeline, data } });
  expect([200, 202], JSON.stringify(reply.body)).toContain(reply.status);
  return reply.body.execution_id;
}

export const now = async (id: string) => executionNowSchema.parse((await call('GET', `/executions/${id}`)).body);
export const timeline = async (id: string) => timelineSchema.parse((await call('GET', `/executions/${id}/timeline`)).body);
export const eventsOf = async (id: string) =>
  (await call('GET', `/executions/${id}/events?limit=1000`)).body.items.map((event: { event_type: string }) => event.event_type);
export const lastEvent = async (id: string, type: string) => (await call('GET', `/executions/${id}/events?type=${type}`)).body.items.at(-1)?.event_data;
export const act = (id: string, body: object, options: object = {}) => call('POST', `/executions/${id}/breakpoint`, { body, ...options });
export const signal = (id: string, name: string, body: unknown = {}, options: object = {}) =>
  call('POST', `/executions/${id}/signals/${name}`, { body, ...options });
export const breakOn = async (body: object) => {
  const reply = await call('POST', '/pipelines/order/breakpoints', { body });
  expect(reply.status, JSON.stringify(reply.body)).toBe(201);
  return breakpointSchema.parse(reply.body);
};
export const steps = () => effects.calls.map(({ step, phase }) => (phase === 'run' ? step : `undo ${step}`));
