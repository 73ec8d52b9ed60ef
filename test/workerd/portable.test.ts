/** Executions as files: exported from the real object, D1 and R2, and opened again. */
import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEvaluator } from '#language/evaluator';
import { buildContext } from '#language/scope';
import { checkReplay } from '#portable/check';
import { readExport } from '#portable/read';
import { verifyExport } from '#portable/verify';
import { stepCatalog, steps } from '#steps/registry';
import { call, send } from './api-client';
import { effects } from './api-effects';

const ORDERS = `name: orders
pipelines:
  order:
    trigger: { type: manual }
    saga: { enabled: true }
    steps:
      - name: words
        type: step.set
        config: { values: { id: "{{ uuid }}", text: "{{ .quantity }} pieces, {{ now }}" } }
      - name: reserve
        type: step.http_call
        config: { method: POST, url: "https://warehouse.test/reserve", headers: { Authorization: "Bearer \${WAREHOUSE_KEY}" }, body: { text: "{{ .text }}" } }
        compensate: { type: step.http_call, config: { method: DELETE, url: "https://warehouse.test/{{ .steps.reserve.id }}" } }
      - name: charge
        type: step.http_call
        config: { method: POST, url: "https://bank.test/charge", body: { quantity: "{{ .quantity }}" } }
      - name: answer
        type: step.json_response
        config: { status: 201, body: { text: "{{ .text }}", reserved: "{{ .steps.reserve.id }}" } }
  wait:
    trigger: { type: manual }
    steps:
      - { name: think, type: step.delay, config: { duration: 48h } }
`;

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  for (const slug of ['acme', 'globex']) await call('POST', '/companies', { body: { name: slug, slug, region: 'us' } });
  const stored = await call('POST', '/workflows?deploy=production', { body: ORDERS, headers: { 'content-type': 'application/yaml' } });
  expect(stored.status, JSON.stringify(stored.body)).toBe(201);
});
beforeEach(() => {
  effects.failing = undefined;
  effects.padding = '';
});

const start = async (pipeline: string, data: unknown = { quantity: 3 }) => {
  const reply = await call('POST', `/executions?wait=${pipeline === 'wait' ? '50ms' : '5s'}`, { body: { workflow: 'orders', pipeline, data } });
  expect(reply.status, JSON.stringify(reply.body)).toBeLessThan(300);
  return reply.body.execution_id as string;
};
const exported = async (id: string, options: object = {}) => {
  const response = await send('GET', `/api/v1/executions/${id}/export`, options);
  return { status: response.status, headers: response.headers, text: new TextDecoder().decode(await response.arrayBuffer()) };
};
const opened = async (text: string) => {
  const file = await readExport(text.split('\n'));
  verifyExport(file);
  return file;
};
const world = { evaluator: createEvaluator(steps, stepCatalog), context: buildContext };

describe('export', () => {
  it.each<[string, () => void]>([
    ['that completed', () => {}],
    ['that was undone', () => (effects.failing = 'charge')],
    ['with large values', () => (effects.padding = 'x'.repeat(100_000))],
  ])('of an execution %s is whole, replays exactly, and has no secret in it', async (_, prepare) => {
    prepare();
    const id = await start('order');
    const { status, text, headers } = await exported(id);
    expect([status, headers.get('content-type')]).toEqual([200, 'application/jsonl; charset=utf-8']);
    const file = await opened(text);
    expect(file.header).toMatchObject({ execution_id: id, tenant: 'acme', workflow: 'orders', pipeline: 'order' });
    expect(file.definitions[0]?.source).toBe(ORDERS);
    const { body } = await call('GET', `/executions/${id}`);
    expect(file.seal).toMatchObject({ status: body.status, events: file.events.length });
    expect(checkReplay(file, world)).toMatchObject({ ok: true, events: file.events.length });
    expect(text).toContain(`\${WAREHOUSE_KEY}`);
    expect((await exported(id)).text).toBe(text);
  });

  it('of one that waits is as far as it has come', async () => {
    const file = await opened((await exported(await start('wait'))).text);
    expect(file.seal.status).toBe('waiting');
    expect(checkReplay(file, world)).toMatchObject({ ok: true });
  });

  it('is for its tenant alone', async () => {
    const id = await start('order');
    expect(JSON.parse((await exported(id, { headers: { 'x-tenant': 'globex' } })).text).code).toBe('unknown_execution');
  });
});
