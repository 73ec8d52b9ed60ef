/** The plan of a scheduler and its runs: pure, the clock and the executions are the test's. */
import { describe, expect, it } from 'vitest';
import type { Schedule } from '#contracts/definition';
import { Problem } from '#contracts/problems';
import { advanced, dueTimes, type Plan, planned, wakeAt } from '#objects/scheduler/plan';
import { type Runs, runDue } from '#objects/scheduler/runs';

const MINUTE = 60_000;

const schedule = (more: Partial<Schedule> = {}): Schedule => ({
  name: 'tick',
  pipeline: 'p',
  every_ms: MINUTE,
  overlap: 'allow',
  catch_up: 'last',
  enabled: true,
  ...more,
});
const of = (schedules: Schedule[], hash = 'h') => ({ tenant: 'acme', workflow: 'app', environment: 'production', hash, schedules });

describe('the plan', () => {
  it('keeps the next time of what stays the same, and counts anew for what changed', () => {
    const first = planned(undefined, of([schedule()]), 30_000);
    expect(wakeAt(first)).toBe(60_000);
    expect(wakeAt(planned(first, of([schedule({ pipeline: 'other' })]), 70_000))).toBe(60_000);
    expect(wakeAt(planned(first, of([schedule({ every_ms: 120_000 })]), 70_000))).toBe(120_000);
    expect(wakeAt(planned(first, of([schedule({ enabled: false })]), 70_000))).toBeUndefined();
  });

  it('is at the next time after its runs, however many were missed', () => {
    const missed = schedule({ catch_up: 'all' });
    const job = planned(undefined, of([missed]), 0).jobs.tick!;
    const now = MINUTE * 500;
    const times = dueTimes(missed, job, now);
    expect(times).toHaveLength(100);
    expect(times.at(-1)).toBe(now);
    expect(advanced(missed, job, now).next_at).toBe(now + MINUTE);
  });
});

/** A scheduler whose alarm rings when it is due; its executions run until somebody ends them. */
class World implements Runs {
  plan: Plan;
  now = 0;
  readonly started: string[] = [];
  readonly open = new Set<string>();
  readonly failures: unknown[] = [];
  /** Why a schedule is not let in, by its name. */
  readonly refused = new Map<string, unknown>();

  constructor(schedules: Schedule[]) {
    this.plan = planned(undefined, of(schedules), 0);
  }

  async start(_plan: unknown, { name }: Schedule, { key }: { key: string }) {
    if (this.refused.has(name)) throw this.refused.get(name);
    // A key is one execution, however often it is started.
    if (!this.started.includes(key)) this.started.push(key);
    this.open.add(key);
    return { execution_id: key };
  }

  async running(_tenant: string, id: string) {
    return this.open.has(id);
  }

  async cancel(_tenant: string, id: string) {
    this.open.delete(id);
  }

  failed(error: unknown) {
    this.failures.push(error);
  }

  job(name = 'tick') {
    return this.plan.jobs[name]!;
  }

  change(more: Partial<Plan['jobs'][string]>) {
    this.plan = { ...this.plan, jobs: { ...this.plan.jobs, tick: { ...this.job(), ...more } } };
  }

  async until(end: number) {
    for (let at = wakeAt(this.plan); at !== undefined && at <= end; at = wakeAt(this.plan)) {
      this.now = Math.max(this.now, at);
      this.plan = (await runDue(this.plan, this.now, this)).plan;
    }
    this.now = end;
  }
}

const full = (retry_after = 1) => new Problem('quota_exceeded', 'The company acme has 5 executions at work.', { extra: { retry_after } });
const at = (minute: number, name = 'tick') => `schedule:${name}:${minute * MINUTE}`;

describe('a schedule that is not let in', () => {
  it('holds up no other, is tried again until it is, and says so', async () => {
    const world = new World([schedule({ name: 'low' }), schedule({ name: 'high' })]);
    world.refused.set('low', full());
    await world.until(MINUTE + 8_000);
    expect(world.started).toEqual([at(1, 'high')]);
    expect(world.job('low').held).toEqual({ times: [MINUTE], again_at: MINUTE + 15_000, tries: 2, reason: 'The company acme has 5 executions at work.' });
    expect([world.job('low').next_at, world.job('low').last_at]).toEqual([2 * MINUTE, undefined]);
    world.refused.clear();
    await world.until(MINUTE + 20_000);
    expect(world.started).toEqual([at(1, 'high'), at(1, 'low')]);
    const note = 'started late: The company acme has 5 executions at work.';
    expect(world.job('low')).toMatchObject({ last_at: MINUTE, last_execution_id: at(1, 'low'), last_note: note });
    expect(world.job('low').held).toBeUndefined();
    expect(world.job('low').recent).toEqual([{ at: MINUTE, execution_id: at(1, 'low'), note }]);
  });

  it.each([
    ['allow', [1, 2, 3], []],
    ['skip', [1], ['skipped: the run before waits to be started', 'skipped: the run before waits to be started']],
    ['cancel_previous', [3], ['skipped: the next one was due before it could be started', 'skipped: the next one was due before it could be started']],
  ] as const)('has the times that come meanwhile by the rule of overlap: %s', async (overlap, kept, notes) => {
    const world = new World([schedule({ overlap })]);
    world.refused.set('tick', full());
    await world.until(3 * MINUTE + 5_000);
    expect(world.job().held?.times).toEqual(kept.map((minute) => minute * MINUTE));
    expect((world.job().recent ?? []).map(({ note }) => note)).toEqual(notes);
    world.refused.clear();
    await world.until(world.job().held!.again_at);
    expect(world.started.slice(0, kept.length)).toEqual(kept.map((minute) => at(minute)));
  });

  it('waits longer each time, a minute at most, and at least as long as it is told', async () => {
    const day = 24 * 60 * MINUTE;
    const world = new World([schedule({ every_ms: day })]);
    world.refused.set('tick', full());
    const tries = [day];
    await world.until(day);
    for (let count = 0; count < 7; count++) {
      tries.push(world.job().held!.again_at);
      await world.until(tries.at(-1)!);
    }
    expect(tries.slice(1).map((time, index) => time - tries[index]!)).toEqual([5000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000]);
    world.refused.set('tick', full(600));
    await world.until(world.job().held!.again_at);
    expect(world.job().held!.again_at - world.now).toBe(600_000);
  });

  it('waits while it rests, and is tried when it goes on', async () => {
    const world = new World([schedule()]);
    world.refused.set('tick', full());
    await world.until(MINUTE);
    world.change({ paused: { by: 'me', at: MINUTE } });
    world.refused.clear();
    await world.until(10 * MINUTE);
    expect([world.started, world.job().held?.times]).toEqual([[], [MINUTE]]);
    world.change({ paused: undefined });
    await world.until(10 * MINUTE + 1);
    expect(world.started).toEqual([at(1)]);
  });

  it('waits for a fault of the platform, too, which the operator is told', async () => {
    const world = new World([schedule()]);
    world.refused.set('tick', new Error('the object was reset: 0x7f'));
    await world.until(MINUTE);
    expect(world.failures).toHaveLength(1);
    expect(world.job().held?.reason).toBe('The platform could not start it.');
  });

  it('is over where it never can be let in, and the next time is tried', async () => {
    const world = new World([schedule()]);
    world.refused.set('tick', new Problem('schema_mismatch', 'The data do not fit.'));
    await world.until(MINUTE);
    expect(world.job()).toMatchObject({ last_note: 'not started: The data do not fit.', next_at: 2 * MINUTE });
    expect(world.job().held).toBeUndefined();
    world.refused.clear();
    await world.until(2 * MINUTE);
    expect(world.started).toEqual([at(2)]);
  });

  it('keeps what waits when a new version is deployed, and lets go of it when the schedule ends', async () => {
    const world = new World([schedule()]);
    world.refused.set('tick', full());
    await world.until(MINUTE);
    const heldBy = (next: Schedule) => planned(world.plan, of([next], 'h2'), MINUTE + 1).jobs.tick!.held?.times;
    expect(heldBy(schedule({ pipeline: 'next' }))).toEqual([MINUTE]);
    expect(heldBy(schedule({ enabled: false }))).toBeUndefined();
  });
});

it('a crash between a start and the plan starts the same execution again', async () => {
  const world = new World([schedule()]);
  await runDue(world.plan, MINUTE, world);
  await runDue(world.plan, MINUTE, world);
  expect(world.started).toEqual([at(1)]);
});

describe('while the run before has not ended', () => {
  it.each([
    ['allow', [1, 2]],
    ['skip', [1]],
    ['cancel_previous', [1, 2]],
  ] as const)('overlap %s', async (overlap, minutes) => {
    const world = new World([schedule({ overlap })]);
    await world.until(2 * MINUTE);
    expect(world.started).toEqual(minutes.map((minute) => at(minute)));
    if (overlap === 'skip') expect(world.job().last_note).toContain('had not ended');
    if (overlap === 'cancel_previous') expect([...world.open]).toEqual([at(2)]);
  });
});

it('of many times at most ten are told', async () => {
  const world = new World([schedule()]);
  await world.until(30 * MINUTE);
  expect(world.job().recent).toHaveLength(10);
  expect(world.job().recent![0]!.at).toBe(30 * MINUTE);
});
