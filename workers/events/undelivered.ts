/**
 * An event that a pipeline cannot be started with becomes a dead letter of that pipeline.
 *
 * Invariants
 * 1. The same event and pipeline are the same letter, however often they are given up.
 * 2. What the pipeline masks is in no letter of it: it is kept as the execution would have kept it.
 */
import { LIMITS } from '#contracts/limits';
import { PROBLEMS, Problem } from '#contracts/problems';
import type { UndeliveredEvent } from '#contracts/undelivered';
import { checkTriggerData } from '#workers/data-schema';
import type { RegionEnv } from '#workers/env';
import type { Missed } from '#workers/events/deliver';
import { maskerOf } from '#workers/masks';
import { storesOf } from '#workers/stores';

/** The next try would end the same: what is wrong is the event, or the pipeline. */
export function isHopeless({ error }: Missed): boolean {
  return error instanceof Problem && !PROBLEMS[error.code].retryable && PROBLEMS[error.code].fault === 'user';
}

export async function keepUndelivered(env: RegionEnv, tenant: string, missed: Missed, tries: number, now: number): Promise<void> {
  const { pipeline, error } = missed;
  const masks = pipeline.mask && maskerOf(env, pipeline.mask, tenant);
  const start = masks ? { ...missed.start, data: masks.trigger(missed.start.data), ...(isAsAsked(missed) ? { checked: true as const } : {}) } : missed.start;
  const words = masks?.text(told(error)) ?? told(error);
  const { retention_ms = LIMITS.deadLetterRetentionMs, replayable = true, alert_threshold } = pipeline.dead_letter ?? {};
  await storesOf(env).deadLetters.keep(await eventOf(tenant, { ...missed, start }), {
    status: 'waiting',
    failed_at: new Date(now).toISOString(),
    expires_at: new Date(now + retention_ms).toISOString(),
    attempts: tries,
    error: { code: 'delivery_failed', message: `The event ${start.topic} could not be delivered: ${words}` },
    replayable,
    ...(alert_threshold === undefined ? {} : { alert_threshold }),
  });
  if (!isHopeless(missed)) complain(tenant, missed, masks?.text(String(error)) ?? String(error));
}

/** Once it is masked nobody can say. */
function isAsAsked({ pipeline, start }: Missed): boolean {
  try {
    checkTriggerData(pipeline, start.trigger, start.data);
    return true;
  } catch {
    return false;
  }
}

async function eventOf(tenant: string, { deployment: { environment, workflow }, pipeline: { name: pipeline }, start }: Missed): Promise<UndeliveredEvent> {
  const text = new TextEncoder().encode(JSON.stringify([start.idempotency_key, environment, workflow, pipeline]));
  const digest = Buffer.from(await crypto.subtle.digest('SHA-256', text)).toString('hex');
  return { tenant, id: `und_${digest.slice(0, 40)}`, environment, workflow, pipeline, start };
}

/** A user sees what is theirs to mend; what is ours is in the log. */
function told(error: unknown): string {
  return error instanceof Problem ? error.message : 'something went wrong on our side, each time.';
}

function complain(tenant: string, { deployment: { workflow }, pipeline, start }: Missed, words: string): void {
  const message = `event given up: ${words}`;
  console.error(JSON.stringify({ level: 'error', message, tenant, event: start.id, topic: start.topic, workflow, pipeline: pipeline.name }));
}
