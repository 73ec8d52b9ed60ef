/**
 * The pseudonyms of a region: a keyed hash, so that nobody without the key finds a value by trying, and one key for each
 * tenant, so that two tenants' data cannot be matched.
 */
import { createHmac } from 'node:crypto';
import type { MaskRules } from '#contracts/mask';
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

export function eventMask(env: MaskEnv): EventMask {
  return (rules, tenant, type, data) => maskerOf(env, rules, tenant).event(type, data);
}
