/**
 * The jobs of one application in one environment. Object name: `{tenant}/{workflow}/{environment}`.
 *
 * 1. A run is started under the key `schedule:{job}:{time}` before the plan says that it was: a crash in between starts
 *    it again under the same key, which is the same execution.
 * 2. What is active is asked of the store at every alarm: a deployment whose news were lost is taken over then.
 * 3. One row is written for all jobs of an alarm.
 * 4. A schedule that is not let in waits by itself (`scheduler/runs.ts`).
 * 5. What changes the plan is done one after the other: nothing that somebody decides while runs are started is lost.
 */
import { DurableObject } from 'cloudflare:workers';
import type { ErasableRpc } from '#contracts/erasure';
import type { CarriableRpc, CarryAnswers, CarryOrder } from '#contracts/moving';
import { Problem } from '#contracts/problems';
import type { SchedulePlan, SchedulerRpc } from '#contracts/scheduler-rpc';
import { orAgain } from '#objects/again';
import { carry, isHeldBack } from '#objects/carried';
import { eraseObject } from '#objects/erasable';
import { later } from '#objects/later';
import { type Plan, planned, wakeAt } from '#objects/scheduler/plan';
import { dataOf, type Runs, runDue } from '#objects/scheduler/runs';
import { Turns } from '#objects/turns';

export interface SchedulerPorts extends Runs {
  now(): number;
  /** What is deployed; `null` when nothing is. */
  active(plan: Pick<SchedulePlan, 'tenant' | 'workflow' | 'environment'>): Promise<SchedulePlan | null>;
}

export abstract class SchedulerObjectBase<Env = unknown> extends DurableObject<Env> implements SchedulerRpc, ErasableRpc, CarriableRpc {
  protected abstract readonly ports: SchedulerPorts;
  #plan: Plan | undefined = this.#load();
  readonly #turns = new Turns();

  sync(next: SchedulePlan): Promise<void> {
    return this.#turns.take(async () => {
      if (!this.#plan && next.schedules.length === 0) return;
      await this.#keep(planned(this.#plan, next, this.ports.now()));
    });
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

  override alarm(): Promise<void> {
    return this.#turns.take(async () => {
      const plan = this.#plan;
      if (!plan || isHeldBack(this.ctx)) return;
      const { tenant, workflow } = plan;
      await orAgain(this.ctx.storage, { what: 'schedules', tenant, workflow }, this.ports.now, () => this.#run(plan));
    });
  }

  async #run(plan: Plan): Promise<void> {
    const now = this.ports.now();
    const active = await this.ports.active(plan);
    const next = active ?? { ...plan, hash: '', schedules: [] };
    this.#plan = next.hash === plan.hash ? plan : planned(plan, next, now);
    await this.#keep((await runDue(this.#plan, now, this.ports)).plan);
  }

  #of(tenant: string): Plan | undefined {
    return this.#plan?.tenant === tenant ? this.#plan : undefined;
  }

  #change(tenant: string, name: string, change: (job: Plan['jobs'][string]) => Plan['jobs'][string]): Promise<boolean> {
    return this.#turns.take(async () => {
      const plan = this.#of(tenant);
      const job = plan && Object.hasOwn(plan.jobs, name) ? plan.jobs[name] : undefined;
      if (!plan || !job) return false;
      await this.#keep({ ...plan, jobs: { ...plan.jobs, [name]: change(job) } });
      return true;
    });
  }

  #load(): Plan | undefined {
    return this.ctx.storage.kv.get<Plan>('plan');
  }

  async #keep(plan: Plan): Promise<void> {
    this.#plan = plan;
    this.ctx.storage.kv.put('plan', plan);
    const at = wakeAt(plan);
    if (at === undefined) await this.ctx.storage.deleteAlarm();
    else await this.ctx.storage.setAlarm(later(this.ports.now(), at));
  }

  carry<O extends CarryOrder>(order: O): Promise<CarryAnswers[O['do']]> {
    return carry(this.ctx, order);
  }

  erase(): Promise<void> {
    return eraseObject(this.ctx);
  }
}
