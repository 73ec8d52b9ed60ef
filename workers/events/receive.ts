/**
 * One event to all whom it concerns. Each of them knows its id, so that receiving it again changes nothing.
 *
 * Invariant: an event is given up only once whoever it did not reach has it as a dead letter.
 */
import type { EventMessage } from '#contracts/bus-rpc';
import type { RegionEnv } from '#workers/env';
import { mailHit } from '#workers/events/breakpoint-mail';
import { deliver } from '#workers/events/deliver';
import { callHooks } from '#workers/events/hooks';
import { isHopeless, keepUndelivered } from '#workers/events/undelivered';
import { wakeWaiting } from '#workers/events/waiting';
import { goneTo, sendAfter } from '#workers/moving/late';

/** Before what cannot be delivered becomes a dead letter. */
export const MAX_TRIES = 10;

/** An event whose tenant has moved is sent after it. Throws Problem('tenant_moving') while it is on its way, and as `receive`. */
export async function receiveHere(message: EventMessage, env: RegionEnv, tries = 1): Promise<void> {
  const peer = await goneTo(env, message.tenant);
  return peer ? sendAfter(peer, { events: [message] }) : receive(message, env, tries);
}

/** `tries`: this one included. Throws where it has to be tried again. */
export async function receive(message: EventMessage, env: RegionEnv, tries = 1): Promise<void> {
  const isLast = tries >= MAX_TRIES;
  const { missed, error } = await deliver(message, env);
  const given = isLast ? missed : missed.filter(isHopeless);
  for (const each of given) await keepUndelivered(env, message.tenant, each, tries, Date.now());
  const open = missed.find((each) => !given.includes(each));
  const failed = await attempt(async () => {
    await wakeWaiting(message, env);
    // Before what may be down on the other side.
    await mailHit(message, env);
    await callHooks(message, env);
  });
  const others = error ?? failed;
  if (others !== undefined && isLast) complain(message, others);
  if (open) throw open.error;
  if (others !== undefined && !isLast) throw others;
}

async function attempt(work: () => Promise<void>): Promise<unknown> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error ?? new Error('failed');
  }
}

function complain({ tenant, id, type }: EventMessage, error: unknown): void {
  console.error(JSON.stringify({ level: 'error', message: `event given up: ${String(error)}`, tenant, event: id, topic: type }));
}
