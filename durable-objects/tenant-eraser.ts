/**
 * Erases a tenant from a region, step by step. One object for each tenant; its name is the tenant.
 *
 * Invariants
 * 1. What a step will erase is on disk before it is touched: after a crash the same names are erased again, which does no
 *    harm, and are counted once.
 * 2. The tenant is closed first: whoever ordered it has its answer when every isolate knows, and what got in before has had
 *    its time before anything is erased.
 * 3. Everything is gone through again until a whole search finds nothing; only then is there a certificate.
 * 4. A fault is tried again, later and later, and never skipped.
 */
import { DurableObject } from 'cloudflare:workers';
import { createHash } from 'node:crypto';
import { ERASURE_STAGES, type Erased, type EraserRpc, type Erasure, type ErasureOrder, type ErasureStage, type RegionErasure } from '#contracts/erasure';
import { later } from '#objects/later';
import { setLostAlarm } from '#objects/lost-alarm';
import { Turns } from '#objects/turns';

export interface Plan {
  names: string[];
  /** How many things these names stand for, where a name is not one. */
  count?: number;
  next: string | null;
}

export interface EraserPorts {
  /** Nobody gets in any more, and nothing is started. False: it is on its way to another region. */
  close(tenant: string, home: boolean): Promise<boolean>;
  /** Every isolate knows by now that it is closed. */
  known(): Promise<void>;
  /** Names of what is next to be erased, and where to go on; looks, and changes nothing. */
  plan(stage: ErasureStage, tenant: string, cursor: string | null): Promise<Plan>;
  /** Again for the same names does nothing. */
  erase(stage: ErasureStage, tenant: string, names: string[]): Promise<void>;
  /** Regions in which executions of the tenant lived. */
  outposts(tenant: string): Promise<string[]>;
  /** Has another region erase the tenant; `null` while it is at it. */
  eraseElsewhere(region: string, erasure: Erasure): Promise<RegionErasure | null>;
  /** The tenant is gone: its name, at last, and the certificate instead. */
  finish(erasure: Erasure, regions: RegionErasure[]): Promise<void>;
  /** Epoch ms. */
  now(): number;
}

/** Longer than other regions may still be sent something, and than most that got in before takes. */
export const CLOSING_MS = 12_000;
/** What was on its way in a queue has arrived by then. */
export const SETTLING_MS = 10_000;
const ELSEWHERE_MS = 2_000;
const MAX_DELAY_MS = 60_000;

export interface EraserJob extends Erasure {
  cursor: string | null;
  /** Planned, and perhaps erased already. */
  pending?: Plan;
  outposts: string[];
  elsewhere: RegionErasure[];
  tries: number;
}

export abstract class TenantEraserObjectBase<Env> extends DurableObject<Env> implements EraserRpc {
  protected abstract readonly ports: EraserPorts;

  #beginning: Promise<Erasure | null> | undefined;
  /** Whether the tenant is closed is decided by one at a time. */
  readonly #turns = new Turns();

  /** Who orders it while it is being closed hears of it when it is. */
  async begin(order: ErasureOrder): Promise<Erasure | null> {
    const known = this.#job;
    if (known) await setLostAlarm(this.ctx.storage, this.ports.now());
    if (known && hasBegun(known)) return erasureOf(known);
    this.#beginning ??= this.#turns
      .take(() => this.#begin(order))
      .finally(() => {
        this.#beginning = undefined;
      });
    return this.#beginning;
  }

  async #begin(order: ErasureOrder): Promise<Erasure | null> {
    const known = this.#job;
    if (known && hasBegun(known)) return erasureOf(known);
    const job = known ?? newJob(order);
    // On disk first: where this instance ends, the alarm closes the tenant.
    if (!known) this.#keep(job, 0);
    if (!order.home) return erasureOf(job);
    if (!(await this.ports.close(order.tenant, true))) {
      await this.ctx.storage.deleteAlarm();
      await this.ctx.storage.deleteAll();
      return null;
    }
    await this.ports.known();
    return erasureOf(job);
  }

  async progress(): Promise<Erasure | null> {
    const job = this.#job;
    if (!job) return null;
    await setLostAlarm(this.ctx.storage, this.ports.now());
    return erasureOf(job);
  }

  override alarm(): Promise<void> {
    return this.#turns.take(async () => {
      const job = this.#job;
      if (!job) return;
      const { job: next, after } = await stepOf(job, this.ports);
      if (next) this.#keep(next, after);
      else await this.ctx.storage.deleteAll();
    });
  }

  get #job(): EraserJob | undefined {
    return this.ctx.storage.kv.get<EraserJob>('job');
  }

  /** Job and alarm are written together. */
  #keep(job: EraserJob, after: number): void {
    this.ctx.storage.kv.put('job', job);
    const now = this.ports.now();
    void this.ctx.storage.setAlarm(later(now, now + after));
  }
}

/** The tenant is closed, or, where it is not at home, nobody waits for that. */
function hasBegun({ status, home }: EraserJob): boolean {
  return status !== 'closing' || !home;
}

export function newJob(order: ErasureOrder): EraserJob {
  const erased = ERASURE_STAGES.map((stage): Erased => ({ stage, count: 0, sha256: '' }));
  const place = { stage: ERASURE_STAGES[0], cursor: null, rounds: 0, tries: 0, outposts: [], elsewhere: [] };
  return { ...order, status: 'closing', erased, ...place };
}

function erasureOf({ cursor: _, pending: __, outposts: ___, elsewhere: ____, tries: _____, ...erasure }: EraserJob): Erasure {
  return erasure;
}

/** One bounded piece of work. Without a job there is nothing left to do. `after`: when to go on, ms. */
export async function stepOf(job: EraserJob, ports: EraserPorts): Promise<{ job?: EraserJob; after: number }> {
  try {
    const { fault: _, ...fine } = job;
    return await advanced({ ...fine, tries: 0 }, ports);
  } catch (error) {
    const tries = job.tries + 1;
    // The text may name what is being erased, so it is for the operator's log only.
    console.error(JSON.stringify({ level: 'error', message: `erasure: ${String(error)}`, tenant: job.tenant, stage: job.stage }));
    const fault = `${job.status === 'elsewhere' ? 'Another region' : `A store of the stage ${job.stage}`} does not answer; tried ${tries} times.`;
    return { job: { ...job, tries, fault }, after: Math.min(MAX_DELAY_MS, 500 * 2 ** Math.min(tries, 10)) };
  }
}

async function advanced(job: EraserJob, ports: EraserPorts): Promise<{ job?: EraserJob; after: number }> {
  const { tenant, stage } = job;
  switch (job.status) {
    case 'closing': {
      const outposts = job.home ? await ports.outposts(tenant) : [];
      if (!(await ports.close(tenant, job.home))) return { after: 0 };
      // All regions at the same time; whether it began, and whether it is done, is asked in the end.
      await Promise.allSettled(outposts.map((region) => ports.eraseElsewhere(region, erasureOf(job))));
      return { job: { ...job, status: 'erasing', outposts }, after: CLOSING_MS };
    }
    case 'erasing': {
      if (job.pending) {
        const { names, next, count = names.length } = job.pending;
        await ports.erase(stage, tenant, names);
        const erased = job.erased.map((each) => (each.stage === stage ? counted(each, names, count) : each));
        const { pending: _, ...rest } = job;
        return next === null ? behind({ ...rest, erased }) : { job: { ...rest, erased, cursor: next }, after: 0 };
      }
      const pending = await ports.plan(stage, tenant, job.cursor);
      if (pending.names.length > 0) return { job: { ...job, pending }, after: 0 };
      return pending.next === null ? behind(job) : { job: { ...job, cursor: pending.next }, after: 0 };
    }
    case 'settling':
      return { job: { ...job, status: 'verifying', stage: ERASURE_STAGES[0], cursor: null }, after: 0 };
    case 'verifying': {
      const { names, next } = await ports.plan(stage, tenant, job.cursor);
      if (names.length > 0) return { job: { ...job, status: 'erasing', stage: ERASURE_STAGES[0], cursor: null }, after: 0 };
      if (next !== null) return { job: { ...job, cursor: next }, after: 0 };
      const following = ERASURE_STAGES[ERASURE_STAGES.indexOf(stage) + 1];
      return { job: following ? { ...job, stage: following, cursor: null } : { ...job, status: 'elsewhere' }, after: 0 };
    }
    case 'elsewhere': {
      const region = job.outposts.find((each) => !job.elsewhere.some((done) => done.region === each));
      if (region === undefined) return { job: { ...job, status: 'completed' }, after: 0 };
      const done = await ports.eraseElsewhere(region, erasureOf(job));
      return done ? { job: { ...job, elsewhere: [...job.elsewhere, done] }, after: 0 } : { job, after: ELSEWHERE_MS };
    }
    case 'completed': {
      const { region, rounds, erased } = job;
      await ports.finish(erasureOf(job), [{ region, finished_at: ports.now(), rounds, erased }, ...job.elsewhere]);
      return { after: 0 };
    }
  }
}

/** The next stage, or, after the last, a wait before everything is searched. */
function behind(job: EraserJob): { job: EraserJob; after: number } {
  const following = ERASURE_STAGES[ERASURE_STAGES.indexOf(job.stage) + 1];
  if (following) return { job: { ...job, stage: following, cursor: null }, after: 0 };
  return { job: { ...job, status: 'settling', cursor: null, rounds: job.rounds + 1 }, after: SETTLING_MS };
}

function counted({ stage, count, sha256 }: Erased, names: string[], more: number): Erased {
  const chain = names.reduce((hash, name) => createHash('sha256').update(`${hash}\n${name}`).digest('hex'), sha256);
  return { stage, count: count + more, sha256: chain };
}
