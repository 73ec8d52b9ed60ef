/**
 * The jobs of one application in one environment. Object name: `{tenant}/{workflow}/{environment}`.
 *
 * 1. A run is started under the key `schedule:{job}:{time}` before the plan says that it was: a crash in between starts
 *    it again under the same key, which is the same execution.
 * 2. What is active is asked of the store at every alarm: a deployment whose news were lost is taken over then.
 * 3. One row is written for all jobs of an alarm.
 */
import { DurableObject } from 'cloudflare:workers';
import type { Schedule } from '#contracts/definition';
import type { JsonObject } from '#contracts/json';
import type { SchedulePlan, SchedulerRpc } from '#contracts/scheduler-rpc';
import { advanced, type Due, dueRuns, type Plan, planned, wakeAt } from '#objects/scheduler/plan';

export interface SchedulerPorts {
  now(): number;
  /** What is deployed; `null` when nothing is. */
  active(plan: Pick<SchedulePlan, 'tenant' | 'workflow' | 'environment'>): Promise<SchedulePlan | null>;
  start(plan: SchedulePlan, schedule: Schedule, order: { key: string; data: JsonObject; by: string }): Promise<{ execution_id: string }>;
  /** Whether the execution has not ended. */
  running(tenant: string, executionId: string): Promise<boolean>;
  cancel(tenant: string, executionId: string, reason: string): Promise<void>;
}

/** A store or an object that does not answer is asked again after this, ms. */
const AGAIN_MS = 5000;

export abstract class SchedulerObjectBase<Env = unknown> extends DurableObject<Env> implements SchedulerRpc {
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
    return this.ports.start(plan, schedule, { key: `schedule:${name}:now:${at}`, data: dataOf({ schedule, at }), by });
  }

  override async alarm(): Promise<void> {
    if (!this.#plan) return;
    const now = this.ports.now();
    try {
      const active = await this.ports.active(this.#plan);
      const next = active ?? { ...this.#plan, hash: '', schedules: [] };
      if (next.hash !== this.#plan.hash) this.#plan = planned(this.#plan, next, now);
      const done: { name: string; at: number; execution_id?: string; note?: string }[] = [];
      for (const due of dueRuns(this.#plan, now)) done.push({ name: due.schedule.name, at: due.at, ...(await this.#start(this.#plan, due, done)) });
      await this.#keep(advanced(this.#plan, now, done));
    } catch (error) {
      console.error(JSON.stringify({ level: 'error', message: `schedules: ${String(error)}`, tenant: this.#plan.tenant, workflow: this.#plan.workflow }));
      await this.ctx.storage.setAlarm(now + AGAIN_MS);
    }
  }

  async #start(plan: Plan, due: Due, done: readonly { name: string; execution_id?: string }[]): Promise<{ execution_id?: string; note?: string }> {
    const { schedule, at } = due;
    const last = done.findLast((each) => each.name === schedule.name)?.execution_id ?? plan.jobs[schedule.name]?.last_execution_id;
    if (schedule.overlap !== 'allow' && last !== undefined && (await this.ports.running(plan.tenant, last))) {
      if (schedule.overlap === 'skip') return { note: 'skipped: the run before had not ended' };
      await this.ports.cancel(plan.tenant, last, `the next run of ${schedule.name} is due`);
    }
    return this.ports.start(plan, schedule, { key: `schedule:${schedule.name}:${at}`, data: dataOf(due), by: `schedule:${schedule.name}` });
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
}

/** What a scheduled execution is started with. */
function dataOf({ schedule, at }: Due): JsonObject {
  const facts = { ...schedule.params, schedule: schedule.name, scheduled_at: new Date(at).toISOString() };
  return { ...facts, data: facts };
}
