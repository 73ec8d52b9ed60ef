/** Concurrency and debounce over the API, on the real executions, gates and alarms. */
import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { executionSchema, executionStartedSchema } from '#contracts/api-executions';
import { call } from './api-client';
import { effects } from './api-effects';

const yaml = { 'content-type': 'application/yaml' };
/** Holds its place until it is cancelled. */
const application = (name: string, settings: string, saga = false) => `name: ${name}
pipelines:
  work:
    trigger: { type: manual }
${settings
  .split('\n')
  .map((line) => `    ${line}`)
  .join('\n')}
${saga ? '    saga: { enabled: true }' : ''}
    steps:
      - name: reserve
        type: step.http_call
        config: { method: POST, url: "https://warehouse.test/reserve", body: { order: "{{ .order }}" } }
${saga ? '        compensate: { type: step.http_call, config: { method: POST, url: "https://warehouse.test/release" } }' : ''}
      - { name: hold, type: step.delay, config: { duration: 1h } }
`;

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  await call('POST', '/companies', { body: { name: 'acme', slug: 'acme', region: 'us' } });
});

async function deploy(name: string, settings: string, saga = false): Promise<void> {
  const stored = await call('POST', '/workflows?deploy=production', { body: application(name, settings, saga), headers: yaml });
  expect(stored.status, JSON.stringify(stored.body)).toBe(201);
}

const start = async (workflow: string, data: object = {}, more: object = {}) => {
  const reply = await call('POST', '/executions', { body: { workflow, pipeline: 'work', data, ...more } });
  expect(reply.status, JSON.stringify(reply.body)).toBe(202);
  return executionStartedSchema.parse(reply.body);
};
const read = async (id: string) => executionSchema.parse((await call('GET', `/executions/${id}`)).body);
const until = (id: string, wanted: object) => expect.poll(() => read(id)).toMatchObject(wanted);
const cancel = (id: string) => call('POST', `/executions/${id}/cancel`);
const types = async (id: string) => (await call('GET', `/executions/${id}/events`)).body.items.map((event: { event_type: string }) => event.event_type);

describe('queue', () => {
  it('lets in as many as there are places; who waits is pending, says where it stands, and begins when one leaves', async () => {
    await deploy('queueing', 'concurrency: { max: 2 }');
    const [a, b] = [await start('queueing'), await start('queueing')];
    const [c, d] = [await start('queueing'), await start('queueing')];
    expect([a.queue, b.queue, c.queue, d.queue]).toEqual([
      undefined,
      undefined,
      { reason: 'concurrency', position: 1 },
      { reason: 'concurrency', position: 2 },
    ]);
    for (const { execution_id } of [a, b]) await until(execution_id, { status: 'waiting' });
    expect(await read(d.execution_id)).toMatchObject({
      status: 'pending',
      queue: { reason: 'concurrency', position: 2, holders: [a.execution_id, b.execution_id] },
    });
    const pending = async () => (await call('GET', '/executions?status=pending&workflow=queueing')).body.items;
    await expect.poll(pending).toMatchObject([d, c].map(({ execution_id }) => ({ execution_id })));
    await cancel(a.execution_id);
    await until(c.execution_id, { status: 'waiting' });
    expect(await read(d.execution_id)).toMatchObject({ queue: { position: 1, holders: [b.execution_id, c.execution_id] } });
    expect(await types(c.execution_id)).toEqual(expect.arrayContaining(['execution.started', 'admission.queued', 'admission.granted', 'step.started']));
    expect(await types(a.execution_id)).not.toContain('admission.queued');
  });

  it('goes by priority, as the pipeline or the trigger has it', async () => {
    await deploy('urgent', 'concurrency: { max: 1, priority: "{{ .urgency | default \\"normal\\" }}" }');
    const first = await start('urgent');
    const low = await start('urgent', { urgency: 'low' });
    const normal = await start('urgent');
    const high = await start('urgent', { urgency: 7 });
    const positions = await Promise.all([high, normal, low].map(async ({ execution_id }) => (await read(execution_id)).queue?.position));
    expect(positions).toEqual([1, 2, 3]);
    await cancel(first.execution_id);
    await until(high.execution_id, { status: 'waiting' });
    const refused = await call('POST', '/executions', { body: { workflow: 'urgent', data: { urgency: 'now!' } } });
    expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });

  it('lets go of one that is cancelled while it waits, and nothing of it has run', async () => {
    await deploy('impatient', 'concurrency: 1');
    const first = await start('impatient');
    const second = await start('impatient');
    const third = await start('impatient');
    expect((await cancel(second.execution_id)).body).toMatchObject({ status: 'cancelled' });
    await expect.poll(async () => (await read(third.execution_id)).queue?.position).toBe(1);
    expect(await types(second.execution_id)).not.toContain('step.started');
    await cancel(first.execution_id);
    await until(third.execution_id, { status: 'waiting' });
  });

  it('has places of its own for each key', async () => {
    await deploy('keyed', 'concurrency: { max: 1, key: "{{ .customer }}" }');
    const ann = await start('keyed', { customer: 'ann' });
    const bob = await start('keyed', { customer: 'bob' });
    const again = await start('keyed', { customer: 'ann' });
    expect([ann.queue, bob.queue, again.queue]).toEqual([undefined, undefined, { reason: 'concurrency', key: 'ann', position: 1 }]);
    expect((await read(again.execution_id)).queue).toEqual({ reason: 'concurrency', key: 'ann', position: 1, holders: [ann.execution_id] });
    expect(await call('POST', '/executions', { body: { workflow: 'keyed', data: {} } })).toMatchObject({ status: 400, body: { code: 'missing_value' } });
    const long = 'x'.repeat(300);
    expect(await call('POST', '/executions', { body: { workflow: 'keyed', data: { customer: long } } })).toMatchObject({ status: 400 });
  });

  it('runs no clock of the pipeline while it waits', async () => {
    await deploy('timed', 'concurrency: 1\ntimeout: 2h');
    await start('timed');
    const second = await start('timed');
    const before = (await call('GET', `/executions/${second.execution_id}/timeline`)).body;
    expect(before.metadata.deadline).toBeUndefined();
  });

  it('gives the same execution under the same idempotency key, also while it waits', async () => {
    await deploy('once', 'concurrency: 1\nidempotency: { key_template: "{{ .order }}" }');
    await start('once', { order: 'o-1' });
    const second = await start('once', { order: 'o-2' });
    const again = await start('once', { order: 'o-2' });
    expect(again).toMatchObject({ execution_id: second.execution_id, existing: true, queue: { position: 1 } });
  });
});

describe('skip', () => {
  it('refuses who finds no place, and says who has it', async () => {
    await deploy('single', 'concurrency: { max: 1, on_conflict: skip }');
    const first = await start('single');
    effects.calls.length = 0;
    const second = await start('single');
    expect(second).toMatchObject({ status: 'cancelled', refused: { reason: 'busy', by: first.execution_id } });
    expect((await call('GET', `/executions/${second.execution_id}/timeline`)).body).toMatchObject({ status: 'cancelled', steps: [] });
    expect(effects.calls.filter((effect) => effect.execution_id === second.execution_id)).toEqual([]);
    await cancel(first.execution_id);
    await until(first.execution_id, { status: 'cancelled' });
    await expect.poll(async () => (await start('single')).refused).toBeUndefined();
  });
});

describe('cancel_previous', () => {
  it('cancels and undoes who runs, and begins once that has ended', async () => {
    await deploy('latest', 'concurrency: { max: 1, on_conflict: cancel_previous }', true);
    const first = await start('latest', { order: 1 });
    await until(first.execution_id, { status: 'waiting' });
    const second = await start('latest', { order: 2 });
    expect(second.queue).toMatchObject({ reason: 'concurrency' });
    await until(first.execution_id, { status: 'compensated' });
    await until(second.execution_id, { status: 'waiting' });
    const log = (await call('GET', `/executions/${first.execution_id}/events?type=cancel.requested`)).body.items;
    expect(log).toMatchObject([{ event_data: { by: 'concurrency', reason: `superseded by ${second.execution_id}` } }]);
  });
});

describe('debounce', () => {
  it('runs the last start of a burst, once; the others say which', async () => {
    await deploy('burst', 'debounce: { window: 300ms, key: "{{ .document }}" }');
    const starts = [];
    for (let i = 0; i < 4; i++) starts.push(await start('burst', { document: 'd-1', order: i }));
    expect(starts[0]!.queue).toMatchObject({ reason: 'debounce', key: 'd-1' });
    const last = starts.at(-1)!;
    expect((await read(last.execution_id)).queue).toMatchObject({ reason: 'debounce', until: expect.any(String) });
    await until(last.execution_id, { status: 'waiting' });
    for (const { execution_id } of starts.slice(0, -1)) await until(execution_id, { status: 'cancelled' });
    expect(await types(starts[0]!.execution_id)).toEqual(['execution.started', 'admission.queued', 'admission.refused', 'execution.cancelled']);
  });
});
