/** Real applications in the dialect: each is deployed as it is, and does what test/cases/exercises.ts says. */
import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { SignJWT } from 'jose';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { CASES, type Case, type Exercise } from '../cases/exercises';
// @ts-expect-error -- Vite gives the text of the file.
import articles from '../cases/specs/jsonapi-articles.yaml?raw';
// @ts-expect-error -- Vite gives the text of the file.
import petstore from '../cases/specs/petstore.yaml?raw';
import { call } from './api-client';
import { ask, deliverAll } from './application';
import { published } from './published';
import { settle } from './settle';

const sources = env.CASES;
const absent = Object.keys(sources).length === 0;

const nameOf = (file: string) =>
  file
    .replace('.yaml', '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/-+$/, '');

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  await call('POST', '/companies', { body: { name: 'acme', slug: 'acme', region: 'us' } });
  await call('PUT', '/secrets/JWT_SECRET', { body: { value: 'a-secret-of-the-tests-and-long' } });
});
/** Deployed by the test that runs. */
const deployedNow: string[] = [];
/** Also of a test that failed: the next one has nothing of it. */
afterEach(async () => {
  vi.restoreAllMocks();
  for (const name of deployedNow.splice(0)) await call('DELETE', `/workflows/${name}`);
  published.length = 0;
});

if (absent) describe.skip('the real applications are not beside this repository: skipped', () => it('nothing', () => {}));

const found = Object.entries(CASES).filter(([file]) => sources[file] !== undefined);

it('has an exercise for each of them', () => expect(Object.keys(sources).filter((file) => !CASES[file])).toEqual([]));

describe.each(found)('%s', (file, one: Case) => {
  const name = nameOf(file);

  it.skipIf(one.waits !== undefined)(
    one.waits ? `waits for ${one.waits}` : one.refused ? `is refused: ${one.refused}` : `runs: ${one.does.map(titleOf).join('; ') || 'loads and is active'}`,
    async () => {
      const made = await call('POST', `/workflows?deploy=production&name=${name}`, { body: { config: sources[file]!, files: filesOf(one) } });
      if (one.refused !== undefined) {
        expect(made).toMatchObject({ status: 422, body: { code: 'invalid_definition' } });
        expect(made.body.errors.map((error: { message: string }) => error.message).join()).toContain(one.refused);
        return;
      }
      expect(made.status, JSON.stringify(made.body.errors)).toBe(201);
      deployedNow.push(name);
      if (one.with) await deployed(one.with);
      for (const exercise of one.does) await perform(name, exercise);
    },
  );
});

const SPECS: { readonly [name: string]: string } = { 'jsonapi-articles.yaml': articles, 'petstore.yaml': petstore };

function filesOf({ files = [] }: Case): Record<string, string> {
  return Object.fromEntries(files.map((name) => [`specs/${name}`, SPECS[name]!]));
}

async function deployed(file: string): Promise<void> {
  const made = await call('POST', `/workflows?deploy=production&name=${nameOf(file)}`, { body: { config: sources[file]! } });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  deployedNow.push(nameOf(file));
}

function titleOf(exercise: Exercise): string {
  if ('ask' in exercise) return `${exercise.ask} is ${exercise.status}`;
  if ('proxy' in exercise) return `${exercise.proxy} is sent on`;
  if ('event' in exercise) return `${exercise.event} starts ${exercise.starts.length}`;
  if ('reads' in exercise) return `${exercise.reads} is read`;
  if ('job' in exercise) return `job ${exercise.job}`;
  return `start ${exercise.start}`;
}

async function perform(name: string, exercise: Exercise): Promise<void> {
  if ('ask' in exercise) {
    const [method, path] = exercise.ask.split(' ') as [string, string];
    const headers: Record<string, string> = exercise.as ? { authorization: `Bearer ${await tokenOf(name, exercise.as)}` } : {};
    const answer = await ask(name, method, path, { body: exercise.body, headers });
    expect(answer.status, `${exercise.ask}: ${JSON.stringify(answer.body)}`).toBe(exercise.status);
    if (Array.isArray(exercise.gives)) expect(answer.body).toEqual(exercise.gives);
    else if (exercise.gives !== undefined) expect(answer.body).toMatchObject(exercise.gives as object);
  } else if ('proxy' in exercise) {
    const [method, path] = exercise.proxy.split(' ') as [string, string];
    const sent = vi.spyOn(globalThis, 'fetch').mockResolvedValueOnce(Response.json({ from: 'upstream' }));
    const answer = await ask(name, method, path, { headers: { authorization: 'Bearer kept' } });
    expect(answer).toMatchObject({ status: 200, body: { from: 'upstream' } });
    expect(sent.mock.calls.at(-1)![0]).toBe(exercise.to);
    expect(new Headers(sent.mock.calls.at(-1)![1]!.headers).get('authorization')).toBe('Bearer kept');
  } else if ('event' in exercise) {
    const before = await counts(name);
    published.push(eventOf(exercise.event, exercise.data));
    await deliverAll();
    const after = await counts(name);
    expect(
      Object.keys(after)
        .filter((pipeline) => after[pipeline]! > (before[pipeline] ?? 0))
        .sort(),
    ).toEqual([...exercise.starts].sort());
  } else if ('reads' in exercise) {
    const workflow = (await call('GET', `/workflows/${name}`)).body;
    const { definition } = (await call('GET', `/workflows/${workflow.id}/versions/${workflow.version}`)).body;
    expect(definition.config[exercise.reads]).toMatchObject(exercise.gives);
  } else if ('job' in exercise) {
    const started = await call('POST', `/schedules/${name}/${exercise.job}/run`);
    expect(started.status, JSON.stringify(started.body)).toBe(202);
    await settle();
    expect((await call('GET', `/executions/${started.body.execution_id}`)).body.status).toBe(exercise.ends);
  } else {
    const started = await call('POST', '/executions', { body: { workflow: name, pipeline: exercise.start, data: exercise.data ?? {} } });
    expect(started.status, JSON.stringify(started.body)).toBe(202);
    await settle();
    expect((await call('GET', `/executions/${started.body.execution_id}`)).body.status).toBe(exercise.ends);
  }
}

const tokens = new Map<string, string>();

async function tokenOf(name: string, as: { register: string } | { key: string }): Promise<string> {
  if ('key' in as)
    return new SignJWT({ roles: ['user'] })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('u-1')
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(as.key));
  const known = tokens.get(name);
  if (known) return known;
  const made = await ask(name, 'POST', as.register, { body: { email: 'ann@example.com', password: 'long enough' } });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  tokens.set(name, made.body.token);
  return made.body.token;
}

async function counts(name: string): Promise<Record<string, number>> {
  await settle();
  const { items } = (await call('GET', `/executions?workflow=${name}&limit=200`)).body;
  const found: Record<string, number> = {};
  // Jobs of schedules are due meanwhile, by the clock.
  for (const { pipeline, trigger } of items) if (trigger !== 'schedule') found[pipeline] = (found[pipeline] ?? 0) + 1;
  return found;
}

let count = 0;

function eventOf(type: string, data: unknown) {
  return {
    specversion: '1.0' as const,
    id: `evt_case_${count++}`,
    type,
    source: '/test/test/test',
    time: new Date().toISOString(),
    datacontenttype: 'application/json' as const,
    data: (data ?? {}) as never,
    traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    tenant: 'acme',
    environment: 'production',
    executionid: 'exec_1',
  };
}
