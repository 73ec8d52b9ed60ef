/** The actors port of an effect: actors of the effect's own application and environment, by the version that runs now. */
import { fnv1a } from '#contracts/fnv1a';
import { LIMITS } from '#contracts/limits';
import { INSTANCE_ID } from '#contracts/machine';
import { Problem } from '#contracts/problems';
import type { PerformEffect } from '#contracts/step';
import type { ActorPort } from '#steps/define-step';
import { actorObject } from '#workers/actors/handlers';
import type { RegionEnv } from '#workers/env';
import { runningApplication } from '#workers/machines/objects';

export function createActors(env: RegionEnv, effect: PerformEffect): ActorPort {
  const { tenant, workflow, environment, execution_id } = effect;
  return {
    async tell(pool, { identity, message, wait_ms }, key) {
      const { application, definition } = await runningApplication(env, tenant, workflow, environment);
      const actors = definition.actors ?? {};
      const known = Object.hasOwn(actors, pool) ? actors[pool] : undefined;
      if (!known) throw new Problem('step_config_invalid', `${workflow} has no pool of actors ${pool}; it has: ${Object.keys(actors).join(', ') || 'none'}.`);
      const chosen = routed(known.routing_key, message.payload);
      const named = identity ?? (known.size === undefined ? chosen : `${pool}-${spread(chosen ?? key, known.size)}`);
      if (named === undefined) throw new Problem('step_config_invalid', `A message to ${pool} needs an identity: each actor of this pool has its own.`);
      if (!INSTANCE_ID.test(named))
        throw new Problem('step_config_invalid', 'The identity of an actor has 1 to 200 characters, none of them a space or a control character.');
      const address = { tenant, workflow, environment, pool, identity: named };
      const order = { application, message, key, by: `execution:${execution_id}`, wait_ms: Math.min(wait_ms, LIMITS.syncWaitMs) };
      const answer = await actorObject(env, address)
        .then((actor) => actor.tell(address, order))
        .catch((cause: unknown) => {
          throw new Problem('connection_failed', `${pool}/${named} did not answer; a further attempt is the same message.`, { cause });
        });
      if (answer.kind === 'failed')
        throw new Problem(answer.code, answer.message, { extra: answer.execution_id ? { details: { handler_execution: answer.execution_id } } : {} });
      if (answer.kind === 'taken' && wait_ms > 0)
        throw new Problem('step_timeout', `${pool}/${named} has not replied in time; the message stays with it, and a further attempt gets its reply.`);
      return { identity: named, seq: answer.seq, ...(answer.kind === 'replied' ? { reply: answer.reply, execution_id: answer.execution_id } : {}) };
    },
  };
}

function routed(field: string | undefined, payload: unknown): string | undefined {
  if (field === undefined || typeof payload !== 'object' || payload === null) return undefined;
  const value = (payload as Record<string, unknown>)[field];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** The same key is the same actor, so that an attempt that is repeated finds its message. */
function spread(key: string, size: number): number {
  return fnv1a(key) % size;
}
