/** From an execution's id, or its key, to its object. */
import type { ExecutionRpc } from '#contracts/execution-rpc';
import { executionIdFromHex, hexFromExecutionId } from '#contracts/ids';
import type { CarriableRpc } from '#contracts/moving';
import { Problem } from '#contracts/problems';
import type { RegionEnv } from '#workers/env';
import { inRegion, placementOptions } from '#workers/placement';

/** One that was made in another region may have come here, into an object that is named by its id. Throws Problem('invalid_id') for what is no id. */
export function executionStub(env: RegionEnv, executionId: string): ExecutionRpc & CarriableRpc {
  const namespace = inRegion(env.EXECUTION, env);
  const hex = hexFromExecutionId(executionId);
  if (hex === undefined) throw new Problem('invalid_id', `"${executionId.slice(0, 80)}" is not the id of an execution.`);
  const id = isOfThisRegion(env, executionId) ? namespace.idFromString(hex) : namespace.idFromName(`moved/${executionId}`);
  return namespace.get(id, placementOptions(env)) as unknown as ExecutionRpc & CarriableRpc;
}

/** Whether the id is one that this region's objects can have; one that has come from elsewhere has another. Looks into no store. */
export function isOfThisRegion(env: Pick<RegionEnv, 'EXECUTION' | 'PLACEMENT' | 'MODE'>, executionId: string): boolean {
  const hex = hexFromExecutionId(executionId);
  if (hex === undefined) return false;
  try {
    inRegion(env.EXECUTION, env).idFromString(hex);
    return true;
  } catch {
    return false;
  }
}

/** Id of the execution whose object has this name. */
export function namedExecutionId(env: RegionEnv, name: string): string {
  return executionIdFromHex(inRegion(env.EXECUTION, env).idFromName(name).toString());
}

/** A new execution's object: named by its key, or without a name (created without asking around) where there is no key. */
export function newExecutionStub(env: RegionEnv, name?: string): ExecutionRpc & CarriableRpc {
  const namespace = inRegion(env.EXECUTION, env);
  const id = name === undefined ? namespace.newUniqueId() : namespace.idFromName(name);
  return namespace.get(id, placementOptions(env)) as unknown as ExecutionRpc & CarriableRpc;
}
