/** Executions as files: exported from the real object, D1 and R2, and opened again. */
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
import { twoCompanies } from './companies';

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
  await twoCompanies();
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

it('the context after any event is what a step would have seen then', async () => {
  const id = await start('order', { quantity: 3 });
  const events = (await call('GET', `/executions/${id}/events?limit=1000`)).body.items;
  const seqOf = (type: string, step: string) =>
    events.find((event: { event_type: string; event_data: { step_name?: string } }) => event.event_type === type && event.event_data.step_name === step)
      .sequence_num;
  const at = async (seq: number) => (await call('GET', `/executions/${id}/context?at=${seq}`)).body;
  expect((await at(1)).context).toMatchObject({ quantity: 3, steps: {} });
  const before = await at(seqOf('step.started', 'reserve'));
  expect(Object.keys(before.context.steps)).toEqual(['words']);
  const after = await at(seqOf('step.completed', 'reserve'));
  expect(after).toMatchObject({ status: 'running', after: { type: 'step.completed' } });
  expect(Object.keys(after.context.steps)).toEqual(['words', 'reserve']);
  expect(Object.keys(after.after.changes)).toEqual(['steps.reserve']);
  expect(after.after).toMatchObject({ step: 'reserve', changes_cut: false, at: expect.stringMatching(/Z$/) });
  // What starts a step changes nothing that a step can see.
  expect(before.after.changes).toEqual({});
  const missing = await call('GET', `/executions/${id}/context?at=9999`);
  expect([missing.status, missing.body.code]).toEqual([404, 'not_found']);
});

it('a timeline is read page by page', async () => {
  const id = await start('order');
  const whole = (await call('GET', `/executions/${id}/timeline`)).body;
  const steps = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { status, body } = await call('GET', `/executions/${id}/timeline?limit=3${cursor ? `&cursor=${cursor}` : ''}`);
    expect([status, body.status, body.steps_total]).toEqual([200, 'completed', whole.steps.length]);
    expect(body.steps.length).toBeLessThanOrEqual(3);
    steps.push(...body.steps);
    cursor = body.next_cursor;
  }
  expect(steps).toEqual(whole.steps);
  expect((await call('GET', `/executions/${id}/timeline?cursor=abc`)).body.code).toBe('invalid_cursor');
  expect((await call('GET', `/executions/${id}/timeline?limit=0`)).status).toBe(400);
});

describe('import', () => {
  const bring = (text: string, options: object = {}) =>
    call('POST', '/executions/import', { body: text, headers: { 'content-type': 'application/jsonl' }, ...options });

  it('opens the same execution to be read, marked, under an id of its own', async () => {
    effects.padding = 'y'.repeat(100_000);
    const origin = await start('order');
    const { text } = await exported(origin);
    const { status, body } = await bring(text);
    expect([status, body], JSON.stringify(body)).toMatchObject([201, { imported_from: origin, status: 'completed', existing: false }]);
    const id = body.execution_id;
    expect(id).not.toBe(origin);
    const [here, there] = await Promise.all([call('GET', `/executions/${id}/timeline`), call('GET', `/executions/${origin}/timeline`)]);
    expect(here.body).toMatchObject({
      execution_id: id,
      status: 'completed',
      metadata: { imported_from: origin, imported_tenant: 'acme', imported_by: expect.any(String) },
    });
    const shape = (timeline: typeof here) => JSON.parse(JSON.stringify(timeline.body.steps).replaceAll(id, origin));
    expect(shape(here)).toEqual(shape(there));
    const link = here.body.steps.find((step: { name: string }) => step.name === 'reserve').output._payload.url.replace('/api/v1', '');
    expect((await call('GET', link)).body.padding).toBe(effects.padding);
    const events = await call('GET', `/executions/${id}/events?from=2&limit=3`);
    expect(events.body.items.map((event: { sequence_num: number }) => event.sequence_num)).toEqual([2, 3, 4]);
    expect((await call('GET', `/executions/${id}/logs`)).status).toBe(200);
    expect((await call('POST', `/executions/${id}/rebuild`, { body: {} })).body).toMatchObject({ equal: true, differences: [] });
    expect((await call('GET', `/executions/diff?left=${origin}&right=${id}`)).body.summary.steps_different).toBe(0);
    expect((await exported(id)).text).toBe(text);
    expect((await bring(text)).body).toMatchObject({ execution_id: id, existing: true });
    expect((await call('GET', `/executions?q=${id}`)).body.items).toHaveLength(1);
  });

  it('never runs: what is unfinished stays so', async () => {
    const { text } = await exported(await start('wait'));
    const id = (await bring(text)).body.execution_id;
    expect((await call('GET', `/executions/${id}`)).body.status).toBe('waiting');
    for (const order of ['cancel', 'resume']) {
      const refused = await call('POST', `/executions/${id}/${order}`, { body: {} });
      expect([refused.status, refused.body.code]).toEqual([409, 'read_only']);
    }
    expect((await call('GET', `/executions/${id}/compensation-plan`)).body).toMatchObject({ action: 'none', steps: [] });
    expect((await call('GET', `/executions/${id}/timeline`)).body).toMatchObject({ status: 'waiting', last_seq: (await opened(text)).seal.events });
    const listed = (await call('GET', '/executions?limit=200')).body.items.map((row: { execution_id: string }) => row.execution_id);
    expect(listed).not.toContain(id);
  });

  it('stays with the tenant that brought it, where its large values are too', async () => {
    effects.padding = 'z'.repeat(100_000);
    const { text } = await exported(await start('order'));
    const globex = { headers: { 'x-tenant': 'globex', 'content-type': 'application/jsonl' } };
    const id = (await bring(text, globex)).body.execution_id;
    const { body } = await call('GET', `/executions/${id}/timeline`, globex);
    expect(body).toMatchObject({ tenant: 'globex', metadata: { imported_tenant: 'acme' } });
    const link = body.steps.find((step: { name: string }) => step.name === 'charge').output._payload.url.replace('/api/v1', '');
    expect((await call('GET', link, globex)).status).toBe(200);
    expect((await call('GET', `/executions/${id}`)).body.code).toBe('unknown_execution');
    const replay = await call('POST', `/executions/${id}/replay`, { body: {}, headers: { 'x-tenant': 'globex' } });
    expect([replay.status, replay.body.code]).toEqual([409, 'not_deployed']);
  });

  it('refuses what is not a whole export, and stores nothing of it', async () => {
    const { text } = await exported(await start('order'));
    const lines = text.trimEnd().split('\n');
    const cases: [string, string][] = [
      [text.replace('pieces', 'pisces'), 'invalid_export'],
      [lines.slice(0, -1).join('\n'), 'invalid_export'],
      [lines.toSpliced(3, 1).join('\n'), 'invalid_export'],
      [lines.with(3, lines[4]!).with(4, lines[3]!).join('\n'), 'invalid_export'],
      ['', 'invalid_export'],
      ['{"name": "orders"}', 'invalid_export'],
      ['x'.repeat(25 * 1024 * 1024), 'body_too_large'],
    ];
    const before = (await env.STORE.list({ prefix: 'archives/' })).objects.length;
    for (const [body, code] of cases) {
      const refused = await bring(body);
      expect([refused.status < 500, refused.body.code], refused.body.detail).toEqual([true, code]);
    }
    const other = await call('POST', '/executions/import', { body: text, headers: { 'content-type': 'text/html' } });
    expect(other.body.code).toBe('unsupported_media_type');
    expect((await env.STORE.list({ prefix: 'archives/' })).objects.length).toBe(before);
  });
});

it('a timeline is read without values, one step of it, and what is new since an event', async () => {
  const id = await start('order');
  const read = async (query: string) => (await call('GET', `/executions/${id}/timeline${query}`)).body;
  const whole = await read('');
  const slim = await read('?values=none');
  const withoutValues = (step: Record<string, unknown>) => {
    const { input: _i, output: _o, response: _r, ...rest } = step;
    return rest;
  };
  expect(slim.steps.map(withoutValues)).toEqual(whole.steps.map(withoutValues));
  expect(slim.steps.some((step: object) => 'input' in step || 'response' in step)).toBe(false);
  expect(slim.trigger).toEqual(whole.trigger);
  expect((await read('?step=reserve')).steps).toEqual(whole.steps.filter((step: { name: string }) => step.name === 'reserve'));
  expect((await read('?step=nothing-like-this')).steps).toEqual([]);

  const events = (await call('GET', `/executions/${id}/events?step=reserve&limit=1000`)).body.items;
  expect(new Set(events.map((event: { event_data: { step_name: string } }) => event.event_data.step_name))).toEqual(new Set(['reserve']));
  const last = events.at(-1).sequence_num;
  const names = async (since: number) => (await read(`?since=${since}`)).steps.map((step: { name: string }) => step.name);
  expect(await names(last - 1)).toContain('reserve');
  expect(await names(last)).not.toContain('reserve');
  expect(await read(`?since=${whole.last_seq}`)).toMatchObject({ steps: [], steps_total: whole.steps.length, next_cursor: null });
});
