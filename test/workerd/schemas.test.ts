/** Data that have not the shape that is asked for start nothing, at every door. */
import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { call } from './api-client';
import { ask, deliverAll, deploy } from './application';
import { published } from './published';
import { settle } from './settle';

const SHOP = `
schemas:
  order:
    data_schema:
      type: object
      required: [order_id]
      properties: {order_id: {type: string, pattern: "^(a+)+$"}, tags: {type: array, maxItems: 3}}
      additionalProperties: false
pipelines:
  take:
    trigger: {type: http, method: POST, path: /orders, schema: order}
    steps: [{name: answer, type: step.json_response, config: {status: 201, body: {ok: true}}}]
  pack:
    trigger: {type: event, topic: order.created, schema: order}
    steps: [{name: note, type: step.log, config: {message: packed}}]
  tell:
    trigger: {type: http, method: POST, path: /tell}
    steps:
      - {name: out, type: step.publish, config: {topic: order.created, schema: order, payload_from: trigger.body}}
      - {name: answer, type: step.json_response, config: {body: {told: true}}}
`;

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  await call('POST', '/companies', { body: { name: 'acme', slug: 'acme', region: 'us' } });
  await deploy('shapes', SHOP);
});

async function started(pipeline: string): Promise<number> {
  await settle();
  return (await call('GET', `/executions?workflow=shapes&pipeline=${pipeline}`)).body.items.length;
}

describe('a request', () => {
  it('of the right shape starts', async () => {
    expect((await ask('shapes', 'POST', '/orders', { body: { order_id: 'aaa' } })).status).toBe(201);
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'type'],
    ['another type', [], 'type'],
    ['a hole', {}, 'required'],
    ['a number for a text', { order_id: 7 }, 'type'],
    ['more than is asked for', { order_id: 'a', admin: true }, 'additionalProperties'],
    ['more items than there may be', { order_id: 'a', tags: [1, 2, 3, 4] }, 'maxItems'],
    ['a prototype', '{"order_id":"a","__proto__":{"admin":true}}', 'additionalProperties'],
    ['a text that a careless pattern chokes on', { order_id: `${'a'.repeat(5000)}!` }, 'pattern'],
    ['text that is no JSON', 'order_id=a', 'type'],
  ])('of %s is refused, and nothing runs', async (_, body, code) => {
    const before = await started('take');
    const reply = await ask('shapes', 'POST', '/orders', { body });
    expect([reply.status, reply.body.code]).toEqual([400, 'schema_mismatch']);
    expect(reply.body.errors.map((error: { code: string }) => error.code).join()).toContain(code);
    expect(await started('take')).toBe(before);
  });

  it('that nests without an end is refused', async () => {
    const reply = await ask('shapes', 'POST', '/orders', { body: `${'['.repeat(5000)}${']'.repeat(5000)}`, headers: { 'content-type': 'application/json' } });
    expect(reply.status).toBe(400);
  });
});

it('a start by the API is checked the same', async () => {
  const refused = await call('POST', '/executions', { body: { workflow: 'shapes', pipeline: 'pack', data: { order_id: 5 } } });
  expect(refused).toMatchObject({ status: 400, body: { code: 'schema_mismatch', errors: [{ path: 'order_id' }] } });
});

it('a replay with other data is checked too, also where its record is taken; the data that were let in are not asked again', async () => {
  const origin = await call('POST', '/executions?wait=30s', { body: { workflow: 'shapes', pipeline: 'pack', data: { order_id: 'aaa' } } });
  const before = await started('pack');
  const replay = (body: object) => call('POST', `/executions/${origin.body.execution_id}/replay?wait=30s`, { body });
  for (const order of [
    { mode: 'modified', modifications: { order_id: 7 } },
    { mode: 'modified', trigger_data: { order_id: 'b' }, dry_run: true },
    { mode: 'step_from', from_step: 'note', modifications: { order_id: null } },
  ]) {
    expect(await replay(order), JSON.stringify(order)).toMatchObject({ status: 400, body: { code: 'schema_mismatch', errors: [expect.anything()] } });
  }
  expect(await started('pack')).toBe(before);
  expect((await replay({ mode: 'step_from', from_step: 'note' })).status).toBe(200);
});

it('what is published is checked before it goes out, and what comes in becomes a dead letter', async () => {
  const refused = await ask('shapes', 'POST', '/tell', { body: { order_id: 7 } });
  expect([refused.status, refused.body.code]).toEqual([400, 'schema_mismatch']);
  expect(published).toEqual([]);
  expect((await ask('shapes', 'POST', '/tell', { body: { order_id: 'aaa' } })).status).toBe(200);
  expect(published.map(({ dataschema }) => dataschema)).toEqual(['order']);
  const before = await started('pack');
  published.push({ ...published[0]!, id: 'evt_wrong', data: { order_id: 9 } });
  await deliverAll();
  expect(await started('pack')).toBe(before + 1);
});
