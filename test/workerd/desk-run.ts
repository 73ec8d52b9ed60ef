/** One execution on the desk, run until nothing of it is under way, or stopped short of that. */
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import type { ExecutionRpc, StartRequest } from '#contracts/execution-rpc';
import { definitionOf, type Scenario } from '../unit/engine/simulation.ts';
import { layDesk } from './desk-execution.ts';

export const TENANT = 'acme';
export const HOUR = 3_600_000;
export type Stub = DurableObjectStub & ExecutionRpc;

/** `stops`: what is under way is left so. */
export async function ended(scenario: Scenario, { name, more, stops }: { name?: string; more?: Partial<StartRequest>; stops?: true } = {}) {
  const definition = definitionOf(scenario.pipeline);
  const desk = layDesk(definition, scenario.script);
  desk.retention_ms = HOUR;
  const id = name === undefined ? env.DESK_EXECUTION.newUniqueId() : env.DESK_EXECUTION.idFromName(name);
  const object = () => env.DESK_EXECUTION.get(id) as unknown as Stub;
  const request: StartRequest = {
    tenant: TENANT,
    region: 'us',
    workflow: 'shop',
    workflow_id: 'wf_1',
    version: 1,
    definition: definition.hash,
    environment: 'production',
    pipeline: scenario.pipeline.name,
    trigger: 'manual',
    trigger_data: {},
    trace_id: '0af7651916cd43dd8448eb211c80319c',
    wait_ms: 1,
    ...more,
  };
  const started = await object().start(request);
  while (!stops && desk.pending.length > 0) {
    const effect = desk.pending.shift()!;
    desk.now += 10;
    await runInDurableObject(object(), () => effect.resolve(effect.answer.outcome));
    await object().summary(TENANT);
  }
  return { desk, object, request, started };
}

export const alarmOf = (object: () => Stub) => runInDurableObject(object(), (_, state) => state.storage.getAlarm());
