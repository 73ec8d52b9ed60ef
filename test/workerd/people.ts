/** People of the company acme, and browsers in which they are signed in: for tests of accounts. */
import { env } from 'cloudflare:workers';
import { Secret, TOTP } from 'otpauth';
import { beforeAll, beforeEach } from 'vitest';
import { COMPANY } from '#contracts/access';
import type { RegionEnv } from '#workers/env';
import { passwords } from '#workers/identity/passwords';
import { beginBrowserSession } from '#workers/identity/user-sessions';
import { storesOf } from '#workers/stores';
import { call, type Options, ORIGIN } from './api-client';
import { twoCompanies } from './companies';

export const region = env as unknown as RegionEnv;
export const stores = storesOf(region);
const TABLES = ['users', 'second_factors', 'recovery_codes', 'user_sessions', 'sign_in_tokens', 'sign_in_attempts', 'mailbox', 'mail_hours', 'members'];
export const PASSWORD = 'plenty of horses in here';
export const ADA = { company: 'acme', email: 'ada@example.com', password: PASSWORD };
export const OWN = { origin: ORIGIN, 'sec-fetch-site': 'same-origin' };

export const open = (method: string, path: string, body?: unknown, options: Options = {}) => call(method, path, { key: null, body, headers: OWN, ...options });
export const cookieOf = (reply: { headers: Headers }) => /wf_session=([^;]*)/.exec(reply.headers.get('set-cookie') ?? '')?.[1] ?? '';
export const browser =
  (cookie: string) =>
  (method: string, path: string, body?: unknown, headers: Record<string, string> = OWN) =>
    call(method, path, { key: null, body, headers: { ...headers, cookie: `wf_session=${cookie}` } });

export async function ownerLink(): Promise<string> {
  const made = await call('POST', '/auth/owner-link', { body: { company: 'acme' } });
  return new URL(made.body.url).searchParams.get('token')!;
}

/** An owner, signed in with a browser. */
export async function owner(): Promise<{ id: string; cookie: string }> {
  const id = await person(ADA.email, PASSWORD);
  await stores.members.put('acme', { ...COMPANY, subject: id, role: 'owner', created_at: 1, created_by: 'admin' });
  return { id, cookie: await signedIn(id) };
}

export async function signedIn(user: string): Promise<string> {
  return beginBrowserSession(region, new Request(ORIGIN), { tenant: 'acme', user, method: 'password', now: Date.now() });
}

/** Made once: it is slow, as it has to be. */
const hash = passwords.hash(PASSWORD);

export async function person(email: string, password: string | null = null): Promise<string> {
  const id = `usr_${email.split('@')[0]}`;
  const user = { id, email, name: email, created_at: 1, verified_at: 1, disabled_at: null, last_sign_in_at: null, second_factor: false };
  await stores.users.create('acme', user, password === null ? null : await hash);
  return id;
}

/** As if somebody had guessed so often before. */
export async function guessed(count: number): Promise<void> {
  await env.DB.prepare('UPDATE sign_in_attempts SET count = ?').bind(count).run();
}

export const codeAt = (secret: string, at = Date.now()) => new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at });

export async function linkOfMail(kind: string, to = ADA.email): Promise<string> {
  const { items } = await stores.mailbox.list('acme', { limit: 10, to });
  const mail = items.find((item) => item.kind === kind);
  return /token=([\w-]+)/.exec(mail?.text ?? '')?.[1] ?? '';
}

/** Two companies, and before each test nobody in them. */
export function nobodyAtFirst(): void {
  beforeAll(async () => {
    await twoCompanies();
  });
  beforeEach(async () => {
    await env.DB.batch(TABLES.map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
  });
}
