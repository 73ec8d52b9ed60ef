import { describe, expect, it } from 'vitest';
import type { AppDatabaseRpc } from '#contracts/app-database-rpc';
import type { EventMessage } from '#contracts/bus-rpc';
import type { PerformEffect } from '#contracts/step';
import { createBus } from '#workers/performer/bus';
import { createDatabases } from '#workers/performer/databases';
import { keyShard } from '#workers/performer/shard';
import { nodeSqlite } from '../../conformance/node-sqlite.ts';

const effect = {
  tenant: 'acme',
  workflow: 'orders',
  environment: 'production',
  pipeline: 'process-order',
  execution_id: 'exec_1',
  step: 'save',
  phase: 'run',
  trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
} as PerformEffect;

describe('databases of an effect', () => {
  const specs = async () => ({ main: { type: 'storage.sqlite', setup: ['CREATE TABLE t (id INTEGER PRIMARY KEY, a)'] } });

  it('are opened by tenant, workflow, environment and name, and set up', async () => {
    const storage = nodeSqlite();
    const opened: string[] = [];
    const open = (name: string) => {
      opened.push(name);
      return storage.open();
    };
    const databases = createDatabases({ open, note: async () => {}, specs }, effect);
    expect(await databases.exec('main', 'INSERT INTO t (a) VALUES (?)', [1], 'k')).toEqual({ affected_rows: 1, last_id: 1, rows: [], reused: false });
    expect(await databases.query('main', 'SELECT a FROM t', [])).toEqual({ rows: [{ a: 1 }] });
    expect(opened[0]).toBe('acme/orders/production/main');
  });

  it('take a step and its undoing for two effects under one key', async () => {
    const storage = nodeSqlite();
    const exec = (phase: 'run' | 'compensate') =>
      createDatabases({ open: () => storage.open(), note: async () => {}, specs }, { ...effect, phase }).exec('main', 'INSERT INTO t (a) VALUES (1)', [], 'k');
    expect((await exec('run')).reused).toBe(false);
    expect((await exec('compensate')).reused).toBe(false);
    expect((await exec('run')).reused).toBe(true);
  });

  it('fail with a code', async () => {
    const silent: AppDatabaseRpc = { query: () => Promise.reject(new Error('network')), exec: () => Promise.reject(new Error('network')) };
    const code = (name: string, sql: string, open: () => AppDatabaseRpc) =>
      createDatabases({ open, note: async () => {}, specs }, effect)
        .query(name, sql, [])
        .then(
          () => 'none',
          (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
        );
    const real = () => nodeSqlite().open();
    expect(await code('other', 'SELECT 1', real)).toMatch(/^database_error: The application has no database other/);
    expect(await code('constructor', 'SELECT 1', real)).toMatch(/^database_error: The application has no database/);
    expect(await code('main', 'SELECT nope', real)).toBe('database_error: main: no such column: nope');
    expect(await code('main', 'SELECT 1', () => silent)).toBe('connection_failed: The database main did not answer.');
  });
});

const SCHEMAS = { 'order.shipped': { schema: { type: 'object', required: ['id'], properties: { id: { type: 'string' } } } } };

describe('events of an effect', () => {
  const publish = async (data: string, send?: () => Promise<void>, topic = 'order.shipped') => {
    const sent: EventMessage[] = [];
    const bus = createBus(
      send ?? (async (message) => void sent.push(message)),
      effect,
      () => Date.UTC(2026, 1, 15),
      async () => SCHEMAS,
    );
    await bus.publish({ id: 'evt_1', topic, data, key: 'o1' });
    return sent;
  };

  it('are CloudEvents', async () => {
    expect(await publish('x')).toEqual([
      {
        specversion: '1.0',
        id: 'evt_1',
        type: 'order.shipped',
        source: '/orders/process-order/save',
        time: '2026-02-15T00:00:00.000Z',
        datacontenttype: 'application/json',
        data: 'x',
        partitionkey: 'o1',
        traceparent: expect.stringMatching(/^00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01$/),
        tenant: 'acme',
        environment: 'production',
        executionid: 'exec_1',
      },
    ]);
  });

  it('have the shape of the schema that they name, where the document has it', async () => {
    const bus = createBus(
      async () => {},
      effect,
      () => 0,
      async () => SCHEMAS,
    );
    const event = (schema: string, data: object) => bus.publish({ id: 'evt_1', topic: 't', data: data as never, schema });
    await event('order.shipped', { id: 'o-1' });
    await event('of.another', {});
    await event('constructor', {});
    await expect(event('order.shipped', { id: 7 })).rejects.toMatchObject({ code: 'schema_mismatch', errors: [{ path: 'id', code: 'type' }] });
  });

  it('are none of the platform’s own, which sends mail by them', async () => {
    await expect(publish('x', undefined, 'workflow.breakpoint.hit')).rejects.toMatchObject({ code: 'publish_failed', extra: { retryable: false } });
  });

  it('that are too large are refused for good', async () => {
    await expect(publish('ä'.repeat(62_000))).rejects.toMatchObject({ code: 'publish_failed', extra: { retryable: false } });
  });

  it('that the queue does not take may be tried again', async () => {
    await expect(publish('x', () => Promise.reject(new Error('down')))).rejects.toMatchObject({ code: 'publish_failed', extra: {} });
  });
});

describe('shards of keys', () => {
  it('are few, of the tenant, and always the same', () => {
    const shards = new Set(Array.from({ length: 500 }, (_, i) => keyShard('acme', `production/run/key_${i}`)));
    expect(shards.size).toBe(16);
    for (const shard of shards) expect(shard).toMatch(/^acme\/(?:\d|1[0-5])$/);
    // A key that moved would be forgotten: these two must never change.
    expect([keyShard('acme', 'production/run/charge_o1'), keyShard('acme', '')]).toEqual(['acme/10', 'acme/5']);
  });
});
