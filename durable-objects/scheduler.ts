/**
 * The jobs of one application in one environment. Object name: `{tenant}/{workflow}/{environment}`.
 *
 * 1. A run is started under the key `schedule:{job}:{time}` before the plan says that it was: a crash in between starts
 *    it again under the same key, which is the same execution.
 * 2. What is active is asked of the store at every alarm: a deployment whose news were lost is taken over then.
 * 3. One row is written for all jobs of an alarm.
 * 4. A schedule that is not let in waits by itself (`scheduler/runs.ts`).
 */
import { DurableObject } from 'cloudflare:workers';
import type { ErasableRpc } from '#contracts/erasure';
import type { CarriableRpc, CarryAnswers, CarryOrder } from '#contracts/moving';
import { Problem } from '#contracts/problems';
import type { SchedulePlan, SchedulerRpc } from '#contracts/scheduler-rpc';
import { carry, isHeldBack } from '#objects/carried';
import { eraseObject } from '#objects/erasable';
import { type Plan, planned, wakeAt } from '#objects/scheduler/plan';
import { dataOf, type Runs, runDue } from '#objects/scheduler/runs';

export interface SchedulerPorts extends Runs {
  now(): number;
  /** What is deployed; `null` when nothing is. */
  active(plan: Pick<SchedulePlan, 'tenant' | 'workflow' | 'environment'>): Promise<SchedulePlan | null>;
}

/** A store or an object that does not answer is asked again after this, ms. */
const AGAIN_MS = 5000;

export abstract class SchedulerObjectBase<Env = unknown> extends DurableObject<Env> implements SchedulerRpc, ErasableRpc, CarriableRpc {
  protected abstract readonly ports: SchedulerPorts;
  #plan: Plan | undefined = this.#load();

  async sync(next: SchedulePlan): Promise<void> {
    if (!this.#plan && next.schedules.length === 0) return;
    await this.#keep(planned(this.#plan, next, this.ports.now()));
  }

  async read(tenant: string): ReturnType<SchedulerRpc['read']> {
    const plan = this.#of(tenant);
    return plan ? { hash: plan.hash, jobs: Object.values(plan.jobs) } : null;
  }

  pause(tenant: string, name: string, by: string): Promise<boolean> {
    return this.#change(tenant, name, (job) => ({ ...job, paused: job.paused ?? { by, at: this.ports.now() } }));
  }

  resume(tenant: string, name: string): Promise<boolean> {
    return this.#change(tenant, name, ({ paused: _, ...job }) => job);
  }

  async run(tenant: string, name: string, by: string): ReturnType<SchedulerRpc['run']> {
    const plan = this.#of(tenant);
    const schedule = plan?.schedules.find((each) => each.name === name);
    if (!plan || !schedule) return null;
    const at = this.ports.now();
    try {
      return await this.ports.start(plan, schedule, { key: `schedule:${name}:now:${at}`, data: dataOf({ schedule, at }), by });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const { code, message, extra } = error;
      return { refused: { code, message, ...(typeof extra.retry_after === 'number' ? { retry_after: extra.retry_after } : {}) } };
    }
  }

  override async alarm(): Promise<void> {
    if (isHeldBack(this.ctx)) return;
    if (!this.#plan) return;
    const now = this.ports.now();
    try {
      const active = await this.ports.active(this.#plan);
      const next = active ?? { ...this.#plan, hash: '', schedules: [] };
      if (next.hash !== this.#plan.hash) this.#plan = planned(this.#plan, next, now);
      await this.#keep((await runDue(this.#plan, now, this.ports)).plan);
    } catch (error) {
      console.error(JSON.stringify({ level: 'error', message: `schedules: ${String(error)}`, tenant: this.#plan.tenant, workflow: this.#plan.workflow }));
      await this.ctx.storage.setAlarm(now + AGAIN_MS);
    }
  }

  #of(tenant: string): Plan | undefined {
    return this.#plan?.tenant === tenant ? this.#plan : undefined;
  }

  async #change(tenant: string, name: string, change: (job: Plan['jobs'][string]) => Plan['jobs'][string]): Promise<boolean> {
    const plan = this.#of(tenant);
    const job = plan && Object.hasOwn(plan.jobs, name) ? plan.jobs[name] : undefined;
    if (!plan || !job) return false;
    await this.#keep({ ...plan, jobs: { ...plan.jobs, [name]: change(job) } });
    return true;
  }

  #load(): Plan | undefined {
    return this.ctx.storage.kv.get<Plan>('plan');
  }

  async #keep(plan: Plan): Promise<void> {
    this.#plan = plan;
    this.ctx.storage.kv.put('plan', plan);
    const at = wakeAt(plan);
    if (at === undefined) await this.ctx.storage.deleteAlarm();
    else await this.ctx.storage.setAlarm(at);
  }

  carry<O extends CarryOrder>(order: O): Promise<CarryAnswers[O['do']]> {
    return carry(this.ctx, order);
  }

  erase(): Promise<void> {
    return eraseObject(this.ctx);
  }
}
