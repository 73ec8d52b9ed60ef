/** The eraser of a tenant: everything goes, is counted once, and is searched for before it is attested, whatever crashes. */
import { beforeEach, describe, expect, it, vi } from 'vitest';

// The object itself is the runtime's; its steps are not.
vi.mock('cloudflare:workers', () => ({
  DurableObject: class {
    constructor(readonly ctx: unknown) {}
  },
}));

import { ERASURE_STAGES, type Erasure, type ErasureStage, type RegionErasure } from '#contracts/erasure';
import { CLOSING_MS, type EraserJob, type EraserPorts, newJob, SETTLING_MS, stepOf, TenantEraserObjectBase } from '#objects/tenant-eraser';
import { LODGED_MS } from '#storage/d1-region-links';
import { fakeStorage } from '../durable-objects/fake-storage.ts';

const ORDER = { tenant: 'acme', region: 'us', home: true, requested_by: 'admin', requested_at: 1 };
const PAGE = 3;

/** Stores of a region: names by stage. */
class Region implements EraserPorts {
  readonly stores = new Map<ErasureStage, Set<string>>(ERASURE_STAGES.map((stage) => [stage, new Set()]));
  readonly log: string[] = [];
  finished: { erasure: Erasure; regions: RegionErasure[] } | undefined;
  others: string[] = [];
  /** Comes in when this stage has been gone through. */
  late: { after: ErasureStage; stage: ErasureStage; name: string } | undefined;

  put(stage: ErasureStage, count: number): void {
    for (let i = 0; i < count; i++) this.stores.get(stage)!.add(`${stage}-${i}`);
  }

  /** On its way to another region. */
  isMoving = false;

  async close() {
    this.log.push('close');
    return !this.isMoving;
  }
  async known() {}
  async plan(stage: ErasureStage, _tenant: string, cursor: string | null) {
    const names = [...this.stores.get(stage)!].filter((name) => name > (cursor ?? '')).slice(0, PAGE);
    if (this.late?.after === stage && names.length === 0) {
      this.stores.get(this.late.stage)!.add(this.late.name);
      this.late = undefined;
    }
    return { names, next: names.length === PAGE ? names.at(-1)! : null };
  }
  async erase(stage: ErasureStage, _tenant: string, names: string[]) {
    for (const name of names) this.stores.get(stage)!.delete(name);
  }
  async outposts() {
    return this.others;
  }
  async eraseElsewhere(region: string) {
    this.log.push(`elsewhere ${region}`);
    return this.log.filter((line) => line === `elsewhere ${region}`).length > 1 ? { region, finished_at: 5, rounds: 1, erased: [] } : null;
  }
  async finish(erasure: Erasure, regions: RegionErasure[]) {
    this.finished = { erasure, regions };
  }
  now() {
    return 9;
  }
  get left(): number {
    return [...this.stores.values()].reduce((sum, names) => sum + names.size, 0);
  }
}

/** Steps until it is done. `crashes`: steps whose result never reaches the disk, though their effect was had. */
async function run(region: Region, crashes: ReadonlySet<number> = new Set()): Promise<{ waits: number[]; steps: number }> {
  let job: EraserJob | undefined = newJob(ORDER);
  const waits: number[] = [];
  let steps = 0;
  for (; job && steps < 500; steps++) {
    const { job: next, after } = await stepOf(structuredClone(job), region);
    if (crashes.has(steps)) continue;
    if (after > 0) waits.push(after);
    job = next;
  }
  expect(job).toBeUndefined();
  return { waits, steps };
}

let region: Region;
beforeEach(() => {
  region = new Region();
  region.put('executions', 7);
  region.put('files', 4);
  region.put('audit', 1);
});

const counts = () => Object.fromEntries(region.finished!.erasure.erased.filter(({ count }) => count > 0).map(({ stage, count }) => [stage, count]));

it('closes first, waits, erases everything, waits, searches, and attests', async () => {
  const { waits } = await run(region);
  expect(waits).toEqual([CLOSING_MS, SETTLING_MS]);
  expect(region.left).toBe(0);
  expect(counts()).toEqual({ executions: 7, files: 4, audit: 1 });
  expect(region.finished!.erasure).toMatchObject({ status: 'completed', rounds: 1 });
  expect(region.finished!.regions).toEqual([{ region: 'us', finished_at: 9, rounds: 1, erased: region.finished!.erasure.erased }]);
});

it('looks for what is left for longer than an isolate remembers that a guest lives in the region', () => {
  expect(LODGED_MS).toBeLessThan(SETTLING_MS);
});

it('counts and hashes alike, whichever step crashes after its effect', async () => {
  const { steps } = await run(region);
  const whole = region.finished!.erasure.erased;
  for (let crash = 0; crash < steps; crash++) {
    region = new Region();
    region.put('executions', 7);
    region.put('files', 4);
    region.put('audit', 1);
    await run(region, new Set([crash]));
    expect(region.left).toBe(0);
    expect(region.finished!.erasure.erased).toEqual(whole);
  }
});

it('is given up, and erases nothing, where the tenant is on its way to another region', async () => {
  region.isMoving = true;
  expect(await run(region)).toMatchObject({ steps: 1, waits: [] });
  expect([region.log, region.left, region.finished]).toEqual([['close'], 12, undefined]);
});

it('is not begun by its alarm while the order for it is being refused', async () => {
  const { storage, disk } = fakeStorage();
  const Eraser = class extends TenantEraserObjectBase<unknown> {
    protected override readonly ports = region;
  };
  const eraser = new Eraser({ storage } as never, {});
  let refuse = () => {};
  // The move that stands in the way is called off right behind the refusal.
  region.close = async () => {
    region.log.push('close');
    if (region.log.length > 1) return true;
    return new Promise((resolve) => {
      refuse = () => resolve(false);
    });
  };
  const ordered = eraser.begin(ORDER);
  await vi.waitFor(() => expect(region.log).toEqual(['close']));
  const rung = eraser.alarm();
  refuse();
  expect(await ordered).toBeNull();
  await rung;
  expect([region.log, disk.size]).toEqual([['close'], 0]);
});

it('goes through everything again for what came in meanwhile', async () => {
  region.late = { after: 'rows', stage: 'executions', name: 'late' };
  await run(region);
  expect(region.left).toBe(0);
  expect(counts()).toEqual({ executions: 8, files: 4, audit: 1 });
  expect(region.finished!.erasure.rounds).toBe(2);
});

it('has the other regions erase before it attests', async () => {
  region.others = ['ap', 'eu'];
  await run(region);
  expect(region.log).toEqual(['close', 'elsewhere ap', 'elsewhere eu', 'elsewhere ap', 'elsewhere eu']);
  expect(region.finished!.regions.map((each) => each.region)).toEqual(['us', 'ap', 'eu']);
});

describe('a store that is away', () => {
  it('is tried again, later and later, and told', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    let job = { ...newJob(ORDER), status: 'erasing' as const };
    region.plan = () => Promise.reject(new Error('secret-name is away'));
    const waits: number[] = [];
    for (let i = 0; i < 9; i++) {
      const step = await stepOf(job, region);
      waits.push(step.after);
      job = step.job as typeof job;
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    expect(job.fault).toBe('A store of the stage executions does not answer; tried 9 times.');
    region = new Region();
    expect((await stepOf(job, region)).job).not.toHaveProperty('fault');
  });
});
