/** A hundred sagas that fail at their third step, all at once: each is undone whole, in reverse order, each effect once. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deployYaml } from './deploy-yaml.ts';
import { APPLICATION } from './kill-kinds.ts';
import { type Started, started } from './started.ts';

const CROWD = 100;
const UNDONE = ['inventory-service reserve', 'payment-service charge', 'payment-service refund', 'inventory-service release'];

let platform: Started;

beforeAll(async () => {
  platform = await started({ deployments: [] });
  await deployYaml(platform, APPLICATION);
});
afterAll(() => platform?.stop());

it(`${CROWD} sagas at once are compensated, in order, each effect once`, async () => {
  const orders = Array.from({ length: CROWD }, (_, i) => `order-${i}`);
  const starts = await Promise.all(
    orders.map((order) => platform.api('POST', '/executions?wait=30s', { workflow: 'kills', pipeline: 'saga', data: { order } })),
  );
  const ids = starts.map(({ body }) => body.execution_id as string);
  expect(new Set(ids).size).toBe(CROWD);
  const ends = await Promise.all(
    ids.map((id) =>
      platform.until(
        () => platform.api('GET', `/executions/${id}/timeline`),
        ({ body }) => body.completed_at !== undefined,
      ),
    ),
  );
  expect(ends.map(({ body }) => [body.status, body.saga?.status, body.saga?.order])).toEqual(
    orders.map(() => ['compensated', 'compensated', ['charge', 'reserve']]),
  );
  const { items } = (await platform.peer('GET', '/ledger')).body as { items: { service: string; action: string; answer: { order_id: string } }[] };
  const had = new Map<string, string[]>();
  for (const { service, action, answer } of items) had.set(answer.order_id, [...(had.get(answer.order_id) ?? []), `${service} ${action}`]);
  expect(orders.map((order) => had.get(order))).toEqual(orders.map(() => UNDONE));
});
