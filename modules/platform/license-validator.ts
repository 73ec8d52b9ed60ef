/**
 * The licence of an application: asked for at a server, kept for a while, and good for a while longer when the server is away.
 *
 * 1. What the server last said is on disk, so that a restart asks nobody anew.
 * 2. While the server cannot be reached, or says nothing that can be read, what it said last holds for the time of grace; what
 *    was invalid stays invalid.
 * 3. The key is in no answer and no log, whatever the server says of it.
 * 4. A server that is away is asked once a minute, and not by everybody who comes meanwhile.
 */
import { z } from 'zod';
import { isJsonObject, type Json, type JsonObject, nestsDeeperThan } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import { defineModule } from '#modules/define-module';
import type { DoorContext } from '#modules/door';
import { duration, durationMs } from '#modules/durations';

const config = z.strictObject({
  server_url: z
    .string()
    .default('')
    .describe(
      'Server that keys are checked at: POST {server_url}/validate {license_key} answers {valid, tier, features, expires_at}. Empty: no server is asked, and the tier is starter.',
    ),
  license_key: z.string().optional().describe(`The key, such as \${WORKFLOW_LICENSE_KEY}. $WORKFLOW_LICENSE_KEY means the same.`),
  cache_ttl: duration.default('1h').describe('How long an answer of the server holds.'),
  grace_period: duration.default('72h').describe('How long beyond that it holds while the server cannot be reached.'),
  refresh_interval: duration.optional().describe('How often the server is asked at least. Default: cache_ttl.'),
  require: z.array(z.string()).default([]).describe('Features without which a route with this middleware is refused.'),
});

type Settings = z.output<typeof config> & { key?: string };

interface Licence {
  valid: boolean;
  tier: string;
  features: string[];
  expires_at: string | null;
  /** Why it is not valid. */
  reason?: string;
}

export const licenseValidator = defineModule({
  type: 'license.validator',
  summary:
    'The licence of the application. As a middleware it lets requests through while the licence holds, and pipelines find it under trigger.license; as a handler it answers what it is. Without a server it is a starter licence, which always holds.',
  config,
  ports: { offers: ['license', 'guard', 'requests'] },
  around(use): JsonObject {
    const { server_url, license_key } = use.settings as Settings;
    const [, name] = /^\$([A-Za-z_]\w*)$/.exec(license_key ?? '') ?? [];
    return server_url === '' ? {} : { key: name === undefined ? (license_key ?? '') : `\${${name}}` };
  },
  door: {
    tables: ['CREATE TABLE IF NOT EXISTS licence (one INTEGER PRIMARY KEY, answer TEXT NOT NULL, checked_at INTEGER NOT NULL, tried_at INTEGER NOT NULL)'],
    async serve(_, context) {
      const { licence, source, checked_at } = await licenceOf(context);
      return Response.json({ ...licence, source, checked_at }, { headers: { 'cache-control': 'no-store' } });
    },
  },
  guard: {
    async before(_, context) {
      const { licence } = await licenceOf(context);
      const missing = (context.settings as Settings).require.filter((feature) => !licence.features.includes(feature));
      if (!licence.valid) throw new Problem('forbidden', `The licence of this application does not hold: ${licence.reason ?? 'it is not valid'}.`);
      if (missing.length > 0) throw new Problem('forbidden', `The licence of this application does not cover ${missing.join(', ')}.`);
      return { trigger: { license: licence as unknown as JsonObject } };
    },
  },
  example: `
name: license
type: license.validator
config:
  server_url: https://license.example.com/api/v1
  license_key: \${WORKFLOW_LICENSE_KEY}
  cache_ttl: 1h
  grace_period: 72h
`,
});

const STARTER: Licence = { valid: true, tier: 'starter', features: [], expires_at: null };
const ASK_AGAIN_MS = 60_000;
/** For all of its answer. */
const TIMEOUT_MS = 5_000;
/** A shorter key is none, and leaving it out would spoil every text. */
const SHORTEST_KEY = 4;
/** What says nothing of the licence: another place, come again, faults of the server's own. */
const NO_WORD = (status: number) => (status >= 300 && status < 400) || [408, 425, 429].includes(status) || status >= 500;

async function licenceOf(context: DoorContext): Promise<{ licence: Licence; source: 'offline' | 'server' | 'cache' | 'grace'; checked_at: string | null }> {
  const settings = context.settings as Settings;
  const now = context.now();
  if (settings.server_url === '') return { licence: STARTER, source: 'offline', checked_at: null };
  const [row] = await context.database.query('SELECT answer, checked_at, tried_at FROM licence', []);
  const kept = row && { licence: JSON.parse(String(row.answer)) as Licence, checked: Number(row.checked_at), tried: Number(row.tried_at) };
  const fresh = Math.min(durationMs(settings.cache_ttl), durationMs(settings.refresh_interval ?? settings.cache_ttl));
  const at = (ms: number) => new Date(ms).toISOString();
  if (kept && now - kept.checked < fresh) return { licence: unexpired(kept.licence, now), source: 'cache', checked_at: at(kept.checked) };
  if (!kept || now - kept.tried >= ASK_AGAIN_MS) {
    // Before the answer: who comes while it is waited for goes by what is kept.
    if (kept) await keep(context, kept.licence, kept.checked, now);
    const asked = await ask(settings, context);
    if (asked) {
      await keep(context, asked, now, now);
      return { licence: unexpired(asked, now), source: 'server', checked_at: at(now) };
    }
    if (!kept) await keep(context, AWAY, NEVER, now);
  }
  if (kept && now - kept.checked < durationMs(settings.cache_ttl) + durationMs(settings.grace_period))
    return { licence: unexpired(kept.licence, now), source: 'grace', checked_at: at(kept.checked) };
  return { licence: AWAY, source: 'server', checked_at: kept && kept.checked > NEVER ? at(kept.checked) : null };
}

function keep({ database }: DoorContext, licence: Licence, checked: number, tried: number) {
  return database.exec('INSERT OR REPLACE INTO licence (one, answer, checked_at, tried_at) VALUES (1, ?, ?, ?)', [JSON.stringify(licence), checked, tried]);
}

/** `undefined`: the server could not be reached, or said nothing of the licence. */
async function ask({ server_url, key = '' }: Settings, context: DoorContext): Promise<Licence | undefined> {
  try {
    const answer = await context.http.forward(`${server_url.replace(/\/+$/, '')}/validate`, {
      method: 'POST',
      headers: new Headers({ 'content-type': 'application/json' }),
      body: new Response(JSON.stringify({ license_key: key })).body,
      timeout_ms: TIMEOUT_MS,
      total_timeout_ms: TIMEOUT_MS,
      max_response_bytes: 64 * 1024,
    });
    if (NO_WORD(answer.status)) {
      await answer.body?.cancel();
      return undefined;
    }
    const hidden = (text: string) => context.masked(key.length < SHORTEST_KEY ? text : text.replaceAll(key, '***'));
    // What was broken off is in the log already.
    return read(jsonOf(await answer.text().catch(() => '')), answer.status, hidden);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    context.log('warn', 'The licence server cannot be reached', { code: error.code });
    return undefined;
  }
}

function jsonOf(text: string): Json | undefined {
  if (nestsDeeperThan(LIMITS.jsonDepth, text)) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** `hidden`: a text of the server without the key. */
function read(body: Json | undefined, status: number, hidden: (text: string) => string): Licence | undefined {
  if (!isJsonObject(body)) return status < 300 ? undefined : refused(`the server answered ${status}`);
  if (body.valid !== true) return refused(typeof body.error === 'string' ? hidden(body.error).slice(0, 200) : `the server answered ${status}`);
  const { tier, features, expires_at = null } = body;
  if (expires_at !== null && (typeof expires_at !== 'string' || Number.isNaN(Date.parse(expires_at)))) return refused('its end is no time that can be read');
  return {
    valid: true,
    tier: typeof tier === 'string' ? hidden(tier) : 'unknown',
    features: Array.isArray(features) ? features.filter((feature) => typeof feature === 'string').map(hidden) : [],
    expires_at,
  };
}

function refused(reason: string): Licence {
  return { valid: false, tier: 'none', features: [], expires_at: null, reason };
}

const AWAY = refused('the server cannot be reached');
/** When it was checked, of what never was. */
const NEVER = 0;

function unexpired(licence: Licence, now: number): Licence {
  const { expires_at } = licence;
  return expires_at !== null && Date.parse(expires_at) <= now ? { ...licence, valid: false, reason: `it has expired at ${expires_at}` } : licence;
}
