/** The main job over HTTP: an order comes in, is answered, and everything about its execution can be read. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type Started, started } from './started.ts';

let platform: Started;
let order: Answer;
let id: string;

beforeAll(async () => {
  platform = await started();
  order = await platform.call('POST', '/in/acme/orders/api/orders', { product_id: 'SKU-001', quantity: 3, customer_id: 'cust_789' });
  id = order.headers.get('x-execution-id')!;
});
afterAll(() => platform?.stop());

it('is answered with what the pipeline responds', () => {
  expect(order).toMatchObject({ status: 201, body: { order_id: `ord_${id.slice('exec_'.length)}`, status: 'confirmed' } });
  expect(order.headers.get('content-type')).toBe('application/json');
});

it('is described at the address of its application', async () => {
  const document = (await platform.call('GET', '/in/acme/orders/openapi.json')).body;
  expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'orders' }, servers: [{ url: '/in/acme/orders' }] });
  expect(document.paths['/api/orders'].post).toMatchObject({
    requestBody: { content: { 'application/json': { schema: { required: ['product_id', 'quantity', 'customer_id'] } } } },
    responses: { 201: { content: { 'application/json': {} } }, 400: {}, 500: {} },
  });
  const page = await platform.call('GET', '/in/acme/orders/docs');
  expect(page.headers.get('content-type')).toMatch(/^text\/html/);
  expect(page.text).toContain('/api/orders');
});

describe('trace context', () => {
  const send = (traceparent: string) =>
    platform.call('POST', '/in/acme/orders/api/orders', { product_id: 'a', quantity: 1, customer_id: 'c' }, { traceparent });
  const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

  it('goes on with the trace of the caller', async () => {
    const answer = await send(`00-${TRACE}-00f067aa0ba902b7-01`);
    expect(answer.headers.get('traceparent')).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
  });

  it.each([`00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, 'nonsense', `00-${TRACE.toUpperCase()}-00f067aa0ba902b7-01`])('begins anew after %s', async (header) => {
    const answer = await send(header);
    expect(answer.headers.get('traceparent')).toMatch(/^00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(answer.headers.get('traceparent')).not.toContain(TRACE);
  });
});

it('shows each step with input, output, attempts and time', async () => {
  const { body } = await platform.api('GET', `/executions/${id}/timeline`);
  expect(body).toMatchObject({ execution_id: id, status: 'completed', trigger: { type: 'http' } });
  for (const step of body.steps)
    expect(step).toMatchObject({ status: 'completed', attempts: 1, duration_ms: expect.any(Number), started_at: expect.any(String) });
  const step = (name: string) => body.steps.find((each: { name: string }) => each.name === name);
  expect(step('check-inventory')).toMatchObject({
    input: { method: 'POST', body: { sku: 'SKU-001', quantity: 3 } },
    output: { sku: 'SKU-001', available: true },
    response: { status_code: 200 },
  });
  expect(step('charge-payment')).toMatchObject({ idempotent: true, idempotency_key: `charge_${id}`, output: { amount: 8997 } });
});

it('has an event log without a gap, which proves the state', async () => {
  const { body } = await platform.api('GET', `/executions/${id}/events?limit=1000`);
  const events = body.items as { sequence_num: number; event_type: string }[];
  expect(events.map((event) => event.sequence_num)).toEqual(events.map((_, index) => index + 1));
  expect(events[0]!.event_type).toBe('execution.started');
  expect(events.at(-1)!.event_type).toBe('execution.completed');
  expect(await platform.api('POST', `/executions/${id}/rebuild`)).toMatchObject({ status: 200, body: { equal: true, differences: [], events: events.length } });
});

it('pages through the events by cursor', async () => {
  const seen: number[] = [];
  for (let cursor = ''; ; ) {
    const { body } = await platform.api('GET', `/executions/${id}/events?limit=4${cursor && `&cursor=${cursor}`}`);
    seen.push(...body.items.map((event: { sequence_num: number }) => event.sequence_num));
    if (body.next_cursor === null) break;
    cursor = body.next_cursor;
  }
  const { body } = await platform.api('GET', `/executions/${id}/events?limit=1000`);
  expect(seen).toEqual(body.items.map((event: { sequence_num: number }) => event.sequence_num));
});

it('comes to the list of executions, and is found there by its filters', async () => {
  const listed = await platform.until(
    () => platform.api('GET', '/executions?workflow=orders&pipeline=process-order&status=completed'),
    (answer) => answer.body.items.some((item: { execution_id: string }) => item.execution_id === id),
  );
  expect(listed.body.items.find((item: { execution_id: string }) => item.execution_id === id)).toMatchObject({ workflow: 'orders', trigger: 'http' });
  expect((await platform.api('GET', '/executions?status=failed')).body.items).toEqual([]);
});

it('refuses an incomplete order with each fault, and says which execution it was', async () => {
  const answer = await platform.call('POST', '/in/acme/orders/api/orders', { quantity: 3 });
  expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed', errors: [{ path: 'product_id' }, { path: 'customer_id' }] } });
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.body.execution_id).toBe(answer.headers.get('x-execution-id'));
});

it('are added up by a jq program and graded by a function in JavaScript', async () => {
  const items = [{ product_id: 'SKU-001', quantity: 2, price: 30 }];
  const answer = await platform.call('POST', '/in/acme/order-totals/totals', { items });
  expect(answer).toMatchObject({ status: 200, body: { total: 64.8, tier: 'silver', items: [{ sku: 'SKU-001', qty: 2, subtotal: 60, tax: 4.8 }] } });
});
