/** Before an API key runs out, who made it and the admins are told, once. */
import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { COMPANY, type PlaceRef, type Role } from '#contracts/access';
import type { RegionEnv } from '#workers/env';
import { tellOfExpiringKeys } from '#workers/identity/expiring-keys';
import { storesOf } from '#workers/stores';
import { call } from './api-client';

const region = env as unknown as RegionEnv;
const stores = storesOf(region);
const DAY = 86_400_000;
let company = '';
let count = 0;

beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS));
beforeEach(async () => {
  company = `keys-${++count}`;
  await call('POST', '/companies', { body: { name: company, slug: company, region: 'us' } });
  await person('usr_owner', 'owner');
  await person('usr_viewer', 'viewer');
});

async function person(id: string, role: Role, place: PlaceRef = COMPANY, more: { verified_at?: number | null } = {}): Promise<void> {
  const user = {
    id,
    email: `${id.slice(4)}@example.com`,
    name: id,
    created_at: 1,
    verified_at: 1,
    disabled_at: null,
    last_sign_in_at: null,
    second_factor: false,
  };
  await stores.users.create(company, { ...user, ...more }, null);
  await stores.members.put(company, { ...place, subject: id, role, created_at: 1, created_by: 'admin' });
}

let made = 0;
/** Made by somebody, now; gives its id. */
async function key(days: number, more: object = {}): Promise<string> {
  const id = `key_${++made}`;
  const now = Date.now();
  const facts = {
    id,
    tenant: company,
    name: 'nightly',
    prefix: `wfk_${company}_abcd`,
    role: 'editor' as const,
    created_at: now,
    created_by: 'user:usr_viewer',
  };
  await stores.apiKeys.create({ ...facts, expires_at: now + days * DAY, ...more }, `hash-${id}`);
  return id;
}

const tell = (days: number) => tellOfExpiringKeys(region, Date.now() + days * DAY);
const mails = async () => (await stores.mailbox.list(company, { limit: 50 })).items.map(({ to, subject }) => [to, subject.slice(0, 31)]).sort();
const ABOUT = 'The API key nightly runs out on';

it('tells who made it and the admins a week before, once', async () => {
  await key(20);
  await tell(12);
  expect(await mails()).toEqual([]);
  expect(await tell(14)).toBe(1);
  const told = [
    ['owner@example.com', ABOUT],
    ['viewer@example.com', ABOUT],
  ];
  expect(await mails()).toEqual(told);
  await tell(14.5);
  await tell(19);
  expect(await mails()).toEqual(told);
  const [mail] = (await stores.mailbox.list(company, { limit: 1 })).items;
  expect(mail!.text).toContain('wfk_');
});

it('tells admins of the project in which it has its role, and of the organization above', async () => {
  const { body: project } = await call('POST', '/projects', { body: { name: 'Checkout' }, headers: { 'x-tenant': company } });
  await person('usr_checkout', 'admin', { level: 'project', id: project.id });
  await person('usr_above', 'admin', { level: 'organization', id: project.organization });
  await person('usr_beside', 'admin', { level: 'project', id: 'prj_default' });
  await person('usr_unverified', 'admin', COMPANY, { verified_at: null });
  await key(20, { project: project.id, created_by: 'admin' });
  await tell(14);
  expect((await mails()).map(([to]) => to)).toEqual(['above@example.com', 'checkout@example.com', 'owner@example.com']);
});

it('tells nobody of a key that lives no longer, was rotated or deleted, or is over', async () => {
  await key(6);
  const rotated = await key(20);
  expect((await call('POST', `/api-keys/${rotated}/rotate`, { body: { overlap: '8d', expires_in: '300d' }, headers: { 'x-tenant': company } })).status).toBe(
    201,
  );
  await stores.apiKeys.remove(company, await key(20));
  await tell(14);
  await key(20);
  await tell(21);
  expect(await mails()).toEqual([]);
});

it('tells of it later where no mail goes out now', async () => {
  await key(20);
  const dark = { ...region, MODE: 'hosted', SMTP_URL: '', EMAIL: undefined } as unknown as RegionEnv;
  expect(await tellOfExpiringKeys(dark, Date.now() + 14 * DAY)).toBe(0);
  expect(await tell(14)).toBe(0);
  expect(await tell(14.1)).toBe(1);
  expect((await mails()).length).toBe(2);
});
