/** Steering over HTTP, as a user meets it: an approval and the bank's event, a pause, a breakpoint, a mocked run. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Started, started } from './started.ts';

let platform: Started;
const now = (id: string) => platform.api('GET', `/executions/${id}`);
const refund = (refund_id: string) => platform.call('POST', '/in/acme/refunds/refunds', { refund_id, order_id: 'ord_1', amount: 250 });
const APPROVED = { decision: 'approve', comment: 'fine', form: { cost_centre: 'A-17' } };

beforeAll(async () => {
  platform = await started();
});
afterAll(() => platform?.stop());

it('waits for somebody, then for the bank, and is answered at once', async () => {
  const answer = await refund('e2e-1');
  expect(answer.status).toBe(202);
  const id = answer.body.execution_id;
  expect((await now(id)).body).toMatchObject({ status: 'waiting', waiting_for: [{ step: 'approve', kind: 'approval' }] });
  expect((await platform.api('POST', `/executions/${id}/signals/approve`, { decision: 'approve' })).body.code).toBe('invalid_signal');
  expect((await platform.api('POST', `/executions/${id}/signals/approve`, APPROVED)).status).toBe(200);
  await platform.until(
    () => now(id),
    ({ body }) => body.waiting_for?.[0]?.step === 'settled',
  );
  await platform.call('POST', '/in/acme/refunds/bank/settled', { refund_id: 'e2e-2' });
  await platform.call('POST', '/in/acme/refunds/bank/settled', { refund_id: 'e2e-1' });
  const done = await platform.until(
    () => now(id),
    ({ body }) => body.status === 'completed',
  );
  expect(done.body.error).toBeUndefined();
  const { body } = await platform.api('GET', `/executions/${id}/timeline`);
  expect(body.steps.find((step: { name: string }) => step.name === 'settled')).toMatchObject({ output: { refund_id: 'e2e-1', settled: true } });
  const ledger = await platform.peer('GET', '/ledger?service=payment-service');
  expect(JSON.stringify(ledger.body)).toContain('refund_e2e-1');
});

it('is held at a breakpoint over a restart, and goes on with another input', async () => {
  const set = await platform.api('POST', '/pipelines/refunds.refund/breakpoints', {
    step: 'pay-back',
    condition: 'amount > 100',
    notify: [{ email: 'ops@example.com' }],
  });
  expect(set.status, set.text).toBe(201);
  const { body } = await refund('e2e-3');
  const id = body.execution_id;
  await platform.api('POST', `/executions/${id}/pause`, { reason: 'look first' });
  await platform.api('POST', `/executions/${id}/signals/approve`, APPROVED);
  expect((await now(id)).body).toMatchObject({ status: 'paused', paused: { reason: 'look first' } });
  await platform.api('POST', `/executions/${id}/resume`);
  const held = await platform.until(
    () => now(id),
    ({ body: { paused } }) => paused?.breakpoint !== undefined,
  );
  expect(held.body.paused.breakpoint.step).toBe('pay-back');
  const mailbox = await platform.until(
    () => platform.api('GET', '/mailbox?to=ops@example.com'),
    ({ body: { items } }) => items.length > 0,
  );
  expect(mailbox.body.items).toMatchObject([{ kind: 'breakpoint', subject: 'Held before pay-back: refunds.refund' }]);
  await platform.regions.us.kill();
  await platform.regions.us.start();
  expect((await now(id)).body.paused.breakpoint.step).toBe('pay-back');
  const context = await platform.api('GET', `/executions/${id}/context`);
  const input = { ...context.body.next.input, body: { order_id: 'ord_1', amount: 1 } };
  expect((await platform.api('POST', `/executions/${id}/breakpoint`, { action: 'resume', input })).status).toBe(200);
  await platform.until(
    () => now(id),
    ({ body: { waiting_for } }) => waiting_for?.[0]?.step === 'settled',
  );
  const timeline = await platform.api('GET', `/executions/${id}/timeline`);
  expect(timeline.body.steps.find((step: { name: string }) => step.name === 'pay-back')).toMatchObject({
    input: { body: { amount: 1 } },
    output: { amount: 1 },
  });
});

it('runs once with mocks, and nothing goes out', async () => {
  const before = await platform.peer('GET', '/calls?service=payment-service');
  const data = { body: { refund_id: 'e2e-4', order_id: 'ord_1', amount: 5 } };
  const mocks = {
    request: { output: { body: data.body } },
    check: { output: {} },
    'pay-back': { output: { refunded: true }, delay_ms: 20 },
    settled: { output: { settled: true } },
  };
  const run = await platform.api('POST', '/pipelines/refunds.refund/mock?wait=20s', { mocks, trigger_data: data });
  expect(run.body, run.text).toMatchObject({ status: 'completed' });
  expect((await platform.peer('GET', '/calls?service=payment-service')).text).toBe(before.text);
});
