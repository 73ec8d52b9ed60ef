/** What the object of a state machine leans on, over the bindings of its Worker. */
import { guardTest } from '#language/guards';
import type { OuterMachinePorts } from '#objects/state-machine';
import { hookResult } from '#objects/state-machine/hook-result';
import type { HookOrder, HookResult } from '#objects/state-machine/ports';
import type { RegionEnv } from '#workers/env';
import { namedExecutionId } from '#workers/execution-stub';
import { keyedName } from '#workers/start';
import { startForObject } from '#workers/start-for-object';
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
      namedExecutionId(env, keyedName({ tenant, workflow, environment, pipeline, idempotency_key: key })),
    runHook: (order) => runHook(env, order),
    project,
    now: Date.now,
  };
}

/** A hook is an execution like any other; the same order finds the same execution. */
async function runHook(env: RegionEnv, order: HookOrder): Promise<HookResult> {
  const { address, application } = order;
  const definition = await storesOf(env).definitions.get(address.tenant, application.hash);
  const pipelines = definition?.pipelines ?? {};
  const pipeline = Object.hasOwn(pipelines, order.pipeline) ? pipelines[order.pipeline] : undefined;
  if (!pipeline) return { kind: 'refused', message: `there is no pipeline ${order.pipeline} any more` };
  const started = await startForObject(env, address, {
    application,
    pipeline,
    data: order.data,
    idempotency_key: order.key,
    by: order.by,
    tags: { machine: address.machine, instance: address.id, transition: order.data.transition ?? null },
  });
  return hookResult(started);
}
