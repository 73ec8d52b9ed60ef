/** Objects that go on by their alarm: a store that is away holds them up, and nothing that is decided meanwhile is lost. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

vi.mock('cloudflare:workers', () => ({
  DurableObject: class {
    constructor(readonly ctx: unknown) {}
  },
}));

import type { BulkOrder } from '#contracts/bulk';
import type { SchedulePlan } from '#contracts/scheduler-rpc';
import { BulkJobObjectBase, type BulkJobPorts } from '#objects/bulk-job';
import { ReplayAllObjectBase, type ReplayAllPorts } from '#objects/replay-all';
import { SchedulerObjectBase, type SchedulerPorts } from '#objects/scheduler';
import { fakeStorage } from './fake-storage.ts';

const NOW = 1_000_000;
const AWAY = () => Promise.reject(new Error('the store is away'));

beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}));
afterEach(() => void vi.restoreAllMocks());

it('a bulk job goes on once its stores are back, and its end is told', async () => {
  const { storage, clock } = fakeStorage();
  const told: string[] = [];
  const put = async ({ status }: { status: string }) => void told.push(status);
  const ports: BulkJobPorts = { executions: { list: AWAY }, jobs: { put }, act: async () => {}, now: () => NOW };
  const Job = class extends BulkJobObjectBase<unknown> {
    protected override readonly ports = ports;
  };
  const job = new Job({ storage } as never, {});
  const order: BulkOrder = { id: 'job_1', tenant: 'acme', action: 'cancel', filter: {}, by: 'admin', total: 0, total_is_least: false, created_at: NOW };
  await job.begin(order);
  clock.alarm = null;
  await job.alarm();
  expect(clock.alarm).toBe(NOW + 5000);
  ports.executions = { list: async () => ({ items: [], next_cursor: null }) };
  ports.jobs = { put: AWAY };
  await job.alarm();
  expect([clock.alarm, told]).toEqual([NOW + 5000, ['running']]);
  ports.jobs = { put };
  await job.alarm();
  expect(told).toEqual(['running', 'completed']);
});

it('a replay of all letters goes on once its store is back', async () => {
  const { storage, clock } = fakeStorage();
  const ports: ReplayAllPorts = { letters: { list: AWAY }, replay: async () => true, now: () => NOW };
  const All = class extends ReplayAllObjectBase<unknown> {
    protected override readonly ports = ports;
  };
  const all = new All({ storage } as never, {});
  await all.begin({ tenant: 'acme', place: { environment: 'production', workflow: 'shop', pipeline: 'order' }, by: 'admin', total: 1 } as never);
  clock.alarm = null;
  await all.alarm();
  expect([clock.alarm, (await all.progress())!.status]).toEqual([NOW + 5000, 'running']);
  ports.letters = { list: async () => ({ items: [], next_cursor: null }) };
  await all.alarm();
  expect((await all.progress())!.status).toBe('completed');
});

it('a schedule that is paused while its run is started stays paused', async () => {
  const { storage } = fakeStorage();
  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  let goOn = () => {};
  const plan: SchedulePlan = {
    tenant: 'acme',
    workflow: 'app',
    environment: 'production',
    hash: 'h',
    schedules: [{ name: 'tick', pipeline: 'p', every_ms: 60_000, overlap: 'allow', catch_up: 'last', enabled: true }],
  };
  let now = 0;
  const ports: SchedulerPorts = {
    now: () => now,
    active: async () => plan,
    start: () => {
      begin();
      return new Promise((resolve) => {
        goOn = () => resolve({ execution_id: 'exec_1' });
      });
    },
    running: async () => false,
    cancel: async () => {},
    failed: () => {},
  };
  const Scheduler = class extends SchedulerObjectBase<unknown> {
    protected override readonly ports = ports;
  };
  const scheduler = new Scheduler({ storage } as never, {});
  await scheduler.sync(plan);
  now = 60_000;
  const rung = scheduler.alarm();
  await begun;
  const paused = scheduler.pause('acme', 'tick', 'user:1');
  goOn();
  await rung;
  expect(await paused).toBe(true);
  expect((await scheduler.read('acme'))!.jobs).toMatchObject([{ name: 'tick', last_execution_id: 'exec_1', paused: { by: 'user:1' } }]);
});
