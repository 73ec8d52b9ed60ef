/**
 * Where the things of a tenant are that are carried object by object: the same names lead to the object that sends them,
 * and, in the other region, to the one that takes them. How they are listed, `workers/erasure/stages.ts` says.
 */
import { createHash } from 'node:crypto';
import type { BreakerName } from '#contracts/breaker';
import type { CarriableRpc, CarryAnswers, CarryOrder, MoveStage } from '#contracts/moving';
import { auditLogOf } from '#workers/api/audit';
import { breakerOf } from '#workers/breakers/ports';
import type { RegionEnv } from '#workers/env';
import { executionStub } from '#workers/execution-stub';
import { machineObject } from '#workers/machines/objects';
import { inRegion, placementOptions } from '#workers/placement';

/** Stages whose things are objects. */
export type ObjectStage = Exclude<MoveStage, 'files' | 'rows'>;

export function isObjectStage(stage: MoveStage): stage is ObjectStage {
  return stage !== 'files' && stage !== 'rows';
}

/** `name`: as the stage's plan lists it. */
export function carriableOf(env: RegionEnv, stage: ObjectStage, tenant: string, name: string): CarriableRpc {
  switch (stage) {
    case 'executions':
      return executionStub(env, executionOf(name));
    case 'machines': {
      const [environment, workflow, machine, , id] = partsOf(name) as [string, string, string, string, string];
      return machineObject(env, { tenant, environment, workflow, machine, id }) as unknown as CarriableRpc;
    }
    case 'breakers': {
      const [environment, breaker] = partsOf(name) as [string, string];
      return breakerCarriage(env, { tenant, environment, name: breaker });
    }
    case 'objects': {
      const [kind, object] = partsOf(name) as [keyof RegionEnv, string];
      return inRegion(env[kind] as DurableObjectNamespace, env).getByName(object, placementOptions(env)) as unknown as CarriableRpc;
    }
    case 'keys':
      return inRegion(env.KEY_STORE, env).getByName(name, placementOptions(env)) as unknown as CarriableRpc;
    case 'audit':
      return auditLogOf(env, name) as unknown as CarriableRpc;
  }
}

/** The id in an execution's place on its list. */
export function executionOf(name: string): string {
  return partsOf(name)[1]!;
}

function partsOf(name: string): string[] {
  return (JSON.parse(name) as (string | number)[]).map(String);
}

/** A circuit breaker is one record, and no native object. */
function breakerCarriage(env: RegionEnv, name: BreakerName): CarriableRpc {
  const breaker = breakerOf(env)(name);
  const carry = async (order: CarryOrder): Promise<CarryAnswers[CarryOrder['do']]> => {
    switch (order.do) {
      case 'pack':
      case 'read':
        return { kv: [['record', await breaker.packed(name)]], next: null };
      case 'unpack':
        await breaker.adopt(name, order.parcel.kv?.[0]?.[1] ?? null);
        return undefined;
      case 'digest':
        return createHash('sha256')
          .update(JSON.stringify(await breaker.packed(name)))
          .digest('hex');
      default:
        return undefined;
    }
  };
  return { carry: carry as CarriableRpc['carry'] };
}
