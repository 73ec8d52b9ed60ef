/** The example services: what they do, do once, and can be switched to do. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Started, started } from './started.ts';

let platform: Started;

beforeAll(async () => {
  platform = await started({ deployments: [] });
});
afterAll(() => platform?.stop());
beforeEach(async () => {
  await platform.peer('DELETE', '/switches');
  await platform.peer('DELETE', '/ledger');
});

const charge = (key?: string) => platform.peer('POST', '/payment-service/api/charge', { order_id: 'o', amount: 5 }, key ? { 'idempotency-key': key } : {});
const ledger = async () => (await platform.peer('GET', '/ledger?service=payment-service')).body.items;
const statuses = async () => (await platform.peer('GET', '/calls')).body.items.map((call: { status: number }) => call.status);

it.each([
  ['POST', '/inventory-service/api/check', { sku: 'a', quantity: 3 }, 200, { available: true, warehouse: 'us-east-1' }],
  ['POST', '/inventory-service/api/check', { sku: 'a', quantity: 101 }, 200, { available: false }],
  ['POST', '/inventory-service/api/reserve', { method: 'POST', body: { order_id: 'o', quantity: 2 } }, 200, { order_id: 'o', amount: 5998 }],
  ['POST', '/api.stripe.com/v1/charges', { quantity: 3 }, 200, { amount: 8997, currency: 'usd', status: 'succeeded' }],
  ['POST', '/shipping-service/api/shipments', { order_id: 'o' }, 201, { order_id: 'o', status: 'created' }],
  ['DELETE', '/shipping-service/api/shipments/cancel', { shipment_id: 's' }, 200, { shipment_id: 's', status: 'cancelled' }],
  ['POST', '/flights-api/api/bookings', { origin: 'ZRH' }, 201, { origin: 'ZRH', status: 'confirmed' }],
  ['POST', '/hotels-api/api/reservations/ht_1/cancel', {}, 200, { reservation_id: 'ht_1', status: 'cancelled' }],
  ['POST', '/cars-api/api/rentals', { city: 'LIS', days: 3 }, 201, { city: 'LIS', days: 3 }],
  ['POST', '/cars-api/api/unknown', {}, 404, { error: 'not_found' }],
])('%s %s', async (method, path, body, status, expected) => {
  expect(await platform.peer(method, path, body)).toMatchObject({ status, body: expected });
});

describe('an idempotency key', () => {
  it('gives one effect and the first answer, however often', async () => {
    const [first, second] = [await charge('k'), await charge('k')];
    expect(second.body).toEqual(first.body);
    expect(await ledger()).toMatchObject([{ action: 'charge', key: 'k', calls: 2 }]);
  });

  it('is what makes the difference: without one there are two', async () => {
    await charge();
    await charge();
    expect(await ledger()).toHaveLength(2);
  });
});

describe('switches', () => {
  const on = (order: object) => platform.peer('POST', '/switches', { service: 'payment-service', ...order });

  it('fail leaves no effect, for as many calls as asked', async () => {
    await on({ mode: 'fail', times: 2 });
    for (let i = 0; i < 3; i++) await charge('k');
    expect(await statuses()).toEqual([503, 503, 200]);
    expect(await ledger()).toMatchObject([{ calls: 1 }]);
  });

  it('twice has the effect, loses its answer, and gives it the second time', async () => {
    await on({ action: 'charge', mode: 'twice', times: 1 });
    for (let i = 0; i < 2; i++) await charge('k');
    expect(await statuses()).toEqual([504, 200]);
    expect(await ledger()).toMatchObject([{ calls: 2 }]);
  });

  it('refuse answers with the status asked for until it is deleted', async () => {
    await on({ mode: 'refuse', status: 402 });
    for (let i = 0; i < 2; i++) await charge('k');
    await platform.peer('DELETE', '/switches');
    await charge('k');
    expect(await statuses()).toEqual([402, 402, 200]);
  });

  it('are checked', async () => {
    expect(await platform.peer('POST', '/switches', { service: 'payment-service', mode: 'explode' })).toMatchObject({
      status: 400,
      body: { error: 'invalid_switch' },
    });
  });
});
