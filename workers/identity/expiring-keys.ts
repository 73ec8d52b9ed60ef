/**
 * API keys that run out within a week: who made one, and the admins of the place where its role holds, are told by mail, once.
 *
 * 1. What cannot be sent now is tried again an hour later, until the key has run out. Each mail has a key of its own, so whoever was reached the
 *    first time is not told twice.
 * 2. A company that is on its way to another region, or is being erased, is left alone.
 */
import { atLeast, COMPANY, type PlaceRef } from '#contracts/access';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import type { ApiKey } from '#storage/access-ports';
import type { RegionEnv } from '#workers/env';
import { placeOf } from '#workers/identity/places';
import { sendMail } from '#workers/mail/send';
import { isHosted } from '#workers/mode';
import { storesOf } from '#workers/stores';

const AGAIN_MS = 3_600_000;
const MOST_KEYS = 20;
/** Who made it, and so many admins. */
const MOST_ADMINS = 20;

/** Keys that were told of. */
export async function tellOfExpiringKeys(env: RegionEnv, now: number, most = MOST_KEYS): Promise<number> {
  const { apiKeys, moves } = storesOf(env);
  let told = 0;
  for (const key of await apiKeys.claimExpiring(now, now + AGAIN_MS, most)) {
    try {
      if ((await moves.open(key.tenant)) || (await moves.isClosed(key.tenant))) continue;
      if (key.expires_at! > now) await mailAbout(env, key, now);
      await apiKeys.told(key.tenant, key.id);
      told++;
    } catch (error) {
      const level = error instanceof Problem ? 'warn' : 'error';
      console[level](JSON.stringify({ level, message: `A key that runs out could not be told of: ${String(error)}`, tenant: key.tenant, key: key.id }));
    }
  }
  return told;
}

async function mailAbout(env: RegionEnv, key: ApiKey, now: number): Promise<void> {
  const { users } = storesOf(env);
  const subjects = await whoIsTold(env, key);
  const until = `${new Date(key.expires_at!).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const name = key.name.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').slice(0, 120);
  for (const { id, email, verified_at, disabled_at } of await users.byIds(key.tenant, subjects)) {
    if (verified_at === null || disabled_at !== null) continue;
    await sendMail(
      env,
      {
        tenant: key.tenant,
        key: `key-expiry/${key.id}/${id}`,
        kind: 'key-expiry',
        to: email,
        subject: `The API key ${name} runs out on ${until.slice(0, 10)}`,
        paragraphs: [
          `The API key ${name} (${key.prefix}…) of ${key.tenant} works until ${until}. Programs that show it are refused from then on.`,
          'Rotate it on the page API keys: a new key takes its place, and the old one goes on for as long as you say.',
        ],
        ...(isHosted(env) && env.DOMAIN ? { action: { label: 'Open the API keys', url: `https://${env.DOMAIN}/api-keys` } } : {}),
      },
      now,
    );
  }
}

/** Ids of people: who made the key, and the admins of its place and of those above. */
async function whoIsTold(env: RegionEnv, { tenant, created_by = '', ...key }: ApiKey): Promise<string[]> {
  const { hierarchy, members } = storesOf(env);
  const place = placeOf(key);
  const places: PlaceRef[] = [COMPANY];
  const project = place.level === 'project' ? await hierarchy.project(tenant, place.id) : null;
  if (project) places.unshift({ level: 'organization', id: project.organization });
  if (place.level !== 'company') places.unshift(place);
  const people = new Set(created_by.startsWith('user:') ? [created_by.slice('user:'.length)] : []);
  for (const each of places) {
    const { items } = await members.list(tenant, each, { limit: LIMITS.listMax });
    for (const { subject, role } of items) if (subject.startsWith('usr_') && atLeast(role, 'admin')) people.add(subject);
  }
  return [...people].slice(0, MOST_ADMINS + 1);
}
