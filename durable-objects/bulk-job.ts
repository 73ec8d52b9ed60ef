/**
 * One order to many executions, carried out a few at a time: one object for each job.
 *
 * Invariants
 * 1. What a batch has done is on disk before the next begins; after a crash the alarm goes on with the batch that was
 *    cut off. Orders are harmless to repeat, and a replay is started under a key of job and execution.
 * 2. Executions that start after the job are not its affair, those of its own replays among them.
 * 3. How far it has come is told after every batch. A store that is away holds it up, and does not end it.
 */
import { DurableObject } from 'cloudflare:workers';
import type { BulkJob, BulkJobRpc, BulkOrder } from '#contracts/bulk';
import type { ErasableRpc } from '#contracts/erasure';
import type { CarriableRpc, CarryAnswers, CarryOrder } from '#contracts/moving';
import { PROBLEMS, Problem } from '#contracts/problems';
import { AGAIN_MS, orAgain } from '#objects/again';
import { carry, isHeldBack } from '#objects/carried';
import { eraseObject } from '#objects/erasable';
import { later } from '#objects/later';
import type { BulkJobs, ExecutionIndex } from '#storage/execution-ports';

export interface BulkJobPorts {
  executions: Pick<ExecutionIndex, 'list'>;
  jobs: Pick<BulkJobs, 'put'>;
  /** Carries the order out on one execution. Throws Problem where it does not fit its state. */
  act(order: BulkOrder, executionId: string): Promise<void>;
  /** Epoch ms. */
  now(): number;
}

const BATCH = 30;
const AT_ONCE = 6;
const MAX_PROBLEMS = 20;

export abstract class BulkJobObjectBase<Env> extends DurableObject<Env> implements BulkJobRpc, ErasableRpc, CarriableRpc {
  protected abstract readonly ports: BulkJobPorts;

  async begin(order: BulkOrder): Promise<BulkJob> {
    const known = this.#job;
    if (known) return known;
    const job: BulkJob = { ...order, status: 'running', done: 0, refused: 0, failed: 0, problems: [] };
    await this.#keep(job, undefined);
    return job;
  }

  async cancel(by: string): Promise<BulkJob | null> {
    const job = this.#job;
    if (!job) return null;
    if (job.status !== 'running') throw new Problem('job_finished', `The job is ${job.status}.`);
    const cancelled: BulkJob = { ...job, status: 'cancelled', cancelled_by: by, finished_at: this.ports.now() };
    await this.#keep(cancelled, undefined);
    return cancelled;
  }

  override async alarm(): Promise<void> {
    if (isHeldBack(this.ctx)) return;
    const job = this.#job;
    if (!job) return;
    const { tenant, id, status } = job;
    await orAgain(this.ctx.storage, { what: 'bulk job', tenant, job: id }, this.ports.now, () =>
      status === 'running' ? this.#goOn(job) : this.ports.jobs.put(job),
    );
  }

  async #goOn(job: BulkJob): Promise<void> {
    const { tenant, filter, created_at } = job;
    const to = Math.min(filter.to ?? created_at, created_at);
    const { items, next_cursor } = await this.ports.executions.list(tenant, { ...filter, to, limit: BATCH, cursor: this.ctx.storage.kv.get<string>('cursor') });
    for (let from = 0; from < items.length; from += AT_ONCE) {
      await Promise.all(items.slice(from, from + AT_ONCE).map(({ execution_id }) => this.#act(job, execution_id)));
    }
    // Somebody may have cancelled it meanwhile; what was done is counted all the same.
    const now = this.#job!;
    const cancelled = now.status === 'cancelled' ? { status: now.status, cancelled_by: now.cancelled_by, finished_at: now.finished_at } : undefined;
    const done = next_cursor === null ? { status: 'completed' as const, finished_at: this.ports.now() } : {};
    await this.#keep({ ...job, ...(cancelled ?? done) }, next_cursor ?? undefined);
  }

  async #act(job: BulkJob, executionId: string): Promise<void> {
    try {
      await this.ports.act(job, executionId);
      job.done++;
    } catch (error) {
      const known = error instanceof Problem;
      if (known && PROBLEMS[error.code].fault !== 'platform') job.refused++;
      else job.failed++;
      const problem = known ? { code: error.code, message: error.message } : { code: 'internal', message: 'Something went wrong on our side.' };
      if (job.problems.length < MAX_PROBLEMS) job.problems.push({ execution_id: executionId, ...problem });
      if (!known) console.error(JSON.stringify({ level: 'error', message: String(error), tenant: job.tenant, execution_id: executionId, job: job.id }));
    }
  }

  get #job(): BulkJob | undefined {
    return this.ctx.storage.kv.get<BulkJob>('job');
  }

  /** Job, cursor and alarm are written together; then the region's list is told. */
  async #keep(job: BulkJob, cursor: string | undefined): Promise<void> {
    const { kv } = this.ctx.storage;
    kv.put('job', job);
    if (cursor === undefined) kv.delete('cursor');
    else kv.put('cursor', cursor);
    const isOver = job.status !== 'running';
    const now = this.ports.now();
    void this.ctx.storage.setAlarm(later(now, isOver ? now + AGAIN_MS : now));
    await this.ports.jobs.put(job);
    if (isOver) await this.ctx.storage.deleteAlarm();
  }

  carry<O extends CarryOrder>(order: O): Promise<CarryAnswers[O['do']]> {
    return carry(this.ctx, order);
  }

  erase(): Promise<void> {
    return eraseObject(this.ctx);
  }
}
