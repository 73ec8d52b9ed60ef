/**
 * API keys: `wfk_{tenant}_{32 base62}`.
 *
 * 1. Only a key's hash is stored; the key is in no message and no log line.
 * 2. That a key was used is written down beside the request, at most once in some minutes.
 */
import { type Grants, NO_GRANTS } from '#contracts/access';
import { Problem } from '#contracts/problems';
import type { ApiKey } from '#storage/access-ports';
import { IsolateCache } from '#storage/isolate-cache';
import type { RegionEnv } from '#workers/env';
import type { Actor } from '#workers/identity/actor';
import { sha256Hex } from '#workers/identity/digest';
import { grantsOf } from '#workers/identity/grants';
import { storesOf } from '#workers/stores';

const KEY_FORM = /^wfk_[a-z0-9-]{1,63}_[0-9A-Za-z]{32}$/;
const KEY_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const USED_EVERY_MS = 5 * 60_000;

type KeyEnv = Pick<RegionEnv, 'DB' | 'STORE'>;

/** Whether the text has the form of a key; not whether there is such a key. */
export function isApiKey(text: string): boolean {
  return KEY_FORM.test(text);
}

/** Runs beside the request, and may outlive its answer. */
export type Later = (task: Promise<unknown>) => void;

/** Noted by this isolate a short while ago; the row may not say so yet. */
const noted = new IsolateCache<true>({ max: 5000, ttlMs: USED_EVERY_MS });

/** The actor of a key; `null` when there is no such key. Throws Problem('unauthenticated') when its time is over. */
export async function actorOfApiKey(text: string, env: KeyEnv, later: Later): Promise<Actor | null> {
  if (!isApiKey(text)) return null;
  const key = await storesOf(env).apiKeys.byHash(await sha256Hex(text));
  return key ? actorOfStored(key, env, later) : null;
}

/** The actor of a session that was opened with a key: with what the key is today. */
export async function actorOfKeyId(tenant: string, id: string, env: KeyEnv, later: Later): Promise<Actor | null> {
  const key = await storesOf(env).apiKeys.byId(tenant, id);
  return key ? actorOfStored(key, env, later) : null;
}

async function actorOfStored(key: ApiKey, env: KeyEnv, later: Later): Promise<Actor> {
  const now = Date.now();
  if (key.expires_at !== undefined && key.expires_at <= now)
    throw new Problem('unauthenticated', 'The key has expired. Make a new one, or rotate keys before they expire.');
  noteUse(key, env, now, later);
  const { id, tenant, service_account: account } = key;
  const common = { tenant, scopes: key.scopes ?? null, key_id: id, platform: false };
  if (account !== undefined) return { ...common, kind: 'service', id: account, by: `service:${account}`, grants: await grantsOf(env, tenant, account) };
  return { ...common, kind: 'key', id, by: `key:${id}`, grants: await ownGrants(env, key) };
}

/** What a role of its own comes to. */
async function ownGrants(env: KeyEnv, { tenant, role, organization, project }: ApiKey): Promise<Grants> {
  if (role === undefined) return NO_GRANTS;
  if (project !== undefined) return { ...NO_GRANTS, projects: { [project]: role } };
  if (organization !== undefined) return storesOf(env).members.grantsIn(tenant, organization, role);
  return { ...NO_GRANTS, company: role };
}

function noteUse(key: ApiKey, env: KeyEnv, now: number, later: Later): void {
  const place = `${key.tenant}/${key.id}`;
  if (now - (key.last_used_at ?? 0) < USED_EVERY_MS || noted.get(place)) return;
  noted.set(place, true);
  later(
    storesOf(env)
      .apiKeys.used(key.tenant, key.id, now)
      .catch((error) => {
        noted.delete(place);
        console.error(JSON.stringify({ level: 'error', message: 'The last use of a key could not be written down', key: key.id, error: String(error) }));
      }),
  );
}

/** A new key and what is stored of it. */
export async function newApiKey(tenant: string): Promise<{ key: string; hash: string; prefix: string }> {
  let digits = '';
  while (digits.length < 32) {
    // 248 is the greatest multiple of 62 in a byte: what is above would favour the first digits.
    for (const byte of crypto.getRandomValues(new Uint8Array(48))) if (byte < 248 && digits.length < 32) digits += KEY_DIGITS[byte % 62];
  }
  const key = `wfk_${tenant}_${digits}`;
  return { key, hash: await sha256Hex(key), prefix: key.slice(0, `wfk_${tenant}_`.length + 4) };
}
