/**
 * Replays all waiting dead letters of a pipeline, the oldest first: one object per pipeline and environment.
 *
 * Invariants
 * 1. One run at a time: whoever asks while it runs gets that run.
 * 2. What a batch has done is on disk before the next begins, and a letter is replayed once however often it is
 *    asked for; so after a crash the alarm goes on where the last batch ended.
 * 3. A store that is away holds a run up, and does not end it.
 * 4. Letters that come while it runs, those of its own replays among them, are not its affair.
 */
import { DurableObject } from 'cloudflare:workers';
import type { ErasableRpc } from '#contracts/erasure';
import type { CarriableRpc, CarryAnswers, CarryOrder } from '#contracts/moving';
import { Problem } from '#contracts/problems';
import type { ReplayAllOrder, ReplayAllProgress, ReplayAllRpc } from '#contracts/replay-all-rpc';
import { orAgain } from '#objects/again';
import { carry, isHeldBack } from '#objects/carried';
import { eraseObject } from '#objects/erasable';
import { later } from '#objects/later';
import type { DeadLetterIndex } from '#storage/dead-letter-ports';

export interface ReplayAllPorts {
  letters: Pick<DeadLetterIndex, 'list'>;
  /** Resolves to whether it was replayed by this call; throws what forbids it. */
  replay(tenant: string, id: string, by: string): Promise<boolean>;
  /** Epoch ms. */
  now(): number;
}

interface Job extends ReplayAllOrder, ReplayAllProgress {
  cursor?: string;
}

const BATCH = 20;
const AT_ONCE = 5;

export abstract class ReplayAllObjectBase<Env> extends DurableObject<Env> implements ReplayAllRpc, ErasableRpc, CarriableRpc {
  protected abstract readonly ports: ReplayAllPorts;

  async begin(order: ReplayAllOrder): Promise<ReplayAllProgress> {
    const running = this.#job;
    if (running?.status === 'running') return progressOf(running);
    const job: Job = { ...order, status: 'running', replayed: 0, skipped: 0, failed: 0, started_at: this.ports.now() };
    this.#keep(job);
    return progressOf(job);
  }

  async progress(): Promise<ReplayAllProgress | null> {
    const job = this.#job;
    return job ? progressOf(job) : null;
  }

  override async alarm(): Promise<void> {
    if (isHeldBack(this.ctx)) return;
    const job = this.#job;
    if (job?.status !== 'running') return;
    await orAgain(this.ctx.storage, { what: 'replay of dead letters', tenant: job.tenant }, this.ports.now, () => this.#goOn(job));
  }

  async #goOn(job: Job): Promise<void> {
    const left = job.total - job.replayed - job.skipped - job.failed;
    const limit = Math.min(BATCH, left);
    const { items, next_cursor } =
      limit > 0
        ? await this.ports.letters.list(job.tenant, job.place, { status: 'waiting', oldest_first: true, now: job.started_at, limit, cursor: job.cursor })
        : { items: [], next_cursor: null };
    const letters = items.filter((letter) => Date.parse(letter.failed_at) <= job.started_at);
    for (let from = 0; from < letters.length; from += AT_ONCE) {
      await Promise.all(letters.slice(from, from + AT_ONCE).map(({ execution_id }) => this.#replay(job, execution_id)));
    }
    const done = next_cursor === null || letters.length < items.length || left <= letters.length;
    this.#keep(done ? { ...job, cursor: undefined, status: 'completed', finished_at: this.ports.now() } : { ...job, cursor: next_cursor });
  }

  async #replay(job: Job, id: string): Promise<void> {
    try {
      if (await this.ports.replay(job.tenant, id, job.by)) job.replayed++;
      else job.skipped++;
    } catch (error) {
      if (error instanceof Problem && error.code === 'dead_letter_closed') job.skipped++;
      else {
        job.failed++;
        job.last_error =
          error instanceof Problem ? { code: error.code, message: error.message } : { code: 'internal', message: 'Something went wrong on our side.' };
        if (!(error instanceof Problem)) console.error(JSON.stringify({ level: 'error', message: String(error), tenant: job.tenant, dead_letter: id }));
      }
    }
  }

  get #job(): Job | undefined {
    return this.ctx.storage.kv.get<Job>('job');
  }

  /** Job and alarm are written together. */
  #keep(job: Job): void {
    this.ctx.storage.kv.put('job', job);
    if (job.status === 'running') void this.ctx.storage.setAlarm(later(this.ports.now()));
  }

  carry<O extends CarryOrder>(order: O): Promise<CarryAnswers[O['do']]> {
    return carry(this.ctx, order);
  }

  erase(): Promise<void> {
    return eraseObject(this.ctx);
  }
}

function progressOf({ tenant: _, place: __, cursor: ___, ...progress }: Job): ReplayAllProgress {
  return progress;
}
