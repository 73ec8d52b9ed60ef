/** The region's runtime is killed in the middle of sagas and waits; the ledger of the services tells what happened. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { deployYaml } from './deploy-yaml.ts';
import { type Answer, type Started, started } from './started.ts';

let platform: Started;

beforeAll(async () => {
  platform = await started();
  await deployYaml(platform, document('first'));
});
afterAll(() => platform?.stop());
beforeEach(async () => {
  await platform.peer('DELETE', '/switches');
  await platform.peer('DELETE', '/ledger');
});

/** Waits two seconds, then charges once; `mark` tells the versions apart. */
function document(mark: string): string {
  return `
name: patient
pipelines:
  patient:
    trigger: { type: manual }
    steps:
      - { name: wait, type: step.delay, config: { duration: 2s } }
      - { name: charge, type: step.http_call, config: { url: "http://payment-service/api/charge", method: POST, body: { order_id: "{{ .order_id }}" } } }
      - { name: mark, type: step.set, config: { values: { mark: ${mark} } } }
`;
}

const UNDONE = ['inventory-service reserve', 'payment-service charge', 'payment-service refund', 'inventory-service release'];

interface Effect {
  service: string;
  action: string;
}
const effects = async () => ((await platform.peer('GET', '/ledger')).body.items as Effect[]).map(({ service, action }) => `${service} ${action}`);
const timeline = (id: string) => platform.api('GET', `/executions/${id}/timeline`);
/** An order id is used once: the charge is kept under a key that is made of it. */
const startOrder = async (order_id: string) =>
  (await platform.api('POST', '/executions', { workflow: 'create-order', data: { order_id, sku: 'SKU-001', quantity: 1 } })).body.execution_id as string;
const ended = (id: string) => platform.until(() => timeline(id), statusIn('completed', 'failed', 'compensated'), 45_000);

function statusIn(...statuses: string[]): (answer: Answer) => boolean {
  return (answer) => answer.status === 200 && statuses.includes(answer.body.status);
}

async function crash(): Promise<void> {
  await platform.regions.us.kill();
  await platform.regions.us.start();
}

it('an undoing that is cut off goes on, in order, each effect once', async () => {
  await platform.peer('POST', '/switches', { service: 'shipping-service', mode: 'refuse' });
  // The refund takes effect at once and its answer is held back, so the crash falls between the effect and its record.
  await platform.peer('POST', '/switches', { service: 'payment-service', action: 'refund', mode: 'slow', delay_ms: 30_000, times: 1 });
  const id = await startOrder('o-1');
  await platform.until(
    () => platform.peer('GET', '/ledger?service=payment-service'),
    (answer) => answer.body.items.length === 2,
  );
  await crash();
  expect((await ended(id)).body).toMatchObject({ status: 'compensated', saga: { order: ['charge-payment', 'reserve-inventory'] } });
  expect(await effects()).toEqual(UNDONE);
});

it('a compensation that gives up fails the execution, and is tried again on request', async () => {
  await platform.peer('POST', '/switches', { service: 'shipping-service', mode: 'refuse' });
  await platform.peer('POST', '/switches', { service: 'payment-service', action: 'refund', mode: 'refuse', status: 409 });
  const id = await startOrder('o-2');
  expect((await ended(id)).body).toMatchObject({ status: 'failed', error: { code: 'compensation_failed' } });
  await platform.peer('DELETE', '/switches');
  expect(await platform.api('POST', `/executions/${id}/resume`)).toMatchObject({ status: 200 });
  await platform.until(() => timeline(id), statusIn('compensated'));
  expect(await effects()).toEqual(UNDONE);
  expect(await platform.api('POST', `/executions/${id}/resume`)).toMatchObject({ status: 409, body: { code: 'execution_finished' } });
});

it('what gave up and then was undone names the failure that began it, not the one that was mended', async () => {
  await platform.peer('POST', '/switches', { service: 'shipping-service', mode: 'refuse' });
  await platform.peer('POST', '/switches', { service: 'payment-service', action: 'refund', mode: 'refuse', times: 1 });
  const id = await startOrder('o-3');
  expect((await ended(id)).body.status).toBe('failed');
  await platform.api('POST', `/executions/${id}/resume`);
  const { body } = await platform.until(() => timeline(id), statusIn('compensated'));
  expect(body.error.code).toBe('upstream_status');
});

it('a wait ends after a crash, with the definition it began with', async () => {
  const start = await platform.api('POST', '/executions', { workflow: 'patient', data: { order_id: 'o-4' } });
  const id = start.body.execution_id as string;
  await platform.until(() => timeline(id), statusIn('waiting'));
  const { body: workflow } = await platform.api('GET', '/workflows/patient');
  expect(await platform.api('PUT', `/workflows/${workflow.id}?deploy=production`, document('second'))).toMatchObject({ status: 200, body: { version: 2 } });
  await crash();
  const { body } = await ended(id);
  expect(body).toMatchObject({ status: 'completed', version: 1 });
  expect(body.steps.at(-1)).toMatchObject({ name: 'mark', output: { mark: 'first' } });
  expect(await effects()).toEqual(['payment-service charge']);
});

it('a waiting saga that is cancelled undoes what it did', async () => {
  await deployYaml(platform, SLEEPER);
  const { body } = await platform.api('POST', '/executions', { workflow: 'sleeper', data: {} });
  await platform.until(() => timeline(body.execution_id), statusIn('waiting'));
  expect(await platform.api('POST', `/executions/${body.execution_id}/cancel`, { reason: 'changed my mind' })).toMatchObject({ status: 200 });
  expect((await ended(body.execution_id)).body).toMatchObject({ status: 'compensated', cancelled: { by: 'admin', reason: 'changed my mind' } });
  expect(await effects()).toEqual(['inventory-service reserve', 'inventory-service release']);
  expect(await platform.api('POST', `/executions/${body.execution_id}/cancel`)).toMatchObject({ status: 409, body: { code: 'execution_finished' } });
});

const SLEEPER = `
name: sleeper
pipelines:
  sleeper:
    trigger: { type: manual }
    saga: { enabled: true }
    steps:
      - name: reserve
        type: step.http_call
        config: { url: "http://inventory-service/api/reserve", method: POST, body: { quantity: 1 } }
        compensate:
          type: step.http_call
          config: { url: "http://inventory-service/api/release", method: POST, body_from: steps.reserve.output }
      - { name: wait, type: step.delay, config: { duration: 1h } }
`;
