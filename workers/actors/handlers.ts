/** The handlers of actors: pipelines, started as executions under the number of their message. */
import type { ActorAddress, ActorRpc } from '#contracts/actor';
import type { Pipeline } from '#contracts/definition';
import { isJsonObject, type JsonObject } from '#contracts/json';
import type { HandlerOrder, HandlerResult } from '#objects/actor/mailbox';
import type { RegionEnv } from '#workers/env';
import { noteObject } from '#workers/named-objects';
import { callsOf } from '#workers/objects/calls';
import { objectNamed } from '#workers/objects/stubs';
import type { Started } from '#workers/start';
import { startForObject } from '#workers/start-for-object';
import { storesOf } from '#workers/stores';

/** A message stands in the mailbox once under its key. */
const calls = callsOf<ActorRpc>('actor', { tell: ([address, order], elapsedMs) => [address, { ...order, wait_ms: Math.max(0, order.wait_ms - elapsedMs) }] });

/** Noted before it holds anything. */
export async function actorObject(env: RegionEnv, address: ActorAddress): Promise<ActorRpc> {
  const name = [address.tenant, address.workflow, address.environment, address.pool, address.identity].map(encodeURIComponent).join('/');
  await noteObject(env, 'ACTOR', address.tenant, name);
  return objectNamed(calls, env.ACTOR, env, name);
}

export async function handleMessage(env: RegionEnv, { address, order, state, seq, attempt }: HandlerOrder): Promise<HandlerResult> {
  const { tenant, pool, identity } = address;
  const { application, message, by } = order;
  const definition = await storesOf(env).definitions.get(tenant, application.hash);
  const actors = definition?.actors?.[pool];
  const name = actors && Object.hasOwn(actors.receive, message.type) ? actors.receive[message.type]! : undefined;
  const pipeline = name === undefined ? undefined : definition!.pipelines[name];
  if (!pipeline)
    return {
      kind: 'failed',
      code: 'unknown_message',
      message: `${pool} does not take messages of the type ${message.type.slice(0, 100)}.`,
      execution_id: '',
      again: false,
    };
  const started = await startForObject(env, address, {
    application,
    pipeline,
    data: { message: { type: message.type, payload: message.payload }, actor: { pool, identity, system: pool }, state },
    idempotency_key: `actor/${pool}/${identity}/${seq}/${attempt}`,
    with_outputs: true,
    by,
    tags: { actor: `${pool}/${identity}`, message: message.type },
  });
  return resultOf(started, pipeline, attempt < actors!.retries);
}

function resultOf(started: Started, pipeline: Pipeline, again: boolean): HandlerResult {
  const { ended, status, error, outputs, execution_id } = started;
  if (!ended) return { kind: 'running' };
  if (status === 'completed') return { kind: 'replied', reply: replyOf(outputs ?? {}, pipeline), execution_id };
  return { kind: 'failed', code: 'actor_failed', message: error?.message ?? `The handler ended ${status}.`, execution_id, again };
}

/** What the last step of the handler gave. */
function replyOf(outputs: JsonObject, pipeline: Pipeline): JsonObject {
  for (const node of [...pipeline.nodes].reverse()) {
    const output = Object.hasOwn(outputs, node.name) ? outputs[node.name] : undefined;
    if (output !== undefined) return isJsonObject(output) ? output : { result: output };
  }
  return {};
}
