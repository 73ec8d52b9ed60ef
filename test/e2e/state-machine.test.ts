/** A state machine of the started product: over HTTP, in the index, and killed while its hook runs. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deployYaml } from './deploy-yaml.ts';
import { type Started, started } from './started.ts';

let platform: Started;

/** Leaving `open` needs a charge, whose answer the test holds back. */
const TILL = `
name: till
workflows:
  statemachine:
    definitions:
      - name: till
        initialState: open
        states: {open: {}, paid: {}, closed: {isFinal: true}}
        transitions:
          pay: {fromState: open, toState: paid, condition: data.amount > 0}
          close: {fromState: paid, toState: closed, autoTransform: true}
    hooks:
      - {workflowType: till, transitions: [pay], handler: charge}
pipelines:
  charge:
    steps:
      - {name: charge, type: step.http_call, config: {url: "http://payment-service/api/charge", method: POST, body: {order_id: "{{ .instance_id }}"}}}
`;

beforeAll(async () => {
  platform = await started();
  await deployYaml(platform, TILL);
});
afterAll(() => platform?.stop());

const till = (path: string, method = 'GET', body?: unknown) => platform.api(method, `/machines/till/till${path}`, body);
const move = (id: string, transition: string, data: object = {}) => till(`/instances/${id}/transition`, 'PUT', { transition, data });

it('the example lives over HTTP', async () => {
  const order = (method: string, path: string, body?: unknown) => platform.call(method, `/in/acme/order-lifecycle/orders${path}`, body);
  expect(await order('POST', '', { id: 'o-1', total: 40, in_stock: true })).toMatchObject({ status: 201, body: { state: 'new' } });
  expect(await order('PUT', '/o-1/transition', { transition: 'pay', data: { amount: 1 } })).toMatchObject({ status: 422, body: { code: 'guard_refused' } });
  expect(await order('PUT', '/o-1/transition', { transition: 'pay', data: { amount: 40 } })).toMatchObject({ status: 200, body: { state: 'packed' } });
  expect(await order('PUT', '/o-1/transition', { transition: 'pay', data: { amount: 40 } })).toMatchObject({ status: 409, body: { code: 'wrong_state' } });
  const listed = await platform.until(
    () => platform.api('GET', '/machines/order-lifecycle/order/instances?state=packed'),
    (answer) => answer.body.items?.length === 1,
  );
  expect(listed.body.items[0]).toMatchObject({ id: 'o-1', previous_state: 'paid' });
});

it('killed while the hook runs: the charge is made once, and the transition is committed', async () => {
  await platform.peer('DELETE', '/ledger');
  await platform.peer('POST', '/switches', { service: 'payment-service', action: 'charge', mode: 'slow', delay_ms: 30_000, times: 1 });
  expect((await till('/instances', 'POST', { id: 't-1' })).status).toBe(201);
  const lost = move('t-1', 'pay', { amount: 5 }).catch(() => undefined);
  await platform.until(
    () => platform.peer('GET', '/ledger?service=payment-service'),
    (answer) => answer.body.items?.length === 1,
  );
  expect((await till('/instances/t-1')).body).toMatchObject({ state: 'open', pending: { transition: 'pay' } });
  await platform.regions.us.kill();
  await platform.regions.us.start();
  await lost;
  await platform.until(
    () => till('/instances/t-1'),
    (answer) => answer.body.state === 'closed',
    45_000,
  );
  const history = await till('/instances/t-1/history');
  expect(history.body.items.map((item: { to: string }) => item.to)).toEqual(['open', 'paid', 'closed']);
  const ledger = await platform.peer('GET', '/ledger?service=payment-service');
  expect(ledger.body.items).toHaveLength(1);
  await platform.until(
    () => till(''),
    (answer) => answer.body.states?.closed?.count === 1 && answer.body.states?.open?.count === 0,
  );
});
