/**
 * The pseudonyms of a region: a keyed hash, so that nobody without the key finds a value by trying, and one key for each
 * tenant, so that two tenants' data cannot be matched.
 */
import { createHmac } from 'node:crypto';
import type { SeenEvent } from '#contracts/bus-rpc';
import type { Json } from '#contracts/json';
import type { MaskRules } from '#contracts/mask';
import type { StepOutcome } from '#contracts/step';
import type { EventMask } from '#engine/ports';
import { asLetters, type Masker, masker, type Pseudonym } from '#language/mask';
import type { RegionEnv } from '#workers/env';

type MaskEnv = Pick<RegionEnv, 'SECRETS_KEY' | 'SESSION_SECRET'>;

/** 96 bits: two values of a tenant do not get the same. */
const LETTERS = 24;

function pseudonymOf(env: MaskEnv, tenant: string): Pseudonym {
  const key = createHmac('sha256', env.SECRETS_KEY ?? env.SESSION_SECRET)
    .update(`pseudonyms of ${tenant}`)
    .digest();
  return (value) => asLetters(createHmac('sha256', key).update(value).digest('hex').slice(0, LETTERS));
}

export function maskerOf(env: MaskEnv, rules: MaskRules, tenant: string): Masker {
  return masker(rules, pseudonymOf(env, tenant));
}

/** An event as it is kept until others have come that belong to it: as the pipeline that they start together would keep it. */
export function maskedForPattern(env: MaskEnv, rules: MaskRules, tenant: string, event: SeenEvent): Json {
  const { trigger } = maskerOf(env, rules, tenant);
  const { data } = trigger({ type: event.type, data: { events: [{ ...event }] } }) as { data: { events: [{ data: Json }] } };
  return data.events[0].data;
}

/** What came of a step, as the log would keep it. */
export function maskedOutcome(env: MaskEnv, rules: MaskRules, { tenant, step }: { tenant: string; step: string }, outcome: StepOutcome): StepOutcome {
  if (outcome.kind !== 'completed') return outcome;
  const { output: value, response } = outcome;
  const event = { step_name: step, output: { value }, ...(response ? { response } : {}) };
  const kept = maskerOf(env, rules, tenant).event('step.output_recorded', event);
  return { kind: 'completed', output: (kept.output as { value: Json }).value, ...(kept.response ? { response: kept.response } : {}) };
}

export function eventMask(env: MaskEnv): EventMask {
  return (rules, tenant, type, data) => maskerOf(env, rules, tenant).event(type, data);
}
