/** Scheduler objects, from the outside: what is deployed reaches them, and what they start is an execution like any other. */
import type { ExecutionSummary } from '#contracts/execution';
import type { SchedulePlan, SchedulerRpc } from '#contracts/scheduler-rpc';
import type { SchedulerPorts } from '#objects/scheduler';
import type { ActiveDeployment } from '#storage/ports';
import type { RegionEnv } from '#workers/env';
import { executionStub } from '#workers/execution-stub';
import { noteObject } from '#workers/named-objects';
import { callsOf } from '#workers/objects/calls';
import { objectNamed } from '#workers/objects/stubs';
import { livesHere, lookElsewhere, regionOf } from '#workers/regions/elsewhere';
import { startExecution } from '#workers/start';
import { storesOf } from '#workers/stores';

export type SchedulePlace = Pick<SchedulePlan, 'tenant' | 'workflow' | 'environment'>;

/** A run that somebody asks for is another one each time. */
const calls = callsOf<SchedulerRpc>('scheduler', { sync: 'again', read: 'again', pause: 'again', resume: 'again', run: 'once' });

export function schedulerOf(env: RegionEnv, place: SchedulePlace): SchedulerRpc {
  return objectNamed(calls, env.SCHEDULER, env, schedulerName(place));
}

function schedulerName({ tenant, workflow, environment }: SchedulePlace): string {
  return `${tenant}/${workflow}/${environment}`;
}

/** Called after a deployment has become active, or `null` has: none. */
export async function syncSchedules(env: RegionEnv, place: SchedulePlace): Promise<void> {
  const plan = await activePlan(env, place);
  await noteObject(env, 'SCHEDULER', place.tenant, schedulerName(place));
  await schedulerOf(env, place).sync(plan ?? { ...place, hash: '', schedules: [] });
}

async function activePlan(env: RegionEnv, place: SchedulePlace): Promise<SchedulePlan | null> {
  const { deployments } = storesOf(env);
  const deployment = await deployments.active(place.tenant, place.workflow, place.environment);
  return deployment && planOf(env, place.tenant, deployment);
}

export async function planOf(env: RegionEnv, tenant: string, deployment: ActiveDeployment): Promise<SchedulePlan | null> {
  const definition = await storesOf(env).definitions.get(tenant, deployment.hash);
  if (!definition) return null;
  const { workflow, environment, hash } = deployment;
  return { tenant, workflow, environment, hash, schedules: definition.schedules ?? [] };
}

export function schedulerPorts(env: RegionEnv): SchedulerPorts {
  return {
    now: Date.now,
    active: (place) => activePlan(env, place),
    async start({ tenant, workflow, environment }, schedule, { key, data, by }) {
      const { deployments, definitions } = storesOf(env);
      const deployment = await deployments.active(tenant, workflow, environment);
      const definition = deployment && (await definitions.get(tenant, deployment.hash));
      const pipeline = definition?.pipelines[schedule.pipeline];
      if (!deployment || !pipeline) throw new Error(`${workflow} has no pipeline ${schedule.pipeline} any more`);
      const trigger = pipeline.trigger.type === 'cron' ? 'cron' : 'schedule';
      const { execution_id } = await startExecution(env, { tenant, deployment, pipeline, trigger, data, idempotency_key: key, wait_ms: 0, by });
      return { execution_id };
    },
    async running(tenant, executionId) {
      const summary = await summaryOf(env, tenant, executionId);
      return summary !== null && !ENDED.has(summary.status);
    },
    async cancel(tenant, executionId, reason) {
      const order = { reason, by: 'schedule' };
      if (await livesHere(env, tenant, executionId)) await executionStub(env, executionId).cancel(tenant, order);
      else await (await regionOf(env, tenant, executionId))?.ask('POST', `/executions/${executionId}/cancel`, order);
    },
    failed: (error, { tenant, workflow }, { name }) =>
      console.error(JSON.stringify({ level: 'error', message: `the schedule ${name} could not be started: ${String(error)}`, tenant, workflow })),
  };
}

const ENDED: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled', 'compensated']);

/** A scheduled execution may live in another region. */
async function summaryOf(env: RegionEnv, tenant: string, executionId: string): Promise<ExecutionSummary | null> {
  return (await livesHere(env, tenant, executionId)) ? executionStub(env, executionId).summary(tenant) : lookElsewhere(env, tenant, executionId);
}
