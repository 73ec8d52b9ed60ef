/** One key, one execution, one effect: however many callers there are at once, and until the key's time is over. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deployYaml } from './deploy-yaml.ts';
import { type Answer, type Started, started } from './started.ts';

const CALLERS = 100;
const TTL_MS = 1_500;
const DOCUMENT = `
name: once
pipelines:
  order:
    trigger: { type: http, config: { method: POST, path: /orders } }
    idempotency: { key_template: "order_{{ .order }}", ttl: 1h }
    steps:
      - { name: charge, type: step.http_call, config: { url: "http://payment-service/api/charge", method: POST, body: { order_id: "{{ .order }}" } } }
      - { name: respond, type: step.json_response, config: { status: 201, body: { execution: "{{ .meta.execution_id }}" } } }
  brief:
    trigger: { type: http, config: { method: POST, path: /brief } }
    idempotency: { key_template: "brief_{{ .order }}", ttl: ${TTL_MS}ms }
    steps:
      - { name: charge, type: step.http_call, config: { url: "http://payment-service/api/charge", method: POST, body: { order_id: "{{ .order }}" } } }
      - { name: respond, type: step.json_response, config: { status: 201, body: { execution: "{{ .meta.execution_id }}" } } }
  keyed:
    trigger: { type: manual }
    steps:
      - name: charge
        type: step.http_call
        idempotent: true
        idempotency_key: "charge_{{ .key }}"
        config: { url: "http://payment-service/api/charge", method: POST, body: { order_id: "{{ .key }}" } }
`;

let platform: Started;

beforeAll(async () => {
  platform = await started({ deployments: [] });
  await deployYaml(platform, DOCUMENT);
});
afterAll(() => platform?.stop());
beforeEach(async () => {
  await platform.peer('DELETE', '/switches');
  await platform.peer('DELETE', '/ledger');
});

const order = (key: string) => platform.call('POST', '/in/acme/once/orders', { order: key });
const run = (pipeline: string, body: object) => platform.api('POST', '/executions?wait=20s', { workflow: 'once', pipeline, ...body });
const calls = async () => (await platform.peer('GET', '/calls')).body.items.length as number;
const atOnce = (ask: () => Promise<Answer>) => Promise.all(Array.from({ length: CALLERS }, ask));
const distinct = (answers: Answer[], of: (answer: Answer) => unknown) => [...new Set(answers.map(of))];

describe(`${CALLERS} callers at once`, () => {
  it('of a pipeline with a key get one execution, one effect and the same answer', async () => {
    const answers = await atOnce(() => order('o-1'));
    expect(distinct(answers, (answer) => answer.status)).toEqual([201]);
    expect(distinct(answers, (answer) => answer.headers.get('x-execution-id'))).toHaveLength(1);
    expect(distinct(answers, (answer) => answer.text)).toHaveLength(1);
    expect(answers.filter((answer) => answer.headers.get('idempotent-replayed') === 'true')).toHaveLength(CALLERS - 1);
    expect(await calls()).toBe(1);
  });

  it('of the API with a key get one execution, and all but one are told that it existed', async () => {
    const answers = await atOnce(() => run('order', { data: { order: 'o-2' }, idempotency_key: 'of-the-caller' }));
    expect(distinct(answers, (answer) => answer.body.execution_id)).toHaveLength(1);
    expect(answers.filter((answer) => answer.body.existing === false)).toHaveLength(1);
    expect(await calls()).toBe(1);
  });

  it('of one step key are different executions with one effect', async () => {
    const answers = await atOnce(() => run('keyed', { data: { key: 'k-1' } }));
    expect(distinct(answers, (answer) => answer.body.execution_id)).toHaveLength(CALLERS);
    expect(distinct(answers, (answer) => JSON.stringify(answer.body.outputs))).toHaveLength(1);
    expect(await calls()).toBe(1);
  });
});

it('a key is free again after its time', async () => {
  const brief = () => platform.call('POST', '/in/acme/once/brief', { order: 'o-3' });
  const first = await brief();
  const later = await platform.until(brief, (answer) => answer.body.execution !== first.body.execution, TTL_MS * 4);
  expect(later.status).toBe(201);
  expect(await calls()).toBe(2);
});

it('keys of two tenants are two keys', async () => {
  await deployYaml(platform, DOCUMENT, 'globex');
  const [here, there] = [await order('o-4'), await platform.call('POST', '/in/globex/once/orders', { order: 'o-4' })];
  expect(there.status).toBe(201);
  expect(there.body.execution).not.toBe(here.body.execution);
});

it('a reused result says where it is from', async () => {
  const first = await run('keyed', { data: { key: 'k-2' } });
  const second = await run('keyed', { data: { key: 'k-2' } });
  const { body } = await platform.api('GET', `/executions/${second.body.execution_id}/timeline`);
  expect(body.steps[0]).toMatchObject({ status: 'completed', response: { reused: true, reused_from: first.body.execution_id } });
});

it('a key can be looked up: who had the effect, what came of it, until when', async () => {
  const look = (key: string, tenant = 'acme') => platform.api('GET', `/idempotency-keys/${encodeURIComponent(key)}`, undefined, { 'x-tenant': tenant });
  const { body } = await run('keyed', { data: { key: 'k/4' } });
  expect((await look('charge_k/4')).body).toMatchObject({
    key: 'charge_k/4',
    environment: 'production',
    status: 'stored',
    execution_id: body.execution_id,
    step: 'charge',
    output: { status: 'succeeded' },
  });
  expect(await look('charge_k/4', 'globex')).toMatchObject({ status: 404, body: { code: 'not_found' } });
  expect(await look('charge_nobody')).toMatchObject({ status: 404, body: { code: 'not_found' } });
});

it('keys are listed, and released ones start and do everything anew', async () => {
  const first = await run('order', { data: { order: 'o-5' }, idempotency_key: 'of-5' });
  const list = (query: string) => platform.api('GET', `/idempotency-keys?${query}`);
  await platform.until(
    () => list('prefix=of-5'),
    ({ body }) => body.items.length === 1,
  );
  const released = await platform.api('POST', `/executions/${first.body.execution_id}/release-key`, {});
  expect(released).toMatchObject({ status: 200, body: { key: 'of-5' } });
  const second = await run('order', { data: { order: 'o-5' }, idempotency_key: 'of-5' });
  expect(second.body).toMatchObject({ existing: false });
  await run('keyed', { data: { key: 'k-5' } });
  expect((await list('scope=step&q=charge_k-5')).body.items).toMatchObject([{ key: 'charge_k-5', step: 'charge', state: 'answered', pipeline: 'keyed' }]);
  expect((await platform.api('POST', '/idempotency-keys/charge_k-5/release', {})).status).toBe(200);
  await run('keyed', { data: { key: 'k-5' } });
  // Two orders, and twice the same charge.
  expect(await calls()).toBe(4);
});

it('a failed effect stores nothing', async () => {
  await platform.peer('POST', '/switches', { service: 'payment-service', mode: 'refuse', times: 1 });
  expect((await run('keyed', { data: { key: 'k-3' } })).body.status).toBe('failed');
  expect((await run('keyed', { data: { key: 'k-3' } })).body.status).toBe('completed');
});

it('a request that lacks what the key is made of is a mistake of the caller', async () => {
  expect(await platform.call('POST', '/in/acme/once/orders', {})).toMatchObject({ status: 400, body: { code: 'missing_value' } });
});
