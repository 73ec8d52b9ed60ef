/** A licence: asked for once, kept, good for a while when the server is away, and no longer. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import type { DoorContext, DoorRequest } from '#modules/door';
import { licenseValidator } from '#modules/platform/license-validator';
import { nodeSqlite } from '../../conformance/node-sqlite';

const HOUR = 3_600_000;
const GOOD = { valid: true, tier: 'enterprise', features: ['premium'], expires_at: '2027-01-01T00:00:00Z' };

function world(settings: JsonObject = {}) {
  const database = nodeSqlite().open();
  const state = { now: Date.UTC(2026, 1, 15), answer: (): Response => Response.json(GOOD), asked: [] as string[], logged: [] as string[] };
  const good = <T>(result: { ok: true } & T) => result;
  const context = {
    settings: licenseValidator.config.parse({ server_url: 'https://license.example/', license_key: 'k-1', ...settings }) as JsonObject,
    now: () => state.now,
    log: (...line: unknown[]) => void state.logged.push(JSON.stringify(line)),
    masked: (text: string) => text.replaceAll('secret-key', '***'),
    http: {
      async forward(url: string, { body, timeout_ms, total_timeout_ms }: { body: ReadableStream; timeout_ms: number; total_timeout_ms: number }) {
        expect(total_timeout_ms).toBe(timeout_ms);
        state.asked.push(`${url} ${await new Response(body).text()}`);
        return state.answer();
      },
    },
    database: {
      query: async (sql: string, params: never[]) =>
        good((await database.query(sql, params, licenseValidator.door!.tables as string[])) as never as { ok: true; rows: JsonObject[] }).rows,
      exec: async (sql: string, params: never[]) => (await database.exec(sql, params, crypto.randomUUID(), licenseValidator.door!.tables as string[])) as never,
    },
  } as unknown as DoorContext;
  Object.assign(context.settings, { key: settings.license_key ?? 'k-1' });
  const read = async () => (await licenseValidator.door!.serve({} as DoorRequest, context)).json() as Promise<JsonObject>;
  const pass = () => licenseValidator.guard!.before!({} as DoorRequest, context);
  const away = () => {
    state.answer = () => {
      throw new Problem('connection_failed', 'away');
    };
  };
  return { state, read, pass, away };
}

it('is asked for at the server, once for the time that the answer holds', async () => {
  const { state, read } = world();
  expect(await read()).toMatchObject({ ...GOOD, source: 'server' });
  state.now += HOUR - 1;
  expect(await read()).toMatchObject({ source: 'cache' });
  state.now += 1;
  expect(await read()).toMatchObject({ source: 'server' });
  expect(state.asked).toEqual(Array.from({ length: 2 }, () => 'https://license.example/validate {"license_key":"k-1"}'));
});

it('holds for the time of grace while the server is away, which is asked once a minute', async () => {
  const { state, read, away } = world();
  await read();
  away();
  state.now += 2 * HOUR;
  for (let n = 0; n < 5; n++) expect(await read()).toMatchObject({ valid: true, source: 'grace' });
  expect(state.asked).toHaveLength(2);
  state.now += 70 * HOUR;
  expect(await read()).toMatchObject({ valid: true, source: 'grace' });
  state.now += HOUR + 1;
  expect(await read()).toMatchObject({ valid: false, reason: 'the server cannot be reached' });
});

it('that was never asked for does not hold while the server is away, which is asked once a minute all the same', async () => {
  const { state, read, away } = world();
  away();
  for (let n = 0; n < 5; n++) expect(await read()).toMatchObject({ valid: false, checked_at: null });
  expect(state.asked).toHaveLength(1);
  state.now += 60_000;
  expect(await read()).toMatchObject({ valid: false });
  expect(state.asked).toHaveLength(2);
  state.answer = () => Response.json(GOOD);
  state.now += 60_000;
  expect(await read()).toMatchObject({ valid: true });
});

it('goes by what is kept while the server takes its time, and asks once', async () => {
  const { state, read } = world();
  await read();
  state.now += 2 * HOUR;
  let come = (): void => undefined;
  const there = new Promise<void>((resolve) => {
    come = resolve;
  });
  const answered = Promise.withResolvers<Response>();
  state.answer = (): Response => {
    come();
    return answered.promise as never;
  };
  const first = read();
  await there;
  for (let n = 0; n < 5; n++) expect(await read()).toMatchObject({ valid: true, source: 'grace' });
  answered.resolve(Response.json({ ...GOOD, tier: 'gold' }));
  expect(await first).toMatchObject({ tier: 'gold', source: 'server' });
  expect(state.asked).toHaveLength(2);
});

const brokenOff = () =>
  new Response(
    new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"valid": true'));
        controller.error(new Problem('response_too_large', 'more than 64 KB'));
      },
    }),
  );

it.each<[string, () => Response]>([
  ['an answer that is broken off', brokenOff],
  ['half an answer', () => new Response('{"valid": tr')],
  ['a page', () => new Response('<html>Sign in to the wireless network</html>', { headers: { 'content-type': 'text/html' } })],
  ['a redirect', () => new Response(null, { status: 302, headers: { location: 'https://elsewhere.example/' } })],
  ['come again later', () => Response.json({ valid: false, error: 'slow down' }, { status: 429 })],
  ['a fault of its own', () => Response.json({ valid: false }, { status: 503 })],
  ['nesting without end', () => new Response(`{"valid": true, "features": ${'['.repeat(20_000)}${']'.repeat(20_000)}}`)],
])('%s says nothing of the licence, so what was said before holds', async (_what, answer) => {
  const { state, read } = world();
  await read();
  state.now += 2 * HOUR;
  state.answer = answer;
  expect(await read()).toMatchObject({ valid: true, source: 'grace' });
});

it.each<[string, unknown, unknown]>([
  ['features that are no text', { ...GOOD, features: ['premium', { toString: 1 }, [['x']], 7, null] }, { valid: true, features: ['premium'] }],
  ['features that are no list', { ...GOOD, features: 'premium' }, { valid: true, features: [] }],
  ['a tier that is no text', { ...GOOD, tier: { toString: 1 } }, { valid: true, tier: 'unknown' }],
  ['an end that is a number', { ...GOOD, expires_at: 1 }, { valid: false, reason: 'its end is no time that can be read' }],
  ['an end that nobody can read', { ...GOOD, expires_at: 'never' }, { valid: false }],
  ['a word that is no truth', { ...GOOD, valid: 'true' }, { valid: false }],
  ['no end', { ...GOOD, expires_at: null }, { valid: true, expires_at: null }],
])('is read for what it says: %s', async (_what, answer, expected) => {
  const { state, read } = world();
  state.answer = () => Response.json(answer);
  expect(await read()).toMatchObject(expected as object);
});

it.each([
  ['a secret', 'secret-key'],
  ['what stands in the document', 'plain-key'],
])('shows its key to nobody, though the server says it: %s', async (_what, license_key) => {
  const { state, read, pass } = world({ license_key });
  state.answer = () => Response.json({ ...GOOD, tier: license_key, features: [`for ${license_key}`] });
  expect(await read()).toMatchObject({ valid: true, tier: '***', features: ['for ***'] });
  state.now += 2 * HOUR;
  state.answer = () => Response.json({ valid: false, error: `no such key: ${license_key}` });
  await expect(pass()).rejects.toMatchObject({ message: expect.stringContaining('no such key: ***') });
  expect(JSON.stringify([await read(), state.logged])).not.toContain(license_key);
});

it('ends at its end, whatever was kept', async () => {
  const { state, read } = world({ cache_ttl: '1000d' });
  await read();
  state.now = Date.parse(GOOD.expires_at);
  expect(await read()).toMatchObject({ valid: false, reason: expect.stringContaining('expired') });
});

describe('as a middleware', () => {
  it('tells the pipeline what the licence is', async () => {
    const { pass } = world({ require: ['premium'] });
    expect(await pass()).toEqual({ trigger: { license: GOOD } });
  });

  it.each<[string, JsonObject, Response | undefined, RegExp]>([
    ['a licence that does not hold', {}, Response.json({ valid: false, error: 'revoked' }), /revoked/],
    ['a server that answers nonsense', {}, new Response('no', { status: 404 }), /answered 404/],
    ['a feature that is not covered', { require: ['gold'] }, undefined, /does not cover gold/],
  ])('refuses for %s', async (_, settings, answer, message) => {
    const { pass, state } = world(settings);
    if (answer) state.answer = () => answer;
    await expect(pass()).rejects.toMatchObject({ code: 'forbidden', message: expect.stringMatching(message) });
  });
});

it('without a server is a starter licence, and nobody is asked', async () => {
  const { read, state } = world({ server_url: '' });
  expect(await read()).toMatchObject({ valid: true, tier: 'starter', source: 'offline' });
  expect(state.asked).toEqual([]);
});
