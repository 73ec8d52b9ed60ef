/**
 * Hostile requests, as data, through the regional Worker: none gets in, none changes anything, none is answered with 5xx or
 * with something of a company that is not the caller's, and what is worth knowing is in the audit log.
 */
import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEntry } from '#contracts/audit';
import { auditLogOf } from '#workers/api/audit';
import worker from '#workers/index';
import { call, ORIGIN } from './api-client';
import {
  bodies,
  crossSite,
  escalation,
  foreignIds,
  forgedCredentials,
  forgedCursors,
  inwardAddresses,
  localDoors,
  massAssignment,
  paths,
} from './hostile/requests';
import { spentAddress, writtenPages } from './hostile/strangers';
import { type Hostile, makeWorld, PLANTED, region, type World } from './hostile/world';

const KINDS: Record<string, (world: World) => Hostile[] | Promise<Hostile[]>> = {
  'forged credentials': forgedCredentials,
  'ids of another company': foreignIds,
  'more than the role allows': escalation,
  'fields that nobody asked for': massAssignment,
  'pages of other sites': crossSite,
  'paths and headers': paths,
  bodies,
  'addresses inside': inwardAddresses,
  'doors of local development': localDoors,
  'forged cursors': forgedCursors,
  'more than an address may ask': spentAddress,
  'pages that are written to': writtenPages,
};

let world: World;
let before: Record<string, string>;
const sent = new Set<string>();

beforeAll(async () => {
  world = await makeWorld();
  before = await everything();
}, 60_000);

describe.each(Object.entries(KINDS))('%s', (_kind, requestsOf) => {
  it('are refused', async () => {
    const faults: string[] = [];
    for (const hostile of await requestsOf(world)) faults.push(...(await attempt(hostile)));
    expect(faults).toEqual([]);
  });

  it('have changed nothing', async () => {
    expect(await everything()).toEqual(before);
  });
});

it('tells the company of refused keys and sessions, once for each kind', async () => {
  const told = (await entries('acme')).filter(({ action }) => action === 'credential-refused');
  expect(told.map(({ target, status }) => `${target} ${status}`).sort()).toEqual(['api-keys 401', 'sessions 401', 'sessions 403']);
  expect(told.every(({ actor, role }) => actor === 'nobody' && role === 'none')).toBe(true);
  // Whose key was used for another company learns of that, too.
  expect((await entries('globex')).map(({ action, target, status }) => `${action} ${target} ${status}`)).toContain('credential-refused api-keys 403');
});

it('keeps nothing of a credential in the log', async () => {
  const text = JSON.stringify([...(await entries('acme')), ...(await entries('globex'))]);
  for (const credential of [...Object.values(world.keys), world.acme.token, world.acme.cookie]) expect(text).not.toContain(credential);
});

it('were two hundred at the least', () => {
  expect(sent.size).toBeGreaterThanOrEqual(200);
});

afterAll(() => console.log(`${sent.size} hostile requests`));

/** What is wrong with the answer. */
async function attempt({ what, method = 'GET', path, key, headers = {}, body, bindings, refused, code, reason, audited }: Hostile): Promise<string[]> {
  const id = `hostile-${sent.size}`;
  sent.add(`${method} ${path} ${what} ${key} ${JSON.stringify(headers)}`);
  const isSentAsIs = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
  const request = new Request(ORIGIN + path, {
    method,
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(isSentAsIs ? {} : { 'content-type': 'application/json' }),
      'x-request-id': id,
      ...headers,
    },
    body: isSentAsIs ? body : JSON.stringify(body),
    redirect: 'manual',
  });
  const context = createExecutionContext();
  const response = await worker.fetch!(request as never, { ...region, ...bindings }, context);
  const text = await response.text();
  await waitOnExecutionContext(context);
  const problem = text !== '' && /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : null;

  const faults: string[] = [];
  const expected = typeof refused === 'number' ? [refused] : refused;
  if (!expected.includes(response.status)) faults.push(`answered ${response.status}, not ${expected.join(' or ')}`);
  if (code !== undefined && problem?.code !== code) faults.push(`the code is ${problem?.code}, not ${code}`);
  if (reason !== undefined && !String(problem?.detail).includes(reason)) faults.push(`does not say: ${reason}`);
  if (response.status >= 400 && problem && (typeof problem.code !== 'string' || problem.request_id !== id)) faults.push('is no problem of this request');
  if (response.headers.has('set-cookie')) faults.push('sets a cookie');
  if (text.includes(PLANTED) && key !== world.keys.acmeOwner) faults.push('tells what is acme’s');
  if (/\n\s+at |\.ts:\d|SQLITE|D1_ERROR/.test(text)) faults.push('tells of its insides');
  if (audited && !(await entries('acme')).some((entry) => entry.request_id === id && entry.status === 403)) faults.push('is not in the audit log');
  return faults.map((fault) => `${what}: ${fault}: ${text.slice(0, 200)}`);
}

async function entries(tenant: string): Promise<AuditEntry[]> {
  return auditLogOf(region, tenant).lines(1, 1000);
}

/** Columns that say when something was last used, and counts of attempts, are no change. */
const USE = /^(last_used_at|last_seen_at|seen_at)$/;

/** All rows of the region's database, by table, and the log of the execution. */
async function everything(): Promise<Record<string, string>> {
  const { results } = await env.DB.prepare(
    `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite%'`,
  ).all<{
    name: string;
  }>();
  const all: Record<string, string> = {};
  for (const { name } of results) {
    if (name === 'sign_in_attempts') continue;
    const rows = (await env.DB.prepare(`SELECT * FROM ${name}`).all()).results;
    all[name] = JSON.stringify(rows, (column, value) => (USE.test(column) ? null : value));
  }
  all.events = JSON.stringify((await call('GET', `/executions/${world.ids.execution}/events`)).body);
  return all;
}
