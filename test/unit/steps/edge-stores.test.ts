/** Caches and document stores over a real SQLite; files over a store of the test. */
import { beforeEach, describe, expect, it } from 'vitest';
import { CACHE_TABLE, NOSQL_TABLE, STATE_TABLE } from '#contracts/edge-tables';
import type { Json, JsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import type { ArtifactPort, DatabasePort, EffectContext, EffectStep } from '#steps/define-step';
import { steps } from '#steps/registry';
import { nodeSqlite } from '../../conformance/node-sqlite';
import { fakeEffect } from './fake-effect';
import { fakeScope } from './fake-scope';

const T0 = Date.UTC(2026, 1, 15, 14, 30);
let now: number;
let databases: DatabasePort;
let artifacts: ArtifactPort;

beforeEach(() => {
  now = T0;
  const open = new Map<string, ReturnType<ReturnType<typeof nodeSqlite>['open']>>();
  const database = (name: string) => open.get(name) ?? open.set(name, nodeSqlite().open()).get(name)!;
  const setup = [CACHE_TABLE, NOSQL_TABLE, STATE_TABLE];
  databases = {
    async query(name, sql, params) {
      const result = await database(name).query(sql, params, setup);
      if (!result.ok) throw new Problem('database_error', result.message);
      return { rows: result.rows };
    },
    async exec(name, sql, params, key) {
      const result = await database(name).exec(sql, params, key, setup);
      if (!result.ok) throw new Problem('database_error', result.message);
      return result;
    },
  };
  const files = new Map<string, { bytes: Uint8Array; content_type: string; etag: string }>();
  artifacts = {
    async put(store, key, bytes, content_type) {
      files.set(`${store}/${key}`, { bytes, content_type, etag: `e${bytes.byteLength}` });
      return { etag: `e${bytes.byteLength}` };
    },
    get: async (store, key) => files.get(`${store}/${key}`) ?? null,
    list: async (store, { prefix, limit }) => {
      const keys = [...files.keys()].filter((key) => key.startsWith(`${store}/${prefix}`)).slice(0, limit);
      return { items: keys.map((key) => ({ key: key.slice(store.length + 1), size: 1, etag: 'e', uploaded_at: '' })), next: null };
    },
    delete: async (store, key) => void files.delete(`${store}/${key}`),
  };
});

async function run(type: string, settings: JsonObject, more: { context?: JsonObject; key?: string } = {}): Promise<Json> {
  const step = steps.get(type) as EffectStep;
  const input = step.prepare!(step.config.parse(settings), fakeScope(more.context ?? {}));
  const context: Partial<EffectContext> = { databases, artifacts, now: () => now, ...(more.key ? { idempotency_key: more.key } : {}) };
  const outcome = await step.perform(input as never, fakeEffect({ context }).context);
  if (outcome.kind !== 'completed') throw new Error(outcome.kind);
  return outcome.output;
}

describe('a cache', () => {
  const set = (key: string, value: Json, ttl?: string) => run('step.cache_set', { cache: 'c', key, value, ...(ttl ? { ttl } : {}) });
  const get = (key: string, more: JsonObject = {}) => run('step.cache_get', { cache: 'c', key, ...more });

  it.each<[string, Json]>([
    ['an object', { a: [1, null] }],
    ['text', 'x'],
    ['null', null],
    ['false', false],
  ])('gives back %s as it was', async (_name, value) => {
    await set('k', value);
    expect(await get('k')).toEqual({ value, cache_hit: true });
  });

  it('keeps keys and caches apart, and replaces', async () => {
    await set('k', 1);
    await set('k', 2);
    await run('step.cache_set', { cache: 'other', key: 'k', value: 3 });
    expect(await get('k')).toMatchObject({ value: 2 });
    expect(await get('l')).toEqual({ value: null, cache_hit: false });
  });

  it('forgets when its time is over, at the latest after a month', async () => {
    await set('short', 1, '5m');
    await set('usual', 1);
    expect(await run('step.cache_set', { cache: 'c', key: 'long', value: 1, ttl: '400d' })).toMatchObject({
      expires_at: new Date(T0 + 30 * 86_400_000).toISOString(),
    });
    now = T0 + 5 * 60_000;
    expect([await get('short'), await get('usual')]).toMatchObject([{ cache_hit: false }, { cache_hit: true }]);
    now = T0 + 3_600_000;
    expect(await get('usual')).toMatchObject({ cache_hit: false });
  });

  it('removes what is past its time, by some of its writes', async () => {
    await set('old', 1, '1s');
    now += 2000;
    for (let n = 0; n < 300; n++) await run('step.cache_set', { cache: 'c', key: 'new', value: n }, { key: `exec_1:set:${n}` });
    expect((await databases.query('c', 'SELECT count(*) AS n FROM cache', [])).rows).toEqual([{ n: 1 }]);
  });

  it('holds no more values than it may, the longest ones', async () => {
    for (let n = 0; n < 300; n++) {
      await run('step.cache_set', { cache: 'c', key: `k${n}`, value: n, max_values: 10, ttl: `${1000 + n}s` }, { key: `exec_1:set:${n}` });
    }
    const { rows } = await databases.query('c', 'SELECT count(*) AS n, max(expires_at) AS longest FROM cache', []);
    expect(Number(rows[0]!.n)).toBeLessThan(10 + 150);
    expect(rows[0]!.longest).toBe(T0 + 1_299_000);
  });

  it('takes a value from the context, and gives it under another name', async () => {
    await run('step.cache_set', { cache: 'c', key: 'k', value_from: 'steps.fetch.rate' }, { context: { steps: { fetch: { rate: 1.1 } } } });
    expect(await get('k', { output: 'rate' })).toEqual({ rate: 1.1, cache_hit: true });
  });

  it('says when a value has to be there, and is not', async () => {
    await expect(get('k', { miss_ok: false })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('deletes', async () => {
    await set('k', 1);
    expect(await run('step.cache_delete', { cache: 'c', key: 'k' })).toEqual({ deleted: true });
    expect(await run('step.cache_delete', { cache: 'c', key: 'k' })).toEqual({ deleted: false });
  });

  it('refuses what is too large', async () => {
    await expect(set('k', 'x'.repeat(300_000))).rejects.toMatchObject({ code: 'data_too_large' });
  });
});

describe('a document store', () => {
  const put = (key: string, item: Json) => run('step.nosql_put', { store: 's', key, item });
  const query = async (more: JsonObject) =>
    (await run('step.nosql_query', { store: 's', ...more })) as { keys: string[]; next: string | null; items: Json[]; count: number };

  it('puts, gets, replaces and deletes', async () => {
    await put('u:1', { name: 'Kim' });
    await put('u:1', { name: 'Kim', age: 3 });
    expect(await run('step.nosql_get', { store: 's', key: 'u:1' })).toEqual({ item: { name: 'Kim', age: 3 }, found: true });
    expect(await run('step.nosql_delete', { store: 's', key: 'u:1' })).toEqual({ deleted: true });
    expect(await run('step.nosql_get', { store: 's', key: 'u:1', output: 'user' })).toEqual({ user: null, found: false });
    await expect(run('step.nosql_get', { store: 's', key: 'u:1', miss_ok: false })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is queried by the beginning of keys and by fields, page by page', async () => {
    for (let n = 0; n < 7; n++) await put(`u:${n}`, { n, even: n % 2 === 0, address: { city: n < 4 ? 'Bern' : 'Rome' }, ...(n === 5 ? {} : { tag: 'x' }) });
    await put('v:1', { n: 1 });
    expect((await query({ prefix: 'u:' })).keys).toHaveLength(7);
    expect((await query({ filter: { even: true } })).keys).toEqual(['u:0', 'u:2', 'u:4', 'u:6']);
    expect((await query({ filter: { 'address.city': 'Rome', even: false } })).keys).toEqual(['u:5']);
    expect((await query({ prefix: 'u:', filter: { tag: null } })).keys).toEqual(['u:5']);
    expect((await query({ filter: { n: 1 } })).keys).toEqual(['u:1', 'v:1']);
    const first = await query({ prefix: 'u:', limit: 3 });
    expect(first).toMatchObject({ keys: ['u:0', 'u:1', 'u:2'], next: 'u:2', count: 3 });
    expect(await query({ prefix: 'u:', limit: 10, after: first.next! })).toMatchObject({ keys: ['u:3', 'u:4', 'u:5', 'u:6'], next: null });
  });

  it.each(["n') OR 1=1 --", 'a"b', 'a..b', '$', ''])('refuses %j for a field', async (field) => {
    await put('u:1', { n: 1 });
    await expect(query({ filter: { [field]: 1 } })).rejects.toMatchObject({ code: 'step_config_invalid' });
  });

  it('takes values as values, whatever they look like', async () => {
    await put('u:1', { name: "x' OR '1'='1" });
    await put('u:2', { name: 'y' });
    expect((await query({ filter: { name: "x' OR '1'='1" } })).keys).toEqual(['u:1']);
    expect((await query({ prefix: "' OR 1=1 --" })).keys).toEqual([]);
  });
});

describe('a tracker of states', () => {
  const resource = { tracker: 't', resource_type: 'orders', resource_id: 7 };
  const set = (state: string, data: JsonObject = {}, key = state) => run('step.state_set', { ...resource, state, data }, { key });
  const get = () => run('step.state_get', resource);

  it('notes states, and what they were before', async () => {
    expect(await get()).toEqual({ found: false, state: null });
    expect(await set('new', { total: 5, note: 'a' })).toEqual({ state: 'new', previous_state: null });
    expect(await set('packed', { note: null, box: 2 })).toEqual({ state: 'packed', previous_state: 'new' });
    expect(await get()).toEqual({ found: true, state: 'packed', previous_state: 'new', data: { total: 5, box: 2 }, updated_at: new Date(T0).toISOString() });
  });

  it('an attempt that is repeated changes nothing', async () => {
    await set('new');
    await set('packed', {}, 'k');
    expect(await set('packed', {}, 'k')).toEqual({ state: 'packed', previous_state: 'new' });
    expect(await get()).toMatchObject({ state: 'packed', previous_state: 'new' });
  });
});

describe('a tracker that keeps for a while', () => {
  it('removes what nobody has noted for long, by some of its writes', async () => {
    const set = (resource_id: string, key: string) =>
      run('step.state_set', { tracker: 't', resource_type: 'orders', resource_id, state: 's', keep: '30d' }, { key });
    await set('old', 'first');
    now += 31 * 86_400_000;
    for (let n = 0; n < 1000; n++) await set('new', `exec_1:note:${n}`);
    expect((await databases.query('t', 'SELECT resource_id FROM states', [])).rows).toEqual([{ resource_id: 'new' }]);
  });
});

describe('a resource', () => {
  const on = (operation: string, more: JsonObject = {}) =>
    run('step.resource', { resource: 'orders', database: 'r', operation, ...more }, { key: `k${++keys}` }) as Promise<JsonObject>;
  let keys = 0;

  beforeEach(async () => {
    const table =
      'CREATE TABLE IF NOT EXISTS resource_orders (id TEXT PRIMARY KEY, data TEXT NOT NULL, state TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL)';
    await databases.exec('r', table, [], null);
  });

  it('is created, read, changed, noted on, counted and removed', async () => {
    expect(await on('create', { data: { id: 'o-1', total: 5 } })).toMatchObject({ id: 'o-1', total: 5 });
    expect(await on('merge', { id: 'o-1', data: { paid: true } })).toMatchObject({ total: 5, paid: true });
    expect(await on('replace', { id: 'o-1', data: { total: 6 } })).not.toHaveProperty('paid');
    expect(await on('state', { id: 'o-1', state: 'packed' })).toMatchObject({ state: 'packed' });
    await on('note', { id: 'o-1', note: 'call', data: { text: 'later' } });
    expect(await on('get', { id: 'o-1' })).toMatchObject({ id: 'o-1', total: 6, state: 'packed' });
    await on('create', { data: { total: 9 }, id_prefix: 'order-' });
    expect(await on('count')).toMatchObject({ count: 2 });
    expect(((await on('list', { filter: { total: '9' } })).items as JsonObject[]).map(({ id }) => String(id).slice(0, 6))).toEqual(['order-']);
    await on('delete', { id: 'o-1' });
    await expect(on('get', { id: 'o-1' })).rejects.toMatchObject({ code: 'unknown_item' });
  });
});

describe('a store of files', () => {
  it('takes no file that is larger than it may be', async () => {
    const put = (content: string) => run('step.artifact_upload', { store: 'f', key: 'a', content, max_size: '1KB' });
    expect(await put('x'.repeat(1024))).toMatchObject({ size: 1024 });
    await expect(put('x'.repeat(1025))).rejects.toMatchObject({ code: 'data_too_large', message: expect.stringContaining('1024 bytes in f') });
  });

  it('keeps text and bytes', async () => {
    expect(
      await run(
        'step.artifact_upload',
        { store: 'f', key: 'a/b.json', content_from: 'steps.x', content_type: 'application/json' },
        { context: { steps: { x: { n: 1 } } } },
      ),
    ).toEqual({
      key: 'a/b.json',
      size: 7,
      etag: 'e7',
    });
    expect(await run('step.artifact_download', { store: 'f', key: 'a/b.json' })).toMatchObject({
      found: true,
      content: '{"n":1}',
      content_type: 'application/json',
      size: 7,
    });
    await run('step.artifact_upload', { store: 'f', key: 'a/c.bin', content: '/wD+', encoding: 'base64' });
    expect(await run('step.artifact_download', { store: 'f', key: 'a/c.bin' })).toMatchObject({ content: '/wD+', encoding: 'base64' });
    expect(await run('step.artifact_list', { store: 'f', prefix: 'a/' })).toMatchObject({ count: 2, next: null });
    expect(await run('step.artifact_delete', { store: 'f', key: 'a/b.json' })).toEqual({ deleted: true, key: 'a/b.json' });
    await expect(run('step.artifact_download', { store: 'f', key: 'a/b.json' })).rejects.toMatchObject({ code: 'not_found' });
    expect(await run('step.artifact_download', { store: 'f', key: 'a/b.json', miss_ok: true })).toEqual({ found: false, key: 'a/b.json' });
  });

  it.each(['../x', 'a/../../x', '/x', 'a/./b', 'a\\b', 'a\u0000b', ''])('refuses the path %j', (key) => {
    expect((steps.get('step.artifact_upload') as EffectStep).config.safeParse({ store: 'f', key, content: 'x' }).success).toBe(false);
  });

  it('refuses base64 that is none', async () => {
    await expect(run('step.artifact_upload', { store: 'f', key: 'a', content: '***', encoding: 'base64' })).rejects.toMatchObject({
      code: 'step_config_invalid',
    });
  });
});
