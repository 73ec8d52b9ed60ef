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
import { keyStoreOf } from '#workers/idempotency/step-keys';
import { machineObject } from '#workers/machines/objects';
import { callsOf } from '#workers/objects/calls';
import { CARRIABLE, objectNamed } from '#workers/objects/stubs';

/** Stages whose things are objects. */
export type ObjectStage = Exclude<MoveStage, 'files' | 'rows'>;

export function isObjectStage(stage: MoveStage): stage is ObjectStage {
  return stage !== 'files' && stage !== 'rows';
}

const carriable = callsOf<CarriableRpc>('object', CARRIABLE);

/** `name`: as the stage's plan lists it. */
export function carriableOf(env: RegionEnv, stage: ObjectStage, tenant: string, name: string): CarriableRpc {
  switch (stage) {
    case 'executions':
      return executionStub(env, executionOf(name));
    case 'machines': {
      const [environment, workflow, machine, , id] = partsOf(name) as [string, string, string, string, string];
      return machineObject(env, { tenant, environment, workflow, machine, id });
    }
    case 'breakers': {
      const [environment, breaker] = partsOf(name) as [string, string];
      return breakerCarriage(env, { tenant, environment, name: breaker });
    }
    case 'objects': {
      const [kind, object] = partsOf(name) as [keyof RegionEnv, string];
      return objectNamed(carriable, env[kind] as DurableObjectNamespace, env, object);
    }
    case 'keys':
      return keyStoreOf(env, name);
    case 'audit':
      return auditLogOf(env, name);
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
