/** One order to many executions, over the API, on the real objects and D1. */
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { bulkJobPage, bulkJobSchema, bulkPreviewSchema } from '#contracts/api-bulk';
import type { BulkJob } from '#contracts/bulk';
import type { BulkJobPorts } from '#objects/bulk-job';
import type { ApiBulkJobObject } from './api-bulk-job';
import { call } from './api-client';
import { keyOf, twoCompanies } from './companies';
import { handedOver } from './settle';

const DOCUMENT = `name: crowd
pipelines:
  wait:
    trigger: { type: manual }
    steps:
      - { name: hold, type: step.wait_for_event, config: { event: go } }
  quick: &quick
    trigger: { type: manual }
    steps:
      - { name: note, type: step.set, config: { values: { ok: true } } }
  cut: *quick
`;
let viewer: string;
let other: string;

beforeAll(async () => {
  await twoCompanies();
  [viewer, other] = [await keyOf('acme', 'viewer'), await keyOf('globex', 'owner')];
  const stored = await call('POST', '/workflows?deploy=production', { body: DOCUMENT, headers: { 'content-type': 'application/yaml' } });
  expect(stored.status, JSON.stringify(stored.body)).toBe(201);
});

const start = async (pipeline: string) => (await call('POST', '/executions?wait=20s', { body: { workflow: 'crowd', pipeline } })).body.execution_id as string;
const statusOf = async (id: string) => (await call('GET', `/executions/${id}`)).body.status;
const filter = (more: object = {}) => ({ workflow: 'crowd', pipeline: 'wait', ...more });
const order = (body: object, options: object = {}) => call('POST', '/executions/bulk', { body, ...options });
/** To the end of the job. */
async function carriedOut(body: object) {
  const begun = await order(body);
  expect(begun.status, JSON.stringify(begun.body)).toBe(202);
  const job = bulkJobSchema.parse(begun.body);
  const read = async () => bulkJobSchema.parse((await call('GET', `/executions/bulk/${job.id}`)).body);
  await expect.poll(async () => (await read()).status).toBe('completed');
  return read();
}

describe('a bulk job', () => {
  it('counts first, then pauses, resumes and cancels what the filter finds', async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, () => start('wait')));
    const listed = async (status: string) => (await call('GET', `/executions?workflow=crowd&pipeline=wait&status=${status}&limit=200`)).body.items.length;
    await expect.poll(() => listed('waiting')).toBe(8);
    const preview = await order({ action: 'pause', filter: filter({ status: 'waiting' }), preview: true }, { key: undefined });
    expect([preview.status, bulkPreviewSchema.parse(preview.body)]).toEqual([
      200,
      { action: 'pause', total: 8, total_is_least: false, by_status: { waiting: 8 } },
    ]);
    expect(await carriedOut({ action: 'pause', filter: filter({ status: 'waiting' }), reason: 'stock-taking' })).toMatchObject({
      total: 8,
      done: 8,
      refused: 0,
      failed: 0,
    });
    expect(await Promise.all(ids.map(statusOf))).toEqual(ids.map(() => 'paused'));
    expect(await carriedOut({ action: 'pause', filter: filter() })).toMatchObject({
      done: 0,
      refused: 8,
      problems: expect.arrayContaining([expect.objectContaining({ code: 'already_paused' })]),
    });
    expect(await carriedOut({ action: 'resume', filter: filter() })).toMatchObject({ done: 8 });
    expect(await carriedOut({ action: 'cancel', filter: filter() })).toMatchObject({ done: 8 });
    expect(await Promise.all(ids.map(statusOf))).toEqual(ids.map(() => 'cancelled'));
    const list = bulkJobPage.parse((await call('GET', '/executions/bulk', { key: viewer })).body);
    expect(list.items[0]).toMatchObject({ action: 'cancel', by: 'admin', status: 'completed', filter: { workflow: 'crowd', pipeline: 'wait' } });
  });

  it('replays each once, and not its own replays', async () => {
    const ids = [await start('quick'), await start('quick')];
    for (const id of ids) await handedOver(id);
    const job = await carriedOut({ action: 'replay', filter: { workflow: 'crowd', pipeline: 'quick' } });
    expect(job).toMatchObject({ total: 2, done: 2 });
    const items = async () => (await call('GET', '/executions?workflow=crowd&pipeline=quick&limit=200')).body.items;
    await expect.poll(async () => (await items()).length).toBe(ids.length * 2);
  });

  it('goes on after a crash in the middle of a batch: each is replayed once, and counted once', async () => {
    const ids = await Promise.all(Array.from({ length: 4 }, () => start('cut')));
    const listed = async () => (await call('GET', '/executions?workflow=crowd&pipeline=cut&limit=200')).body.items as unknown[];
    await expect.poll(async () => (await listed()).length).toBe(4);
    const job = () => (env as unknown as { BULK_JOB: DurableObjectNamespace }).BULK_JOB.getByName('cut-off') as DurableObjectStub<ApiBulkJobObject>;
    const given = {
      id: 'job_cut',
      tenant: 'acme',
      by: 'admin',
      action: 'replay',
      filter: { workflow: 'crowd', pipeline: 'cut' },
      total: 4,
      total_is_least: false,
    } as const;
    const cutOff = await runInDurableObject(job(), async (object, state) => {
      const { ports } = object as unknown as { ports: BulkJobPorts };
      const { act } = ports;
      let carriedOut = 0;
      ports.act = async (order, id) => {
        if (++carriedOut > 2) return new Promise<never>(() => undefined);
        await act(order, id);
        if (carriedOut >= 2) state.abort('the runtime ends here');
      };
      await object.begin({ ...given, created_at: Date.now() });
      await object.alarm();
    }).then(
      () => false,
      () => true,
    );
    expect(cutOff).toBe(true);
    const kept = () => runInDurableObject(job(), (_, state) => state.storage.kv.get<BulkJob>('job'));
    if ((await kept())?.status === 'running') await runInDurableObject(job(), (object) => object.alarm());
    expect(await kept()).toMatchObject({ status: 'completed', done: 4, refused: 0, failed: 0 });
    await expect.poll(async () => (await listed()).length).toBe(ids.length * 2);
  });

  it.each([
    ['no filter', { action: 'cancel', filter: {} }, 400, 'invalid_request'],
    ['an unknown action', { action: 'explode', filter: { status: 'waiting' } }, 400, 'invalid_request'],
    ['an unknown status', { action: 'cancel', filter: { status: 'sleepy' } }, 400, 'invalid_request'],
    ['an unknown key', { action: 'cancel', filter: { status: 'waiting', colour: 'red' } }, 400, 'invalid_request'],
    ['a workflow id that is not there', { action: 'cancel', filter: { workflow: 'wf_nothing' } }, 404, 'unknown_workflow'],
  ])('is refused with %s', async (_, body, status, code) => {
    expect((await order(body)).body).toMatchObject({ status, code });
  });

  it('belongs to its tenant, and is begun by editors', async () => {
    const job = await carriedOut({ action: 'cancel', filter: { q: 'nothing-like-this' } });
    expect(job).toMatchObject({ total: 0, done: 0 });
    expect((await order({ action: 'cancel', filter: { status: 'waiting' } }, { key: viewer })).status).toBe(403);
    expect((await call('GET', `/executions/bulk/${job.id}`, { key: other })).body.code).toBe('unknown_job');
    expect((await call('POST', `/executions/bulk/${job.id}/cancel`, { key: other })).body.code).toBe('unknown_job');
    expect((await call('POST', `/executions/bulk/${job.id}/cancel`)).body.code).toBe('job_finished');
    expect((await call('GET', '/executions/bulk/job_nothing')).body.code).toBe('unknown_job');
  });
});
