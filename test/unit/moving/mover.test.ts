/** The mover of a tenant: everything is there, the same, before it goes on there, and nothing stays here, whatever crashes. */
import { beforeEach, describe, expect, it, vi } from 'vitest';

// The object itself is the runtime's; its steps are not.
vi.mock('cloudflare:workers', () => ({ DurableObject: class {} }));

import { MOVE_STAGES, type Move, type MoveOrder, type MoveStage } from '#contracts/moving';
import { CLOSED_MS, type MoverJob, type MoverPorts, moveStep, newMove, SETTLED_MS } from '#objects/tenant-mover';

const ORDER: MoveOrder = { tenant: 'acme', from: 'us', to: 'eu', requested_by: 'admin', requested_at: 1 };
const PAGE = 3;

type Store = Map<string, string>;
const stores = () => new Map<MoveStage, Store>(MOVE_STAGES.map((stage) => [stage, new Map()]));

/** Two regions: names and contents by stage, and what is at a halt. */
class Regions implements MoverPorts {
  readonly here = stores();
  readonly there = stores();
  readonly halted = new Set<string>();
  readonly running = new Set<string>();
  /** Names that went on in the new home, and how often each was sent late. */
  readonly opened = new Set<string>();
  home: 'us' | 'eu' = 'us';
  closed = false;
  reported: Move | undefined;
  /** Comes up when this status is reached for the first time. */
  late: { when: Move['status']; stage: MoveStage; name: string } | undefined;
  /** Changes here after it was sent, this often. */
  unruly = 0;

  constructor() {
    for (let i = 0; i < 7; i++) this.here.get('executions')!.set(`e${i}`, `log ${i}`);
    for (let i = 0; i < 4; i++) this.here.get('files')!.set(`f${i}`, `file ${i}`);
    this.here.get('audit')!.set('acme', 'chain');
    for (let i = 0; i < 3; i++) this.running.add(`e${i}`);
  }

  comesUp(when: Move['status']): void {
    if (this.late?.when !== when) return;
    this.here.get(this.late.stage)!.set(this.late.name, 'came late');
    this.running.add(this.late.name);
    this.late = undefined;
  }
  /** Being erased. */
  isClosing = false;

  async close() {
    this.closed = !this.isClosing;
    return this.closed;
  }
  async plan(stage: MoveStage, _tenant: string, cursor: string | null) {
    const names = [...this.here.get(stage)!.keys()]
      .sort()
      .filter((name) => name > (cursor ?? ''))
      .slice(0, PAGE);
    return { names, next: names.length === PAGE ? names.at(-1)! : null };
  }
  async still(_stage: MoveStage, _tenant: string, names: string[]) {
    expect(this.closed).toBe(true);
    this.comesUp('stilling');
    const ran = names.filter((name) => this.running.delete(name));
    for (const name of names) this.halted.add(name);
    return ran.length > 0;
  }
  async send(_order: MoveOrder, stage: MoveStage, names: string[]) {
    for (const name of names) {
      this.running.delete(name);
      this.halted.add(name);
      this.there.get(stage)!.set(name, this.here.get(stage)!.get(name)!);
    }
    if (this.unruly > 0 && stage === 'executions') {
      this.unruly--;
      this.here.get(stage)!.set(names[0]!, `changed ${this.unruly}`);
    }
  }
  async compare(_order: MoveOrder, stage: MoveStage, names: string[]) {
    this.comesUp('comparing');
    const sha256s = names.map((name) => (this.there.get(stage)!.get(name) === this.here.get(stage)!.get(name) ? this.here.get(stage)!.get(name)! : null));
    return { sha256s, count: names.length };
  }
  async leave() {
    this.home = 'eu';
  }
  async arrive() {
    expect(this.home).toBe('eu');
  }
  async open(_order: MoveOrder, _stage: MoveStage, names: string[]) {
    this.comesUp('opening');
    for (const name of names) this.opened.add(name);
  }
  async purge(_order: MoveOrder, stage: MoveStage, names: string[]) {
    this.comesUp('purging');
    for (const name of names) {
      if (this.running.has(name)) {
        await this.send(ORDER, stage, [name]);
        this.opened.add(name);
      }
      expect(this.there.get(stage)!.has(name)).toBe(true);
      this.here.get(stage)!.delete(name);
    }
  }
  async report(move: Move) {
    this.reported = move;
  }
  async takeBack(_order: MoveOrder, stage: MoveStage, names: string[]) {
    for (const name of names) {
      this.there.get(stage)!.delete(name);
      this.halted.delete(name);
    }
  }
  async reopen() {
    this.closed = false;
  }
  now() {
    return 9;
  }
}

/** Steps until it is done. `crashes`: steps whose result never reaches the disk, though their effect was had. */
async function run(regions: Regions, crashes: ReadonlySet<number> = new Set(), first: MoverJob = newMove(ORDER)): Promise<{ waits: number[]; steps: number }> {
  let job: MoverJob | undefined = first;
  const waits: number[] = [];
  let steps = 0;
  for (; job && steps < 1000; steps++) {
    const { job: next, after } = await moveStep(structuredClone(job), regions);
    if (crashes.has(steps)) continue;
    if (after > 0) waits.push(after);
    job = next;
  }
  expect(job).toBeUndefined();
  return { waits, steps };
}

let regions: Regions;
beforeEach(() => {
  regions = new Regions();
});

const left = () => [...regions.here.values()].reduce((sum, store) => sum + store.size, 0);
const counts = () => Object.fromEntries(regions.reported!.moved.filter(({ count }) => count > 0).map(({ stage, count }) => [stage, count]));
const everything = () => {
  expect(regions.home).toBe('eu');
  expect(left()).toBe(0);
  expect([...regions.there.get('executions')!.keys()].every((name) => regions.opened.has(name))).toBe(true);
};

it('closes, waits, brings to a halt, sends, compares, switches, goes on there, purges, and reports', async () => {
  const { waits } = await run(regions);
  // Once what ran has come to a halt; before the purge; and after it, to look again.
  expect(waits).toEqual([CLOSED_MS, SETTLED_MS, SETTLED_MS, SETTLED_MS]);
  everything();
  expect(regions.there.get('executions')).toEqual(new Map(Array.from({ length: 7 }, (_, i) => [`e${i}`, `log ${i}`])));
  expect(counts()).toEqual({ executions: 7, files: 4, audit: 1 });
  expect(regions.reported).toMatchObject({ status: 'completed', rounds: 1, switched_at: 9, finished_at: 9 });
});

it('comes to the same, whichever step crashes after its effect', async () => {
  const { steps } = await run(regions);
  const whole = regions.reported!.moved;
  for (let crash = 0; crash < steps; crash++) {
    regions = new Regions();
    await run(regions, new Set([crash]));
    everything();
    expect(regions.reported!.moved).toEqual(whole);
  }
});

it.each(['stilling', 'comparing', 'opening', 'purging'] as const)('loses nothing that comes up while it is %s', async (when) => {
  regions.late = { when, stage: 'executions', name: 'late' };
  await run(regions);
  everything();
  expect(regions.there.get('executions')!.get('late')).toBe('came late');
});

it('sends again what has changed since it was sent, until both are the same', async () => {
  regions.unruly = 2;
  await run(regions);
  everything();
  expect(regions.reported!.rounds).toBeGreaterThan(1);
  expect(regions.there.get('executions')!.get('e0')).toMatch(/^changed/);
});

describe('called off', () => {
  it('puts everything back as it was', async () => {
    let job: MoverJob | undefined = newMove(ORDER);
    while (job?.status !== 'comparing') job = (await moveStep(job!, regions)).job;
    expect(regions.there.get('executions')!.size).toBe(7);
    const back: MoverJob = { ...job, status: 'cancelling', stage: MOVE_STAGES[0], cursor: null };
    const { steps } = await run(regions, new Set(), back);
    for (let crash = 0; crash < steps; crash++) await run(regions, new Set([crash]), back);
    expect(regions.home).toBe('us');
    expect(regions.closed).toBe(false);
    expect(regions.halted.size).toBe(0);
    expect([...regions.there.values()].every((store) => store.size === 0)).toBe(true);
    expect(regions.here.get('executions')!.size).toBe(7);
  });
});

it('calls itself off, having sent nothing, where the tenant is being erased', async () => {
  regions.isClosing = true;
  expect((await run(regions)).waits).toEqual([]);
  expect([regions.home, regions.running.size, regions.reported]).toEqual(['us', 3, undefined]);
  expect([...regions.there.values()].every((store) => store.size === 0)).toBe(true);
});

it('tries again, later and later, and tells of it, when something does not answer', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  let job: MoverJob = { ...newMove(ORDER), status: 'sending' };
  regions.plan = () => Promise.reject(new Error('secret-name is away'));
  const waits: number[] = [];
  for (let i = 0; i < 8; i++) {
    const step = await moveStep(job, regions);
    waits.push(step.after);
    job = step.job!;
  }
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  expect(job.fault).toBe('A store of the stage executions, or the region eu, does not answer; tried 8 times.');
  expect((await moveStep(job, new Regions())).job).not.toHaveProperty('fault');
});
