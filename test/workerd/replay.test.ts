/** Replay and diff over the API, on the real object, D1 and R2. */
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { replayStartedSchema } from '#contracts/api-replay';
import { executionDiffSchema } from '#contracts/diff';
import type { Json } from '#contracts/json';
import type { RegionEnv } from '#workers/env';
import { startExecution } from '#workers/start';
import { storesOf } from '#workers/stores';
import { call } from './api-client';
import { effects } from './api-effects';
import { keyOf, twoCompanies } from './companies';
import { handedOver } from './settle';

const yaml = { 'content-type': 'application/yaml' };
const ORDERS = `name: orders
pipelines:
  order:
    trigger: { type: manual }
    steps:
      - name: words
        type: step.set
        config: { values: { text: "{{ .quantity }} pieces" } }
      - name: reserve
        type: step.http_call
        config: { method: POST, url: "https://warehouse.test/reserve", body: { text: "{{ .text }}" } }
      - name: charge
        type: step.http_call
        config: { method: POST, url: "https://bank.test/charge", body: { quantity: "{{ .quantity }}" } }
      - name: never
        type: step.set
        if: "false"
        config: { values: { x: 1 } }
      - name: answer
        type: step.json_response
        config: { status: 201, body: { text: "{{ .text }}", reserved: "{{ .steps.reserve.id }}", charged: "{{ .steps.charge.id }}" } }
  keyed:
    trigger: { type: manual }
    idempotency: { key_template: "order-{{ .id }}" }
    steps:
      - { name: note, type: step.set, config: { values: { seen: "{{ .id }}" } } }
`;
let viewer: string;
let other: string;

beforeAll(async () => {
  await twoCompanies();
  viewer = await keyOf('acme', 'viewer');
  other = await keyOf('globex', 'owner');
  const stored = await call('POST', '/workflows?deploy=production', { body: ORDERS, headers: yaml });
  expect(stored.status, JSON.stringify(stored.body)).toBe(201);
});

const start = async (data: unknown = { quantity: 3 }, more: object = {}) => {
  const reply = await call('POST', '/executions?wait=30s', { body: { workflow: 'orders', pipeline: 'order', data, ...more } });
  expect(reply.status, JSON.stringify(reply.body)).toBe(200);
  await handedOver(reply.body.execution_id);
  return reply.body;
};
const replay = (id: string, body?: object, options: object = {}) => call('POST', `/executions/${id}/replay?wait=30s`, { body, ...options });
const timeline = async (id: string) => (await call('GET', `/executions/${id}/timeline`)).body;
const stepOf = async (id: string, name: string) => (await timeline(id)).steps.find((step: { name: string }) => step.name === name);

/** As the ingress does it. */
async function startByHttp(body: Json): Promise<string> {
  const region = env as unknown as RegionEnv;
  const deployment = (await storesOf(region).deployments.active('acme', 'orders', 'production'))!;
  const definition = (await storesOf(region).definitions.get('acme', deployment.hash))!;
  const data = { method: 'POST', path: '/order', headers: {}, body, path_params: {}, query: {} };
  const pipeline = definition.pipelines.order!;
  return (await startExecution(region, { tenant: 'acme', deployment, pipeline, trigger: 'http', data, wait_ms: 5000, by: 'http' })).execution_id;
}

describe('exact', () => {
  it('is a new execution of the same trigger, linked to its origin', async () => {
    const origin = await start({ quantity: 3 }, { tags: { campaign: 'spring' } });
    effects.calls = [];
    const reply = await replay(origin.execution_id, { mode: 'exact', modifications: {}, from_step: null, record_as: 'rehearsal' });
    expect(reply.status, JSON.stringify(reply.body)).toBe(200);
    expect(replayStartedSchema.parse(reply.body)).toMatchObject({
      status: 'completed',
      replay_of: origin.execution_id,
      replay_mode: 'exact',
      existing: false,
      environment: 'production',
      version: 1,
    });
    expect(reply.body.execution_id).not.toBe(origin.execution_id);
    expect(effects.calls.map(({ step }) => step)).toEqual(['reserve', 'charge']);
    const shown = await timeline(reply.body.execution_id);
    expect(shown.trigger).toEqual({ type: 'manual', data: { quantity: 3 } });
    expect(shown.metadata).toMatchObject({ replay_of: origin.execution_id, replay_mode: 'exact', record_as: 'rehearsal', campaign: 'spring' });
    expect(shown.definition).toBe((await timeline(origin.execution_id)).definition);
  });

  it('is the default, and answers 202 when it is not waited for', async () => {
    const origin = await start();
    const reply = await call('POST', `/executions/${origin.execution_id}/replay`);
    expect([reply.status, reply.body.replay_mode]).toEqual([202, 'exact']);
  });

  it('runs what the origin was pinned to, whatever has been deployed since', async () => {
    await call('POST', '/workflows?deploy=production', { body: ORDERS.replace('name: orders', 'name: moving'), headers: yaml });
    const origin = await start({ quantity: 1 }, { workflow: 'moving' });
    await call('PUT', '/workflows/moving?deploy=production', {
      body: ORDERS.replace('name: orders', 'name: moving').replace('pieces', 'units'),
      headers: yaml,
    });
    expect((await replay(origin.execution_id)).body).toMatchObject({ version: 1, result: { text: '1 pieces' } });
    expect((await replay(origin.execution_id, { version: 2 })).body).toMatchObject({ version: 2, result: { text: '1 units' } });
    expect((await replay(origin.execution_id, { version: 9 })).body.code).toBe('unknown_workflow');
    const staged = await replay(origin.execution_id, { target_environment: 'staging' });
    expect([staged.status, staged.body.code]).toEqual([409, 'not_deployed']);
    await call('POST', '/deployments', { body: { workflow_id: 'moving', version: 2, environment: 'staging' } });
    const there = await replay(origin.execution_id, { target_environment: 'staging' });
    expect(there.body).toMatchObject({ environment: 'staging', version: 2, result: { text: '1 units' } });
    expect((await timeline(there.body.execution_id)).environment).toBe('staging');
  });

  it('is not taken for its origin where the pipeline has a key', async () => {
    const origin = await start({ id: 7 }, { pipeline: 'keyed' });
    expect((await start({ id: 7 }, { pipeline: 'keyed' })).execution_id).toBe(origin.execution_id);
    const reply = await replay(origin.execution_id);
    expect(reply.body).toMatchObject({ existing: false, outputs: { note: { seen: 7 } } });
    expect(reply.body.execution_id).not.toBe(origin.execution_id);
    expect((await timeline(reply.body.execution_id)).metadata.idempotency_key).toBeNull();
  });

  it('has keys of its own for its effects', async () => {
    const origin = await start();
    effects.calls = [];
    const { execution_id } = (await replay(origin.execution_id)).body;
    expect(effects.calls.map((effect) => effect.idempotency_key)).toEqual([`${execution_id}:reserve`, `${execution_id}:charge`]);
  });

  it('takes a trigger above 64 KB from the store', async () => {
    const note = 'x'.repeat(100_000);
    const origin = await start({ quantity: 2, note });
    const reply = await replay(origin.execution_id, { mode: 'modified', modifications: { quantity: 5 } });
    const { items } = (await call('GET', `/executions/${reply.body.execution_id}/events?limit=1`)).body;
    const { ref } = items[0].event_data.trigger_data;
    expect(ref.key).toContain(reply.body.execution_id);
    expect((await call('GET', `/executions/${reply.body.execution_id}/payloads/${ref.sha256}`)).body).toEqual({ quantity: 5, note });
  });

  it('replays a replay', async () => {
    const origin = await start();
    const first = (await replay(origin.execution_id, { mode: 'step_from', from_step: 'charge' })).body;
    const second = await replay(first.execution_id);
    expect(second.body).toMatchObject({ status: 'completed', replay_of: first.execution_id });
    expect((await timeline(second.body.execution_id)).metadata).not.toHaveProperty('replay_from');
  });
});

describe('modified', () => {
  it('merges into the body of a request', async () => {
    const id = await startByHttp({ quantity: 3, note: 'x' });
    const reply = await replay(id, { mode: 'modified', modifications: { quantity: 1, note: null, headers: { 'x-mark': 'y' } } });
    expect(reply.body.result.text).toBe('1 pieces');
    expect((await timeline(reply.body.execution_id)).trigger).toMatchObject({
      type: 'http',
      method: 'POST',
      body: { quantity: 1 },
      headers: { 'x-mark': 'y' },
    });
  });

  it('merges into the data', async () => {
    const origin = await start({ quantity: 3, keep: true });
    const reply = await replay(origin.execution_id, { mode: 'modified', modifications: { quantity: 1, extra: { a: 1 } } });
    expect(reply.body.result).toMatchObject({ text: '1 pieces' });
    expect((await timeline(reply.body.execution_id)).trigger.data).toEqual({ quantity: 1, keep: true, extra: { a: 1 } });
    expect((await timeline(origin.execution_id)).trigger.data).toEqual({ quantity: 3, keep: true });
  });

  it('replaces it whole', async () => {
    const origin = await start();
    const reply = await replay(origin.execution_id, { mode: 'modified', trigger_data: { quantity: null, list: [1] } });
    expect((await timeline(reply.body.execution_id)).trigger.data).toEqual({ quantity: null, list: [1] });
  });
});

describe('step_from', () => {
  it('takes what came before from the record, and runs the rest', async () => {
    const origin = await start();
    effects.calls = [];
    const reply = await replay(origin.execution_id, { mode: 'step_from', from_step: 'charge' });
    expect(reply.body).toMatchObject({ status: 'completed', replay_mode: 'step_from' });
    expect(effects.calls.map(({ step }) => step)).toEqual(['charge']);
    expect(reply.body.outputs.reserve).toEqual(origin.outputs.reserve);
    expect(reply.body.outputs.charge).not.toEqual(origin.outputs.charge);
    const reserve = await stepOf(reply.body.execution_id, 'reserve');
    expect(reserve).toMatchObject({ status: 'completed', response: { recorded: true, status_code: 200 }, duration_ms: 0 });
    expect(reserve.span_id).toBeUndefined();
    const { items } = (await call('GET', `/executions/${reply.body.execution_id}/events?type=step.output_recorded`)).body;
    expect(
      items.map((one: { event_data: { step_name: string; response?: { recorded?: boolean } } }) => [
        one.event_data.step_name,
        one.event_data.response?.recorded ?? false,
      ]),
    ).toEqual([
      ['words', true],
      ['reserve', true],
      ['charge', false],
      ['answer', false],
    ]);
    expect((await timeline(reply.body.execution_id)).metadata).toMatchObject({ replay_from: 'charge' });
    expect((await call('POST', `/executions/${reply.body.execution_id}/rebuild`)).body).toMatchObject({ equal: true });
  });

  it('with a modified trigger: recorded outputs stay, the rest sees the new data', async () => {
    const origin = await start({ quantity: 3 });
    effects.calls = [];
    const reply = await replay(origin.execution_id, { mode: 'step_from', from_step: 'charge', modifications: { quantity: 9 } });
    expect(reply.body.result.text).toBe('3 pieces');
    expect(effects.calls[0]).toMatchObject({ step: 'charge', input: { body: { quantity: 9 } } });
  });

  it('goes on where the origin failed', async () => {
    effects.failing = 'charge';
    const origin = await start();
    expect(origin.status).toBe('failed');
    effects.failing = undefined;
    effects.calls = [];
    const reply = await replay(origin.execution_id, { mode: 'step_from', from_step: 'charge' });
    expect([reply.body.status, effects.calls.map(({ step }) => step)]).toEqual(['completed', ['charge']]);
  });

  it('keeps a large record in the store, in its own name', async () => {
    effects.padding = 'y'.repeat(90_000);
    const origin = await start();
    effects.padding = '';
    const reply = await replay(origin.execution_id, { mode: 'step_from', from_step: 'charge' });
    expect(reply.body).toMatchObject({ status: 'completed', outputs: { reserve: origin.outputs.reserve } });
    const { items } = (await call('GET', `/executions/${reply.body.execution_id}/events?limit=1`)).body;
    expect(items[0].event_data.recorded.ref.key).toContain(reply.body.execution_id);
    expect((await call('POST', `/executions/${reply.body.execution_id}/rebuild`)).body).toMatchObject({ equal: true });
    const payload = (await stepOf(reply.body.execution_id, 'reserve')).output._payload;
    expect((await call('GET', payload.url.replace('/api/v1', ''))).body).toEqual(origin.outputs.reserve);
    const diff = (await call('GET', `/executions/diff?left=${origin.execution_id}&right=${reply.body.execution_id}`)).body;
    expect(diff.step_diffs.find((one: { step: string }) => one.step === 'reserve').status).toBe('identical');
    const charge = diff.step_diffs.find((one: { step: string }) => one.step === 'charge');
    expect(charge.status).toBe('output_different');
    expect(Object.keys(charge.diff).sort()).toEqual(['id', 'padding']);
  });
});

describe('a dry run', () => {
  it('takes every effect from the record', async () => {
    const origin = await start({ quantity: 3 });
    effects.calls = [];
    const reply = await replay(origin.execution_id, { mode: 'modified', modifications: { quantity: 4 }, dry_run: true });
    expect(reply.body).toMatchObject({ status: 'completed', result: { ...origin.result, text: '4 pieces' } });
    expect(effects.calls).toEqual([]);
    expect(await stepOf(reply.body.execution_id, 'reserve')).toMatchObject({ input: { body: { text: '4 pieces' } }, response: { recorded: true } });
    expect((await timeline(reply.body.execution_id)).metadata).toMatchObject({ dry_run: true });
  });

  it('from a step: what is before it is the record, what is after it runs with recorded effects', async () => {
    const origin = await start({ quantity: 3 });
    effects.calls = [];
    const reply = await replay(origin.execution_id, { mode: 'step_from', from_step: 'charge', modifications: { quantity: 4 }, dry_run: true });
    expect(reply.body).toMatchObject({ status: 'completed', result: origin.result });
    expect(await stepOf(reply.body.execution_id, 'charge')).toMatchObject({ input: { body: { quantity: 4 } } });
    expect(effects.calls).toEqual([]);
  });

  it('fails at a step that has no record, and nothing goes out', async () => {
    effects.failing = 'reserve';
    const origin = await start();
    effects.failing = undefined;
    effects.calls = [];
    const same = await replay(origin.execution_id, { dry_run: true });
    expect(same.body).toMatchObject({ status: 'failed', error: { code: 'upstream_status' } });
    await call('POST', '/workflows?deploy=production', { body: ORDERS.replace('name: orders', 'name: grown'), headers: yaml });
    const short = await start({ quantity: 1 }, { workflow: 'grown' });
    const grown = ORDERS.replace('name: orders', 'name: grown').replace(
      '      - name: never',
      '      - name: notify\n        type: step.http_call\n        config: { method: POST, url: "https://mail.test/" }\n      - name: never',
    );
    expect((await call('PUT', '/workflows/grown', { body: grown, headers: yaml })).body.version).toBe(2);
    effects.calls = [];
    const reply = await replay(short.execution_id, { version: 2, dry_run: true });
    expect(reply.body).toMatchObject({ status: 'failed', error: { code: 'not_recorded' } });
    expect(effects.calls).toEqual([]);
  });
});

describe('mocks', () => {
  const both = { reserve: { output: { id: 'held' } }, charge: { answers: [{ error: { status: 402, message: 'no money' } }] } };

  it('say what steps come to, for this replay only, and nothing goes out', async () => {
    const origin = await start({ quantity: 3 });
    effects.calls = [];
    const reply = await replay(origin.execution_id, { mocks: both });
    expect(reply.body, JSON.stringify(reply.body)).toMatchObject({ status: 'failed', error: { code: 'upstream_status', message: 'no money' } });
    expect(await stepOf(reply.body.execution_id, 'reserve')).toMatchObject({
      output: { id: 'held' },
      mocked: { by: 'admin' },
      input: { body: { text: '3 pieces' } },
    });
    const other = await replay(origin.execution_id, {
      mode: 'modified',
      modifications: { quantity: 5 },
      mocks: { ...both, charge: { output: { id: 'paid' } } },
    });
    expect(other.body).toMatchObject({ status: 'completed', result: { text: '5 pieces', reserved: 'held', charged: 'paid' } });
    expect(effects.calls).toEqual([]);
    expect((await call('GET', '/pipelines/order/mock')).body.items ?? []).toEqual([]);
    expect((await replay(origin.execution_id)).body.status).toBe('completed');
    expect(effects.calls.map(({ step }) => step)).toEqual(['reserve', 'charge']);
  });

  it('leave no effect to a step that has none', async () => {
    const origin = await start();
    effects.calls = [];
    const reply = await replay(origin.execution_id, { mocks: { reserve: { output: { id: 'held' } } } });
    expect(reply.body).toMatchObject({ status: 'failed', error: { code: 'step_not_mocked' } });
    expect(effects.calls).toEqual([]);
  });

  it('from a step on', async () => {
    const origin = await start();
    effects.calls = [];
    const reply = await replay(origin.execution_id, { mode: 'step_from', from_step: 'charge', mocks: { charge: { output: { id: 'paid' }, delay_ms: 5 } } });
    expect(reply.body).toMatchObject({ status: 'completed', result: { reserved: origin.outputs.reserve.id, charged: 'paid' } });
    expect(effects.calls).toEqual([]);
  });

  it('come before the record in a dry run, which has what they do not say', async () => {
    const origin = await start();
    effects.calls = [];
    const reply = await replay(origin.execution_id, { dry_run: true, mocks: { charge: { output: { id: 'paid' }, delay_ms: 3_600_000 } } });
    expect(reply.body).toMatchObject({ status: 'completed', result: { reserved: origin.outputs.reserve.id, charged: 'paid' } });
    expect(effects.calls).toEqual([]);
  });

  it('stay with the replays of a replay, where these say nothing else', async () => {
    const origin = await start();
    const first = await replay(origin.execution_id, { mocks: { ...both, charge: { output: { id: 'paid' } } } });
    effects.calls = [];
    const second = await replay(first.body.execution_id, { mocks: { charge: { output: { id: 'again' } } } });
    expect(second.body).toMatchObject({ status: 'completed', result: { reserved: 'held', charged: 'again' } });
    expect(effects.calls).toEqual([]);
  });
});

describe('refusals', () => {
  it.each<[string, object | string, number, string]>([
    ['an unknown mode', { mode: 'sideways' }, 400, 'invalid_request'],
    ['an unknown key', { mode: 'exact', colour: 1 }, 400, 'invalid_request'],
    ['modifications of an exact replay', { mode: 'exact', modifications: { a: 1 } }, 400, 'invalid_request'],
    ['data of an exact replay', { trigger_data: 1 }, 400, 'invalid_request'],
    ['both modifications and data', { mode: 'modified', modifications: { a: 1 }, trigger_data: {} }, 400, 'invalid_request'],
    ['modifications that are no object', { mode: 'modified', modifications: [1] }, 400, 'invalid_request'],
    ['step_from without a step', { mode: 'step_from' }, 400, 'invalid_request'],
    ['a step without step_from', { mode: 'exact', from_step: 'charge' }, 400, 'invalid_request'],
    ['a step that does not exist', { mode: 'step_from', from_step: 'nothing' }, 422, 'unknown_step'],
    ['a step of prototypes', { mode: 'step_from', from_step: 'constructor' }, 422, 'unknown_step'],
    ['a step that never ran', { mode: 'step_from', from_step: 'never' }, 409, 'step_never_ran'],
    ['an environment that is no name', { target_environment: 'No Body' }, 400, 'invalid_request'],
    ['an environment where it is not deployed', { target_environment: 'nowhere' }, 409, 'not_deployed'],
    ['a version that is not there', { version: 99 }, 404, 'unknown_workflow'],
    ['mocks of nothing', { mocks: {} }, 400, 'invalid_request'],
    ['a mock of a step that does not exist', { mocks: { rserve: { output: {} } } }, 422, 'unknown_step'],
    ['a mock that says two things', { mocks: { reserve: { output: {}, error: { status: 500 } } } }, 400, 'invalid_request'],
    ['a mock that is too large', { mocks: { reserve: { output: 'x'.repeat(300_000) } } }, 400, 'invalid_request'],
    ['a mock of what is taken from the record', { mode: 'step_from', from_step: 'charge', mocks: { reserve: { output: {} } } }, 400, 'invalid_request'],
    ['broken JSON', '{"mode":', 400, 'invalid_json'],
  ])('%s', async (_title, body, status, code) => {
    const origin = await start();
    const count = async () => (await call('GET', '/executions?workflow=orders&limit=200')).body.items.length;
    const before = await count();
    effects.calls = [];
    const reply = await call('POST', `/executions/${origin.execution_id}/replay?wait=30s`, { body, headers: { 'content-type': 'application/json' } });
    expect([reply.status, reply.body.code], JSON.stringify(reply.body)).toEqual([status, code]);
    if (status === 422 || code === 'step_never_ran') expect(reply.body.hint).toContain('reserve');
    expect([await count(), effects.calls]).toEqual([before, []]);
  });

  it('a field for a body that has none', async () => {
    const id = await startByHttp('plain text');
    const reply = await replay(id, { mode: 'modified', modifications: { quantity: 1 } });
    expect([reply.status, reply.body.code]).toEqual([422, 'invalid_modification']);
    expect((await replay(id, { mode: 'modified', modifications: { body: { quantity: 1 } } })).body.result.text).toBe('1 pieces');
  });

  it('strangers and viewers', async () => {
    const { execution_id: id } = await start();
    expect((await replay(id, {}, { key: other })).body.code).toBe('unknown_execution');
    expect((await replay(id, {}, { key: viewer })).status).toBe(403);
    expect((await replay('exec_1')).body.code).toBe('invalid_id');
    expect((await replay(`exec_${'0'.repeat(42)}1`)).body.code).toBe('unknown_execution');
  });
});

describe('diff', () => {
  it('compares an execution with its replay', async () => {
    const origin = await start({ quantity: 3 });
    const { execution_id } = (await replay(origin.execution_id, { mode: 'modified', modifications: { quantity: 1 } })).body;
    const reply = await call('GET', `/executions/diff?left=${origin.execution_id}&right=${execution_id}`, { key: viewer });
    expect(reply.status, JSON.stringify(reply.body)).toBe(200);
    const diff = executionDiffSchema.parse(reply.body);
    expect(diff).toMatchObject({ left: origin.execution_id, right: execution_id, summary: { left_status: 'completed', right_status: 'completed' } });
    expect(diff.trigger_diff).toEqual({ 'data.quantity': { left: 3, right: 1 } });
    const words = diff.step_diffs.find((one) => one.step === 'words');
    expect(words).toMatchObject({ status: 'output_different', diff: { text: { left: '3 pieces', right: '1 pieces' } } });
    expect(diff.step_diffs.map((one) => one.step)).toEqual(['words', 'reserve', 'charge', 'never', 'answer']);
  });

  it('says what a failed one did not reach', async () => {
    const left = await start();
    effects.failing = 'reserve';
    const right = await start();
    effects.failing = undefined;
    const { body } = await call('GET', `/executions/diff?left=${left.execution_id}&right=${right.execution_id}`);
    expect(body.summary).toMatchObject({ left_status: 'completed', right_status: 'failed' });
    const status = Object.fromEntries(body.step_diffs.map((one: { step: string; status: string }) => [one.step, one.status]));
    expect(status).toMatchObject({ words: 'identical', reserve: 'status_different', charge: 'right_skipped', answer: 'right_skipped' });
    expect(body.step_diffs.find((one: { step: string }) => one.step === 'charge').reason).toBe('Step not reached: reserve failed before it');
  });

  it.each<[string, string, number, string]>([
    ['no right side', 'left=exec_1', 400, 'invalid_request'],
    ['nothing', '', 400, 'invalid_request'],
    ['an id of no form', 'left=exec_1&right=exec_2', 400, 'invalid_id'],
    ['an id that no object has', `left=exec_${'0'.repeat(42)}1&right=exec_${'0'.repeat(42)}1`, 404, 'unknown_execution'],
    ['an unknown key', 'left=a&right=b&colour=red', 400, 'unknown_query_key'],
  ])('refuses %s', async (_title, query, status, code) => {
    const reply = await call('GET', `/executions/diff?${query}`);
    expect([reply.status, reply.body.code]).toEqual([status, code]);
  });

  it("refuses another tenant's", async () => {
    const { execution_id: id } = await start();
    expect((await call('GET', `/executions/diff?left=${id}&right=${id}`, { key: other })).body.code).toBe('unknown_execution');
    expect((await call('GET', `/executions/diff?left=${id}&right=${id}`)).body.summary.steps_different).toBe(0);
  });
});
