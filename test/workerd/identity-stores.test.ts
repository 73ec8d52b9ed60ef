/** What the stores of people promise when two ask at the same moment, and when time has passed. */
import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { D1SecondFactors } from '#storage/d1-second-factors';
import { D1SignInAttempts } from '#storage/d1-sign-in-attempts';
import { D1SignInTokens } from '#storage/d1-sign-in-tokens';
import { D1UserSessions } from '#storage/d1-user-sessions';
import { D1Users } from '#storage/d1-users';
import type { User, UserSession } from '#storage/identity-ports';

const users = new D1Users(env.DB);
const factors = new D1SecondFactors(env.DB);
const attempts = new D1SignInAttempts(env.DB);
const tokens = new D1SignInTokens(env.DB);
const user = (id: string, more: Partial<User> = {}): User => ({
  id,
  email: `${id}@example.com`,
  name: id,
  created_at: 1,
  verified_at: null,
  disabled_at: null,
  last_sign_in_at: null,
  second_factor: false,
  ...more,
});
const session = (id: string, more: Partial<UserSession> = {}): UserSession => ({
  id,
  user: 'usr_a',
  kind: 'api',
  method: 'password',
  user_agent: '',
  address: null,
  created_at: 1000,
  last_seen_at: 1000,
  expires_at: 9000,
  ...more,
});

beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS));
beforeEach(async () => {
  const tables = ['users', 'user_identities', 'second_factors', 'recovery_codes', 'user_sessions', 'sign_in_tokens', 'sign_in_attempts'];
  await env.DB.batch(tables.map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
});

/** How many of so many that come at once are let through. */
const letThrough = async (ask: () => Promise<unknown>, count = 6) =>
  (await Promise.all(Array.from({ length: count }, ask))).filter((answer) => answer !== false && answer !== null).length;

describe('attempts', () => {
  it('are so many in a window, however many come at once', async () => {
    expect(await letThrough(() => attempts.admit('acme', 's', 1000, 500, 4))).toBe(4);
    expect(await attempts.admit('acme', 's', 1499, 500, 4)).toBe(false);
    expect(await attempts.admit('globex', 's', 1499, 500, 4)).toBe(true);
    expect(await letThrough(() => attempts.admit('acme', 's', 1500, 500, 4))).toBe(4);
    await attempts.forget('acme', 's');
    expect(await attempts.admit('acme', 's', 1500, 500, 1)).toBe(true);
  });

  it('are forgotten after a day, so that the table stays as small as the day was busy', async () => {
    await attempts.admit('acme', 'old', 0, 500, 4);
    await attempts.admit('acme', 'new', 24 * 3_600_000 + 1, 500, 4);
    expect((await env.DB.prepare('SELECT subject FROM sign_in_attempts').all()).results).toEqual([{ subject: 'new' }]);
  });
});

describe('tokens of links', () => {
  it('are taken by one, in their company, of their kind, in time', async () => {
    await tokens.create('acme', { hash: 'h', kind: 'reset', subject: 'usr_a', expires_at: 2000 });
    expect(await tokens.take('globex', 'reset', 'h', 1000)).toBeNull();
    expect(await tokens.take('acme', 'verify', 'h', 1000)).toBeNull();
    expect(await tokens.take('acme', 'reset', 'h', 2000)).toBeNull();
    expect(await tokens.peek('acme', 'reset', 'h', 1999)).toBe('usr_a');
    expect(await letThrough(() => tokens.take('acme', 'reset', 'h', 1999))).toBe(1);
  });

  it('end when a newer one is made', async () => {
    await tokens.create('acme', { hash: 'first', kind: 'reset', subject: 'usr_a', expires_at: 2000 });
    await tokens.create('acme', { hash: 'second', kind: 'reset', subject: 'usr_a', expires_at: 2000 });
    expect([await tokens.peek('acme', 'reset', 'first', 1), await tokens.peek('acme', 'reset', 'second', 1)]).toEqual([null, 'usr_a']);
  });
});

describe('sessions', () => {
  it('exchange a refresh token once; a second exchange ends the session', async () => {
    await users.create('acme', user('usr_a'), null);
    const sessions = new D1UserSessions(env.DB);
    await sessions.create('acme', session('ses_1'), 'first');
    expect(await sessions.rotate('acme', 'ses_1', 'first', 'second', 2000)).toMatchObject({ id: 'ses_1' });
    const both = await Promise.all([sessions.rotate('acme', 'ses_1', 'second', 'third', 2000), sessions.rotate('acme', 'ses_1', 'second', 'fourth', 2000)]);
    expect(both.filter((answer) => typeof answer === 'object' && answer !== null)).toHaveLength(1);
    expect(await new D1UserSessions(env.DB).get('acme', 'ses_1', 2000)).toBeNull();
  });

  it('are none of a browser, none that has expired, none of another company, none of somebody disabled', async () => {
    await users.create('acme', user('usr_a'), null);
    const fresh = () => new D1UserSessions(env.DB);
    await fresh().create('acme', session('ses_b', { kind: 'browser' }), null);
    expect(await fresh().rotate('acme', 'ses_b', '', 'x', 2000)).toBeNull();
    expect(await fresh().get('acme', 'ses_b', 8999)).not.toBeNull();
    expect(await fresh().get('acme', 'ses_b', 9000)).toBeNull();
    expect(await fresh().get('globex', 'ses_b', 2000)).toBeNull();
    await users.disable('acme', 'usr_a', 1);
    expect(await fresh().get('acme', 'ses_b', 2000)).toBeNull();
  });

  it('that have expired go with the next one of the same person', async () => {
    await users.create('acme', user('usr_a'), null);
    const sessions = new D1UserSessions(env.DB);
    await sessions.create('acme', session('ses_old'), null);
    await sessions.create('acme', session('ses_of_b', { user: 'usr_b' }), null);
    await sessions.create('acme', session('ses_new', { created_at: 9000, expires_at: 20_000 }), null);
    const { results } = await env.DB.prepare('SELECT id FROM user_sessions ORDER BY id').all();
    expect(results).toEqual([{ id: 'ses_new' }, { id: 'ses_of_b' }]);
  });
});

describe('second factors', () => {
  it('take a step of time once, and none before it', async () => {
    await users.create('acme', user('usr_a'), null);
    await factors.begin('acme', 'usr_a', { sealed: 's', sealed_by: 'k' });
    await factors.enable('acme', 'usr_a', 1, 10, ['one', 'two']);
    expect(await factors.useStep('acme', 'usr_a', 10)).toBe(false);
    expect(await letThrough(() => factors.useStep('acme', 'usr_a', 12))).toBe(1);
    expect(await factors.useStep('acme', 'usr_a', 11)).toBe(false);
    expect(await letThrough(() => factors.useCode('acme', 'usr_a', 'one'))).toBe(1);
    expect(await factors.useCode('globex', 'usr_a', 'two')).toBe(false);
    expect([await factors.codesLeft('acme', 'usr_a'), (await users.get('acme', 'usr_a'))?.second_factor]).toEqual([1, true]);
  });
});

describe('people', () => {
  it('have an address of their own in a company, and are removed with all that is theirs', async () => {
    expect(await letThrough(() => users.create('acme', user(`usr_${crypto.randomUUID()}`, { email: 'same@example.com' }), null))).toBe(1);
    expect(await users.create('globex', user('usr_a', { email: 'same@example.com' }), null)).toBe(true);
    await users.create('acme', user('usr_a'), 'hash');
    await users.link('acme', 'idp_1', 'sub', 'usr_a', 1);
    await factors.begin('acme', 'usr_a', { sealed: 's', sealed_by: 'k' });
    await tokens.create('acme', { hash: 'h', kind: 'reset', subject: 'usr_a', expires_at: 2000 });
    await new D1UserSessions(env.DB).create('acme', session('ses_1'), null);
    expect((await users.byIdentity('acme', 'idp_1', 'sub'))?.id).toBe('usr_a');
    expect(await users.byIdentity('globex', 'idp_1', 'sub')).toBeNull();
    expect(await users.remove('acme', 'usr_a')).toBe(true);
    for (const table of ['user_identities', 'second_factors', 'sign_in_tokens', 'user_sessions']) {
      expect((await env.DB.prepare(`SELECT count(*) AS n FROM ${table}`).first<{ n: number }>())?.n, table).toBe(0);
    }
    expect((await users.get('globex', 'usr_a'))?.email).toBe('same@example.com');
  });

  it('are found by many ids at once, more than a statement takes', async () => {
    const ids = Array.from({ length: 120 }, (_, i) => `usr_${i}`);
    for (let at = 0; at < ids.length; at += 40) await Promise.all(ids.slice(at, at + 40).map((id) => users.create('acme', user(id), null)));
    expect(await users.byIds('acme', [...ids, 'usr_nobody'])).toHaveLength(120);
    expect(await users.byIds('globex', ids)).toEqual([]);
  });
});
