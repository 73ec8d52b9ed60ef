/**
 * Moves a tenant from this region, its home, to another one, step by step. One object for each tenant; its name is the tenant.
 *
 * Invariants
 * 1. Every step can be done again: after a crash at any instant the alarm goes on with the step that was cut off.
 * 2. Nothing is sent before it is at a halt, and nothing goes on anywhere before the other region holds the same: each thing
 *    is hashed on both sides, and what differs is sent again.
 * 3. The switch is one write here. Until then the move can be called off and everything goes on where it was; from then on
 *    it only goes forward, and this region starts nothing of the tenant any more.
 * 4. What a queue brings in late is sent after the tenant before it is erased here.
 */
import { DurableObject } from 'cloudflare:workers';
import { createHash } from 'node:crypto';
import { MOVE_STAGES, type Move, type Moved, type MoveOrder, type MoverRpc, type MoveStage } from '#contracts/moving';
import { later } from '#objects/later';
import { setLostAlarm } from '#objects/lost-alarm';

export interface MovePlan {
  names: string[];
  next: string | null;
}

export interface MoverPorts {
  /** Nothing new is started. False: the tenant is being erased. */
  close(order: MoveOrder): Promise<boolean>;
  /** What is there of a stage, a page at a time; looks, and changes nothing. */
  plan(stage: MoveStage, tenant: string, cursor: string | null): Promise<MovePlan>;
  /** Brings these to a halt. Answers whether one of them ran until now. */
  still(stage: MoveStage, tenant: string, names: string[]): Promise<boolean>;
  send(order: MoveOrder, stage: MoveStage, names: string[]): Promise<void>;
  /** Hashes of these, one for each name; `null` for one that the other region holds otherwise. Counts as many as `count`, where a name is several. */
  compare(order: MoveOrder, stage: MoveStage, names: string[]): Promise<{ sha256s: (string | null)[]; count: number }>;
  /** Here it is over: whoever asks is sent there. */
  leave(order: MoveOrder): Promise<void>;
  /** The other region is the home, and everybody is told. */
  arrive(order: MoveOrder): Promise<void>;
  /** These go on there. */
  open(order: MoveOrder, stage: MoveStage, names: string[]): Promise<void>;
  /** These go here. What came late is sent first. */
  purge(order: MoveOrder, stage: MoveStage, names: string[]): Promise<void>;
  /** The other region keeps what was done. */
  report(move: Move): Promise<void>;
  /** These go there, and go on here. */
  takeBack(order: MoveOrder, stage: MoveStage, names: string[]): Promise<void>;
  /** Both regions are as before. */
  reopen(order: MoveOrder): Promise<void>;
  /** Epoch ms. */
  now(): number;
}

/** Longer than any isolate may not know that the tenant is on its way. */
export const CLOSED_MS = 4_000;
/** What was on its way in a queue has arrived by then. */
export const SETTLED_MS = 5_000;
const MAX_DELAY_MS = 60_000;
/** Steps that need not wait follow each other for so long in one turn of the alarm. */
const TURN_MS = 5_000;
/** Stages whose objects do something by themselves; those that give orders to others first. */
const STILLED: readonly MoveStage[] = ['objects', 'machines', 'executions'];

export interface MoverJob extends Move {
  cursor: string | null;
  /** Whether this pass has found something to do. */
  found: boolean;
  /** What this comparison has come to so far. */
  compared: Moved[];
  tries: number;
}

export abstract class TenantMoverObjectBase<Env> extends DurableObject<Env> implements MoverRpc {
  protected abstract readonly ports: MoverPorts;

  async begin(order: MoveOrder): Promise<Move> {
    const known = this.#job;
    if (known) return moveOf(known);
    const job = newMove(order);
    this.#keep(job, 0);
    return moveOf(job);
  }

  async progress(): Promise<Move | null> {
    const job = this.#job;
    if (!job) return null;
    await setLostAlarm(this.ctx.storage, this.ports.now());
    return moveOf(job);
  }

  async cancel(): Promise<boolean> {
    const job = this.#job;
    if (!job) return false;
    if (job.status === 'cancelling') return true;
    if (job.switched_at !== undefined || job.status === 'switching') return false;
    this.#keep({ ...at(job, 'cancelling'), fault: undefined }, 0);
    return true;
  }

  async again(order: MoveOrder): Promise<void> {
    const known = this.#job;
    if (!known) this.#keep(at(newMove(order), 'purging'), SETTLED_MS);
    // The alarm keeps its time: many that come late would put it off for ever.
    else if (known.status === 'purging' && !known.found) this.ctx.storage.kv.put('job', { ...known, found: true });
  }

  override async alarm(): Promise<void> {
    const until = this.ports.now() + TURN_MS;
    for (let job = this.#job; job; ) {
      const { job: next, after } = await moveStep(job, this.ports);
      // It may have been called off meanwhile, or something came up: then that is what goes on.
      const now = this.#job;
      if (now?.status === 'cancelling' && job.status !== 'cancelling') return this.#keep(now, 0);
      if (!next) return void (await this.ctx.storage.deleteAll());
      this.#keep(now?.found && !job.found ? { ...next, found: true } : next, after);
      if (after > 0 || this.ports.now() > until) return;
      job = next;
    }
  }

  get #job(): MoverJob | undefined {
    return this.ctx.storage.kv.get<MoverJob>('job');
  }

  /** Job and alarm are written together. */
  #keep(job: MoverJob, after: number): void {
    this.ctx.storage.kv.put('job', job);
    const now = this.ports.now();
    void this.ctx.storage.setAlarm(later(now, now + after));
  }
}

export function newMove(order: MoveOrder): MoverJob {
  return { ...order, status: 'closing', stage: MOVE_STAGES[0], cursor: null, rounds: 0, tries: 0, found: false, moved: [], compared: [] };
}

export function moveOf({ cursor: _, found: __, compared: ___, tries: ____, ...move }: MoverJob): Move {
  return move;
}

interface Step {
  /** Without one there is nothing left to do. */
  job?: MoverJob;
  /** When to go on, ms. */
  after: number;
}

/** One bounded piece of work. */
export async function moveStep(job: MoverJob, ports: MoverPorts): Promise<Step> {
  try {
    const { fault: _, ...fine } = job;
    return await advanced({ ...fine, tries: 0 }, ports);
  } catch (error) {
    const tries = job.tries + 1;
    // The text may name what is being moved, so it is for the operator's log only.
    console.error(JSON.stringify({ level: 'error', message: `move: ${String(error)}`, tenant: job.tenant, status: job.status, stage: job.stage }));
    const fault = `A store of the stage ${job.stage}, or the region ${job.to}, does not answer; tried ${tries} times.`;
    return { job: { ...job, tries, fault }, after: Math.min(MAX_DELAY_MS, 500 * 2 ** Math.min(tries, 10)) };
  }
}

async function advanced(job: MoverJob, ports: MoverPorts): Promise<Step> {
  switch (job.status) {
    case 'closing':
      if (!(await ports.close(job))) return { job: at(job, 'cancelling'), after: 0 };
      return { job: at(job, 'stilling', STILLED[0]), after: CLOSED_MS };
    case 'stilling':
      return pass(
        job,
        ports,
        STILLED,
        async (names) => ports.still(job.stage, job.tenant, names),
        (done) =>
          // Those that ran until now may have started others, which come up in the lists a moment later.
          done.found ? { job: at(done, 'stilling', STILLED[0]), after: SETTLED_MS } : { job: at(done, 'sending'), after: 0 },
      );
    case 'sending':
      return pass(
        job,
        ports,
        MOVE_STAGES,
        (names) => done(ports.send(job, job.stage, names)),
        (sent) => ({ job: comparing(sent), after: 0 }),
      );
    case 'comparing':
      return compared(job, ports);
    case 'switching':
      await ports.leave(job);
      await ports.arrive(job);
      return { job: { ...at(job, 'opening'), switched_at: job.switched_at ?? ports.now() }, after: 0 };
    case 'opening':
      return pass(
        job,
        ports,
        MOVE_STAGES,
        (names) => done(ports.open(job, job.stage, names)),
        (opened) => ({ job: at(opened, 'purging'), after: SETTLED_MS }),
      );
    case 'purging':
      return pass(
        job,
        ports,
        MOVE_STAGES,
        async (names) => {
          await ports.purge(job, job.stage, names);
          return names.length > 0;
        },
        (purged) =>
          purged.found ? { job: at(purged, 'purging'), after: SETTLED_MS } : { job: { ...at(purged, 'completed'), finished_at: ports.now() }, after: 0 },
      );
    case 'completed':
      await ports.report(moveOf(job));
      return { after: 0 };
    case 'cancelling':
      return pass(
        job,
        ports,
        MOVE_STAGES,
        (names) => done(ports.takeBack(job, job.stage, names)),
        async (back) => {
          await ports.reopen(back);
          return { after: 0 };
        },
      );
  }
}

/** One page of one stage, and where to go on. */
async function pass(
  job: MoverJob,
  ports: MoverPorts,
  stages: readonly MoveStage[],
  work: (names: string[]) => Promise<boolean>,
  end: (job: MoverJob) => Step | Promise<Step>,
): Promise<Step> {
  const { names, next } = await ports.plan(job.stage, job.tenant, job.cursor);
  const found = names.length > 0 && (await work(names));
  return behind({ ...job, found: job.found || found }, next, stages, end);
}

function behind(job: MoverJob, next: string | null, stages: readonly MoveStage[], end: (job: MoverJob) => Step | Promise<Step>): Step | Promise<Step> {
  if (next !== null) return { job: { ...job, cursor: next }, after: 0 };
  const following = stages[stages.indexOf(job.stage) + 1];
  return following ? { job: { ...job, stage: following, cursor: null }, after: 0 } : end(job);
}

/** What differs is sent again, and everything is compared once more. */
async function compared(job: MoverJob, ports: MoverPorts): Promise<Step> {
  const { names, next } = await ports.plan(job.stage, job.tenant, job.cursor);
  const { sha256s, count } = names.length > 0 ? await ports.compare(job, job.stage, names) : { sha256s: [], count: 0 };
  const different = names.filter((_, index) => sha256s[index] === null);
  if (different.length > 0) await ports.send(job, job.stage, different);
  const sum = job.compared.find(({ stage }) => stage === job.stage) ?? { stage: job.stage, count: 0, sha256: '' };
  const sha256 = names.reduce((hash, name, index) => createHash('sha256').update(`${hash}\n${name}\n${sha256s[index]}`).digest('hex'), sum.sha256);
  const sums = [...job.compared.filter(({ stage }) => stage !== job.stage), { stage: job.stage, count: sum.count + count, sha256 }];
  return behind({ ...job, compared: sums, found: job.found || different.length > 0 }, next, MOVE_STAGES, (end) =>
    end.found ? { job: comparing(end), after: SETTLED_MS } : { job: { ...at(end, 'switching'), moved: sums }, after: 0 },
  );
}

function comparing(job: MoverJob): MoverJob {
  return { ...at(job, 'comparing'), rounds: job.rounds + 1, compared: [] };
}

/** At the beginning of something. */
function at(job: MoverJob, status: MoverJob['status'], stage: MoveStage = MOVE_STAGES[0]): MoverJob {
  return { ...job, status, stage, cursor: null, found: false };
}

async function done(work: Promise<void>): Promise<boolean> {
  await work;
  return false;
}
