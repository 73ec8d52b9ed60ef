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
  const state = { now: Date.UTC(2026, 1, 15), answer: (): Response => Response.json(GOOD), asked: [] as string[] };
  const good = <T>(result: { ok: true } & T) => result;
  const context = {
    settings: licenseValidator.config.parse({ server_url: 'https://license.example/', license_key: 'k-1', ...settings }) as JsonObject,
    now: () => state.now,
    log: () => undefined,
    http: {
      async forward(url: string, { body }: { body: ReadableStream }) {
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
  Object.assign(context.settings, { key: 'k-1' });
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

it('that was never asked for does not hold while the server is away', async () => {
  const { read, away } = world();
  away();
  expect(await read()).toMatchObject({ valid: false });
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
