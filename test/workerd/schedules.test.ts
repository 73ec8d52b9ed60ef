/** What starts by time, on real objects: deployment, alarm, missed times, overlap, rest, and the API that shows them. */
import { applyD1Migrations, evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { call } from './api-client';
import { settle } from './settle';

const yaml = { 'content-type': 'application/yaml' };
/** Beyond the real time, so that no alarm rings by itself. */
const START = Date.parse('2031-03-01T08:00:30Z');
const MINUTE = 60_000;

const document = (name: string, trigger: string, steps = '[{name: note, type: step.log, config: {message: "due {{ .scheduled_at }} {{ .size }}"}}]') =>
  `name: ${name}\npipelines:\n  tick:\n    trigger: ${trigger}\n    steps: ${steps}\n`;

const scheduler = (name: string) => env.SCHEDULER.get(env.SCHEDULER.idFromName(`acme/${name}/production`));

async function deploy(source: string): Promise<void> {
  const made = await call('POST', '/workflows?deploy=production', { body: source, headers: yaml });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
}

async function at(time: number, name: string): Promise<void> {
  vi.setSystemTime(time);
  await runDurableObjectAlarm(scheduler(name));
  await settle();
}

const executions = async (name: string) =>
  (await call('GET', `/executions?workflow=${name}&limit=200`)).body.items as { status: string; execution_id: string }[];
const schedules = async (query: string) => (await call('GET', `/schedules?${query}`)).body.items;

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  await call('POST', '/companies', { body: { name: 'acme', slug: 'acme', region: 'us' } });
  vi.useFakeTimers({ toFake: ['Date'] });
});
beforeEach(() => vi.setSystemTime(START));
afterAll(() => vi.useRealTimers());

it('starts what is due, under the data of its time, and survives an eviction', async () => {
  await deploy(document('ticker', '{type: schedule, cron: "* * * * *", params: {size: 3}}'));
  expect(await schedules('workflow=ticker&next=2')).toEqual([
    {
      workflow: 'ticker',
      environment: 'production',
      name: 'tick',
      pipeline: 'tick',
      cron: '* * * * *',
      timezone: 'UTC',
      overlap: 'allow',
      catch_up: 'last',
      params: { size: 3 },
      status: 'active',
      next_runs: ['2031-03-01T08:01:00.000Z', '2031-03-01T08:02:00.000Z'],
      last_run: null,
      waiting: null,
      recent: [],
    },
  ]);
  await evictDurableObject(scheduler('ticker'));
  await at(START + 30_000, 'ticker');
  const [run, ...others] = await executions('ticker');
  expect(others).toEqual([]);
  const logs = (await call('GET', `/executions/${run!.execution_id}/logs`)).body.items;
  expect(logs.map((line: { message: string }) => line.message)).toContain('due 2031-03-01T08:01:00.000Z 3');
  expect((await schedules('workflow=ticker'))[0].last_run).toEqual({ at: '2031-03-01T08:01:00.000Z', execution_id: run!.execution_id });
});

describe('times that were missed', () => {
  it.each([
    ['none', 0],
    ['last', 1],
    ['all', 5],
  ])('catch_up %s', async (policy, expected) => {
    const name = `missed-${policy}`;
    await deploy(document(name, `{type: cron, cron: "*/10 * * * *", catch_up: ${policy}}`));
    await at(START + 55 * MINUTE, name);
    expect(await executions(name)).toHaveLength(expected);
    // Back in time: the next one is run whatever the policy says of those before.
    await at(START + 59 * MINUTE + 30_000, name);
    expect(await executions(name)).toHaveLength(expected + 1);
  });
});

describe('a run while the one before has not ended', () => {
  const waits = '[{name: wait, type: step.delay, config: {duration: 10m}}]';

  it.each([
    ['allow', ['waiting', 'waiting']],
    ['skip', ['waiting']],
    ['cancel_previous', ['cancelled', 'waiting']],
  ])('overlap %s', async (policy, expected) => {
    const name = `overlap-${policy.replace('_', '-')}`;
    await deploy(document(name, `{type: schedule, every: 1m, overlap: ${policy}}`, waits));
    await at(START + 30_000, name);
    await at(START + 90_000, name);
    expect((await executions(name)).map((each) => each.status).sort()).toEqual(expected);
    if (policy === 'skip') expect((await schedules(`workflow=${name}`))[0].last_run.note).toContain('skipped');
  });
});

it('rests, runs on demand, and goes on', async () => {
  await deploy(document('resting', '{type: schedule, every: 1m}'));
  expect((await call('POST', '/schedules/resting/tick/pause')).body).toEqual({ name: 'tick', status: 'paused' });
  expect((await schedules('workflow=resting'))[0]).toMatchObject({ status: 'paused', next_runs: [], paused_by: expect.any(String) });
  await at(START + 30_000, 'resting');
  expect(await executions('resting')).toHaveLength(0);
  expect((await call('POST', '/schedules/resting/tick/run')).status).toBe(202);
  await settle();
  expect(await executions('resting')).toHaveLength(1);
  await call('POST', '/schedules/resting/tick/resume');
  await at(START + 90_000, 'resting');
  expect(await executions('resting')).toHaveLength(2);
});

it('a schedule that a quota does not let in waits by itself, and is started late', async () => {
  const own = { 'x-tenant': 'bounded' };
  await call('POST', '/companies', { body: { name: 'bounded', slug: 'bounded', region: 'us' } });
  const quota = { plan: 'unlimited', overrides: { rate: { per_minute: 2, burst: 1 } } };
  expect((await call('PUT', '/tenants/bounded/quota', { headers: own, body: quota })).status).toBe(200);
  const steps = '[{name: note, type: step.set, config: {values: {done: true}}}]';
  const pipeline = (name: string) => `  ${name}: {trigger: {type: cron, cron: "0 9 * * *"}, steps: ${steps}}\n`;
  const made = await call('POST', '/workflows?deploy=production', {
    headers: { ...own, ...yaml },
    body: `name: two\npipelines:\n${pipeline('first')}${pipeline('second')}`,
  });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  const stub = env.SCHEDULER.get(env.SCHEDULER.idFromName('bounded/two/production'));
  const ring = async (time: number) => {
    vi.setSystemTime(time);
    await runDurableObjectAlarm(stub);
    await settle();
  };
  const seen = async () => (await call('GET', '/schedules?workflow=two', { headers: own })).body.items;

  const due = '2031-03-01T09:00:00.000Z';
  await ring(Date.parse(due));
  const [first, second] = await seen();
  expect(first).toMatchObject({ last_run: { at: due, execution_id: expect.any(String) }, waiting: null });
  expect(second).toMatchObject({
    last_run: null,
    waiting: { times: [due], again_at: expect.stringMatching(/^2031-03-01T09:00:/), reason: expect.stringContaining('may start') },
    next_runs: expect.arrayContaining(['2031-03-02T09:00:00.000Z']),
  });
  // By hand there is no room either, and the caller is told when there is.
  const now = await call('POST', '/schedules/two/second/run', { headers: own });
  expect([now.status, now.body.code, now.headers.get('retry-after')]).toEqual([429, 'quota_exceeded', expect.stringMatching(/^[1-9]\d*$/)]);

  await ring(Date.parse(due) + MINUTE);
  const [, late] = await seen();
  expect(late).toMatchObject({ waiting: null, recent: [{ at: due, execution_id: expect.any(String), note: expect.stringContaining('started late') }] });
  expect(late.last_run).toEqual(late.recent[0]);
});

it('a new version keeps the times of a schedule that stays the same, and ends what is gone', async () => {
  await deploy(document('versions', '{type: schedule, cron: "0 9 * * *"}'));
  const changed = document('versions', '{type: schedule, cron: "0 9 * * *"}', '[{name: other, type: step.log, config: {message: changed}}]');
  expect((await call('PUT', '/workflows/versions?deploy=production', { body: changed, headers: yaml })).status).toBe(200);
  await at(Date.parse('2031-03-01T09:00:00Z'), 'versions');
  expect(await executions('versions')).toHaveLength(1);
  await call('DELETE', '/workflows/versions');
  await at(Date.parse('2031-03-02T09:00:00Z'), 'versions');
  expect(await executions('versions')).toHaveLength(1);
});

it('answers who asks for what is not there', async () => {
  expect(await call('POST', '/schedules/ticker/nothing/pause')).toMatchObject({ status: 404, body: { code: 'unknown_schedule' } });
  expect(await call('POST', '/schedules/nothing/tick/run')).toMatchObject({ status: 404, body: { code: 'unknown_workflow' } });
  expect(await call('GET', '/schedules?next=0')).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
});

it('pages through schedules', async () => {
  const first = await call('GET', '/schedules?limit=2');
  expect(first.body.items).toHaveLength(2);
  const second = await call('GET', `/schedules?limit=2&cursor=${first.body.next_cursor}`);
  expect(second.body.items[0].workflow > first.body.items[1].workflow).toBe(true);
});
