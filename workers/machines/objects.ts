/** From an instance of a state machine to its object, and to the rules that hold for it now. */
import type { Definition } from '#contracts/definition';
import type { ErasableRpc } from '#contracts/erasure';
import { INSTANCE_ID, type Machine, type MachineAddress, type MachineAnswer, type MachineApplication, type MachineRpc } from '#contracts/machine';
import type { CarriableRpc } from '#contracts/moving';
import { Problem } from '#contracts/problems';
import { machineNamed } from '#engine/machine';
import type { RegionEnv } from '#workers/env';
import { callsOf } from '#workers/objects/calls';
import { CARRIABLE, ERASABLE, objectNamed } from '#workers/objects/stubs';
import { storesOf } from '#workers/stores';

type MachineObject = MachineRpc & ErasableRpc & CarriableRpc;

/** What is done under a key is done once. */
const calls = callsOf<MachineObject>('state machine', {
  ...ERASABLE,
  ...CARRIABLE,
  create: (args) => (args[1].key === undefined ? undefined : args),
  move: (args) => (args[1].key === undefined ? undefined : args),
  read: 'again',
  history: 'again',
});

export function machineObject(env: RegionEnv, address: MachineAddress): MachineObject {
  const name = [address.tenant, address.workflow, address.environment, address.machine, address.id].map(encodeURIComponent).join('/');
  return objectNamed(calls, env.STATE_MACHINE, env, name);
}

/** A version of an application that runs now. */
export interface RunningApplication {
  application: MachineApplication;
  definition: Definition;
}

/** Throws Problem('not_deployed'). */
export async function runningApplication(env: RegionEnv, tenant: string, workflow: string, environment: string): Promise<RunningApplication> {
  const { deployments, definitions } = storesOf(env);
  const active = await deployments.active(tenant, workflow, environment);
  if (!active) throw new Problem('not_deployed', `${workflow} is not deployed in ${environment}; an instance follows the version that runs.`);
  const definition = await definitions.get(tenant, active.hash);
  if (!definition) throw new Problem('internal', `The definition of ${workflow} is missing in this region.`);
  return { application: { workflow_id: active.workflow_id, version: active.version, hash: active.hash }, definition };
}

/** By its own name, or by that of the engine that runs it. Throws Problem('unknown_machine'). */
export function machineOf(definition: Definition, name: string): Machine {
  const found = machineNamed(definition.machines ?? {}, name);
  if (found.kind === 'found') return found.machine;
  const known = Object.keys(definition.machines ?? {}).join(', ') || 'none';
  throw new Problem(
    'unknown_machine',
    found.kind === 'several'
      ? `${name} runs several state machines (${known}); name one of them.`
      : `${definition.name} has no state machine ${name.slice(0, 100)}; it has: ${known}.`,
  );
}

/** Throws Problem('invalid_id'). */
export function checkInstanceId(id: string): string {
  if (INSTANCE_ID.test(id)) return id;
  throw new Problem('invalid_id', 'The id of an instance has 1 to 200 characters, none of them a space or a control character.', { extra: { status: 400 } });
}

/** A refusal is a Problem that knows the state. */
export function moved(answer: MachineAnswer): Extract<MachineAnswer, { ok: true }> {
  if (answer.ok) return answer;
  const { code, message, state, execution_id } = answer;
  throw new Problem(code, message, { extra: refusalFacts(state, execution_id) });
}

/** What a reader of the refusal wants to know beside its code. */
export function refusalFacts(state: string | undefined, execution: string | undefined): { state?: string; hook_execution?: string } {
  return { ...(state === undefined ? {} : { state }), ...(execution === undefined ? {} : { hook_execution: execution }) };
}
