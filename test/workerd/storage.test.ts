/** The regional stores on D1 and R2: the same suites as their memory twins, and what writing and reading costs. */
import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { is } from 'drizzle-orm';
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { boardCursor } from '#storage/board-place';
import { encodeCursor } from '#storage/cursor';
import * as schema from '#storage/d1/schema';
import { D1ApiKeys } from '#storage/d1-api-keys';
import { D1BulkJobs } from '#storage/d1-bulk-jobs';
import { D1CircuitBreakers } from '#storage/d1-circuit-breakers';
import { D1DeadLetters } from '#storage/d1-dead-letters';
import { D1DebugBoards } from '#storage/d1-debug-boards';
import { createDeploymentCache, D1DeploymentStore } from '#storage/d1-deployment-store';
import { D1EventWaits } from '#storage/d1-event-waits';
import { D1ExecutionIndex } from '#storage/d1-execution-index';
import { D1ExecutionMeasures } from '#storage/d1-execution-measures';
import { D1Hierarchy } from '#storage/d1-hierarchy';
import { D1Invitations } from '#storage/d1-invitations';
import { D1MachineIndex } from '#storage/d1-machine-index';
import { D1Members } from '#storage/d1-members';
import { D1RegionLinks } from '#storage/d1-region-links';
import { D1RetentionSweeps } from '#storage/d1-retention-sweeps';
import { D1ServiceAccounts } from '#storage/d1-service-accounts';
import { D1Tenants } from '#storage/d1-tenants';
import { D1Workflows } from '#storage/d1-workflows';
import type { ExecutionFilter } from '#storage/execution-ports';
import { R2ArchiveStore } from '#storage/r2-archive-store';
import { R2DefinitionStore } from '#storage/r2-definition-store';
import { R2PayloadStore } from '#storage/r2-payload-store';
import { describeAccessStores } from '../conformance/access-stores';
import { describeApiKeyStore } from '../conformance/api-key-store';
import { describeArchiveStore } from '../conformance/archive-store';
import { describeBulkJobs } from '../conformance/bulk-jobs';
import { describeCircuitBreakers } from '../conformance/circuit-breakers';
import { describeDeadLetters } from '../conformance/dead-letters';
import { describeDebugBoards } from '../conformance/debug-boards';
import { describeDefinitionStore } from '../conformance/definition-store';
import { describeDeploymentLedger } from '../conformance/deployment-store';
import { describeEventWaits } from '../conformance/event-waits';
import { describeExecutionIndex, row } from '../conformance/execution-index';
import { describeExecutionMeasures, measuredRow } from '../conformance/execution-measures';
import { describeMachineIndex, machineRow } from '../conformance/machine-index';
import { describePayloadStore } from '../conformance/payload-store';
import { describeRegionLinks } from '../conformance/region-links';
import { describeRetentionSweeps } from '../conformance/retention-sweeps';
import { describeTenantStore } from '../conformance/tenant-store';
import { describeWorkflowStore } from '../conformance/workflow-store';
import { plansOf } from './query-plans';

const TABLES = [
  'tenants',
  'api_keys',
  'workflows',
  'workflow_versions',
  'deployments',
  'active_deployments',
  'executions',
  'metric_hours',
  'execution_attributes',
  'dead_letters',
  'dead_letter_depths',
  'undelivered_events',
  'secrets',
  'data_keys',
  'machine_instances',
  'machine_counts',
  'debug_entries',
  'event_waits',
  'bulk_jobs',
  'organizations',
  'projects',
  'members',
  'invitations',
  'service_accounts',
  'outposts',
  'guests',
  'circuit_breakers',
];

beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS));

async function empty(): Promise<D1Database> {
  await env.DB.batch(TABLES.map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
  return env.DB;
}

async function emptyBucket(): Promise<R2Bucket> {
  const { objects } = await env.STORE.list();
  if (objects.length > 0) await env.STORE.delete(objects.map((object) => object.key));
  return env.STORE;
}

describeExecutionIndex('D1', async () => new D1ExecutionIndex(await empty()));
describeExecutionMeasures('D1', async () => {
  const d1 = await empty();
  return { index: new D1ExecutionIndex(d1), measures: new D1ExecutionMeasures(d1) };
});
describeDeadLetters('D1', async () => new D1DeadLetters(await empty()));
describeMachineIndex('D1', async () => new D1MachineIndex(await empty()));
describeBulkJobs('D1', async () => new D1BulkJobs(await empty()));
describeCircuitBreakers('D1', async () => new D1CircuitBreakers(await empty()));
describeDebugBoards('D1', async () => new D1DebugBoards(await empty()));
describeEventWaits('D1', async () => new D1EventWaits(await empty()));
describeAccessStores('D1', async () => {
  const db = await empty();
  return {
    workflows: new D1Workflows(db),
    hierarchy: new D1Hierarchy(db),
    members: new D1Members(db),
    invitations: new D1Invitations(db),
    serviceAccounts: new D1ServiceAccounts(db),
  };
});
describeRegionLinks('D1', async () => {
  const d1 = await empty();
  await new D1Tenants(d1).create({ slug: 'acme', name: 'Acme', region: 'us', created_at: 1 });
  return {
    links: new D1RegionLinks(d1),
    deployed: async (tenant) => (await new D1DeploymentStore(d1).list(tenant, 'production')).map(({ workflow }) => workflow),
  };
});
describeRetentionSweeps('D1', async () => {
  const d1 = await empty();
  for (const slug of ['acme', 'globex']) await new D1Tenants(d1).create({ slug, name: slug, region: 'us', created_at: 1 });
  return new D1RetentionSweeps(d1);
});
describeTenantStore('D1', async () => new D1Tenants(await empty()));
it('a company that was erased is gone at once, whoever has looked at it meanwhile', async () => {
  const d1 = await empty();
  const tenants = new D1Tenants(d1);
  await tenants.create({ slug: 'acme', name: 'Acme', region: 'us', created_at: 1 });
  await d1.prepare("UPDATE tenants SET closed_at = 2 WHERE slug = 'acme'").run();
  expect(await tenants.get('acme')).toMatchObject({ slug: 'acme' });
  await d1.prepare('DELETE FROM tenants').run();
  expect(await tenants.get('acme')).toBeNull();
});
describeApiKeyStore('D1', async () => new D1ApiKeys(await empty()));
describeWorkflowStore('D1', async () => new D1Workflows(await empty()));
describeDeploymentLedger('D1', async () => new D1DeploymentStore(await empty()));
describeDefinitionStore('R2', async () => new R2DefinitionStore(await emptyBucket()));
describeArchiveStore('R2', async () => new R2ArchiveStore(env.STORE));
describePayloadStore('R2', async () => new R2PayloadStore(await emptyBucket()));

/** A database that counts what its batches and queries write and read. */
function counted(database: D1Database) {
  const counts = { written: 0, read: 0 };
  const add = (result: D1Result) => {
    counts.written += result.meta.rows_written;
    counts.read += result.meta.rows_read;
  };
  const wrapped: D1Database = Object.assign(Object.create(database), {
    prepare: (sql: string) => database.prepare(sql),
    batch: async (statements: D1PreparedStatement[]) => {
      const results = await database.batch(statements);
      results.forEach(add);
      return results;
    },
  });
  return { wrapped, counts };
}

describe('rows written by the index, as D1 bills them', () => {
  const written = async (...batches: Parameters<D1ExecutionIndex['project']>[0][]) => {
    const { wrapped, counts } = counted(await empty());
    const index = new D1ExecutionIndex(wrapped);
    for (const batch of batches) await index.project(batch);
    return counts.written;
  };

  it('a completed execution is one row', async () => {
    expect(await written([row(1)])).toBe(1);
    expect(await written([row(1), row(2), row(3)])).toBe(3);
  });

  it('what came before it in the same batch costs nothing', async () => {
    expect(await written([row(1, { status: 'running' }, 2), row(1, {}, 9)])).toBe(1);
  });

  it('the same message again, or an older one, writes nothing', async () => {
    expect(await written([row(1, {}, 9)], [row(1, {}, 9)], [row(1, { status: 'running' }, 2)])).toBe(1);
  });

  it('one that was shown while it ran costs its index entry coming and going', async () => {
    expect(await written([row(1, { status: 'running' }, 2)])).toBe(2);
    expect(await written([row(1, { status: 'running' }, 2)], [row(1, {}, 9)])).toBe(3);
  });

  it('what was measured costs no row, of an hour that is over neither', async () => {
    expect(await written([measuredRow(1, Date.now())])).toBe(1);
    expect(await written([measuredRow(1, Date.now() - 86_400_000)])).toBe(1);
  });

  it('an attribute is a row, once', async () => {
    const attributes = { customer: 'c-1', tier: 'gold' };
    expect(await written([row(1, { attributes })])).toBe(3);
    expect(await written([row(1, { attributes, status: 'running' }, 2)], [row(1, { attributes }, 9)])).toBe(5);
  });

  it('one that failed has its index entry beside it', async () => {
    expect(await written([row(1, { status: 'failed' })])).toBe(2);
  });
});

describe('the index of state machines', () => {
  const written = async (...batches: Parameters<D1MachineIndex['project']>[0][]) => {
    const { wrapped, counts } = counted(await empty());
    const index = new D1MachineIndex(wrapped);
    for (const batch of batches) await index.project(batch);
    return counts.written;
  };

  it('costs a row, its place by state and its count; what is not newer costs nothing', async () => {
    const first = await written([machineRow(1)]);
    expect(first).toBe(3);
    expect(await written([machineRow(1)], [machineRow(1)])).toBe(first);
    expect(await written([machineRow(1)], [machineRow(1, { state: 'paid', seq: 2 })])).toBeLessThanOrEqual(first + 5);
    expect(await written([machineRow(1)], [machineRow(1, { seq: 2 })])).toBeLessThanOrEqual(first + 2);
  });

  it.each([
    ['all', {}, 'PRIMARY KEY'],
    ['one state', { state: 'new' }, 'machine_instances_state'],
    ['behind a cursor', { cursor: encodeCursor('machine-instances', [5, 'o-5']) }, 'PRIMARY KEY'],
  ])('lists %s from its place, without sorting', async (_title, filter, place) => {
    const filtered = { environment: 'production', workflow: 'orders', machine: 'order', limit: 5, ...filter };
    const plans = await plansOf(await empty(), (spied) => new D1MachineIndex(spied).list('acme', filtered));
    expect(plans).toEqual([expect.stringContaining(place)]);
    expect(plans[0]).not.toContain('TEMP B-TREE');
  });
});

describe('a list of breakpoints over all pipelines', () => {
  const cursor = boardCursor('breakpoint', { environment: 'production', workflow: 'orders', pipeline: 'pay', step: 'charge', id: 'bp_1' });

  it.each([
    ['all', {}, '(tenant=?)'],
    ['an environment', { environment: 'production' }, '(tenant=? AND environment=?)'],
    ['those that are seen', { workflows: ['orders'] }, '(tenant=?)'],
    ['behind a cursor', { cursor }, '(tenant=? AND (environment,workflow,pipeline,kind,step,id)>(?,?,?,?,?,?))'],
    ['an application behind a cursor', { workflow: 'orders', cursor }, '(tenant=? AND (environment,workflow,pipeline,kind,step,id)>(?,?,?,?,?,?))'],
    ['a pipeline', { environment: 'production', workflow: 'orders', pipeline: 'pay' }, '(tenant=? AND environment=? AND workflow=? AND pipeline=?)'],
  ])('reads %s from its place, without sorting', async (_title, filter, place) => {
    const plans = await plansOf(await empty(), (spied) => new D1DebugBoards(spied).list('acme', 'breakpoint', { now: 1, limit: 5, ...filter }), '[]');
    expect(plans).toEqual([expect.stringContaining(`SEARCH debug_entries USING PRIMARY KEY ${place}`)]);
    expect(plans[0]).not.toContain('TEMP B-TREE');
  });
});

describe('plans of the index', () => {
  const listed = async (filter: Partial<ExecutionFilter>) => {
    const plans = await plansOf(await empty(), (spied) => new D1ExecutionIndex(spied).list('acme', { limit: 5, ...filter }));
    expect(plans.length).toBeGreaterThan(0);
    return plans;
  };
  const cursor = encodeCursor('executions', [5, 'exec_5']);

  it.each<[string, Partial<ExecutionFilter>]>([
    ['all', {}],
    ['behind a cursor', { cursor }],
    ['a span of time', { from: 1, to: 9 }],
  ])('reads %s from the table itself, without sorting', async (_title, filter) => {
    for (const detail of await listed(filter)) {
      expect(detail).toMatch(/^SEARCH executions USING PRIMARY KEY \(tenant=/);
      expect(detail).not.toContain('TEMP B-TREE');
    }
  });

  it.each<[string, Partial<ExecutionFilter>]>([
    ['failed', { status: 'failed' }],
    ['running, behind a cursor', { status: 'running', cursor }],
  ])('reads what is %s from its index, without sorting', async (_title, filter) => {
    for (const detail of await listed(filter)) {
      expect(detail).toMatch(/^SEARCH executions USING INDEX executions_open \(tenant=\? AND status=\?/);
      expect(detail).not.toContain('TEMP B-TREE');
    }
  });
});

describe('the schema', () => {
  it.each(Object.values(schema).filter((table) => is(table, SQLiteTable)))('says what the migrations made', async (table) => {
    const config = getTableConfig(table);
    const { results } = await env.DB.prepare(`PRAGMA table_info(${config.name})`).all<{ name: string; type: string; notnull: number; pk: number }>();
    const columns = config.columns.map((column) => ({ name: column.name, type: column.getSQLType().toUpperCase(), notnull: column.notNull }));
    expect(results.map(({ name, type, notnull }) => ({ name, type, notnull: notnull === 1 }))).toEqual(columns);
    const key = config.primaryKeys[0]?.columns.map((column) => column.name) ?? config.columns.filter((column) => column.primary).map((column) => column.name);
    expect(
      results
        .filter((column) => column.pk > 0)
        .sort((left, right) => left.pk - right.pk)
        .map((column) => column.name),
    ).toEqual(key);
    const indexes = await env.DB.prepare(`SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL`)
      .bind(config.name)
      .all<{ name: string }>();
    expect(indexes.results.map((index) => index.name).sort()).toEqual(config.indexes.map((index) => index.config.name).sort());
  });
});

describe('caches of the isolate', () => {
  it('keep an active deployment for at most two seconds', async () => {
    let now = 0;
    const database = await empty();
    const here = new D1DeploymentStore(
      database,
      createDeploymentCache(() => now),
    );
    const elsewhere = new D1DeploymentStore(database);
    const deployment = {
      deployment_id: 'dep_1',
      workflow: 'orders',
      workflow_id: 'wf_1',
      version: 1,
      hash: 'h',
      environment: 'production',
      created_at: 1,
      created_by: 'admin',
      origin: 'deploy' as const,
      pipelines: [],
    };
    await here.deploy('acme', deployment);
    expect((await here.active('acme', 'orders', 'production'))?.version).toBe(1);
    await elsewhere.deploy('acme', { ...deployment, deployment_id: 'dep_2', version: 2 });
    now = 1_500;
    expect((await here.active('acme', 'orders', 'production'))?.version).toBe(1);
    now = 2_000;
    expect((await here.active('acme', 'orders', 'production'))?.version).toBe(2);
  });
});
