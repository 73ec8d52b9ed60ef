/** What the object of a state machine leans on, over the bindings of its Worker. */
import type { StartResult } from '#contracts/execution-rpc';
import { isJsonObject, type JsonObject } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import type { HttpAnswer } from '#contracts/step';
import { guardTest } from '#language/guards';
import type { OuterMachinePorts } from '#objects/state-machine';
import type { HookOrder, HookResult } from '#objects/state-machine/ports';
import type { RegionEnv } from '#workers/env';
import { newExecutionStub } from '#workers/execution-stub';
import { keyedName, startExecution } from '#workers/start';
import { storesOf } from '#workers/stores';

export function machineObjectPorts(env: RegionEnv, project: OuterMachinePorts['project']): OuterMachinePorts {
  const { definitions } = storesOf(env);
  return {
    async rules(address, { hash }) {
      const definition = await definitions.get(address.tenant, hash);
      const machines = definition?.machines ?? {};
      const machine = Object.hasOwn(machines, address.machine) ? machines[address.machine] : undefined;
      return definition && machine ? { machine, test: guardTest(definition.config, Date.now) } : null;
    },
    hookExecution: ({ address: { tenant, workflow, environment }, pipeline, key }) =>
      newExecutionStub(env, keyedName({ tenant, workflow, environment, pipeline, idempotency_key: key })).id,
    runHook: (order) => runHook(env, order),
    project,
    now: Date.now,
  };
}

/** A hook is an execution like any other; the same order finds the same execution. */
async function runHook(env: RegionEnv, order: HookOrder): Promise<HookResult> {
  const { address, application } = order;
  const { tenant, workflow, environment } = address;
  const definition = await storesOf(env).definitions.get(tenant, application.hash);
  const pipelines = definition?.pipelines ?? {};
  const pipeline = Object.hasOwn(pipelines, order.pipeline) ? pipelines[order.pipeline] : undefined;
  if (!pipeline) return { kind: 'refused', message: `there is no pipeline ${order.pipeline} any more` };
  const started = await startExecution(env, {
    stays: true,
    tenant,
    deployment: { ...application, workflow, environment },
    pipeline,
    trigger: 'workflow',
    data: order.data,
    idempotency_key: order.key,
    wait_ms: LIMITS.syncWaitMs,
    by: order.by,
    tags: { machine: address.machine, instance: address.id, transition: order.data.transition ?? null },
  });
  return resultOf(started);
}

function resultOf({ ended, status, answer, error }: Exclude<StartResult, { kind: 'expired' }>): HookResult {
  if (!ended) return { kind: 'running' };
  if (status !== 'completed') return { kind: 'refused', message: error?.message ?? `its execution ended ${status}` };
  const data = answer && bodyOf(answer);
  if (answer && answer.status >= 400) return { kind: 'refused', message: reasonOf(data) ?? `it answered ${answer.status}` };
  return { kind: 'passed', ...(data ? { data } : {}) };
}

function bodyOf(answer: HttpAnswer): JsonObject | undefined {
  if (answer.encoding !== undefined) return undefined;
  try {
    const value: unknown = JSON.parse(answer.body);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function reasonOf(body: JsonObject | undefined): string | undefined {
  const reason = body?.detail ?? body?.error ?? body?.message ?? body?.reason;
  return typeof reason === 'string' && reason !== '' ? reason : undefined;
}
