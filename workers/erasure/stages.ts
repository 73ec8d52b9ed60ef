/**
 * Where everything of a tenant is: what `docs/erasure.md` lists, stage by stage.
 *
 * How the objects of each namespace are found is said in NAMESPACES; a test holds it against `wrangler.toml`, so that no
 * namespace is forgotten.
 */
import type { ErasableRpc, ErasureStage } from '#contracts/erasure';
import type { EraserPorts, Plan } from '#objects/tenant-eraser';
import { type OBJECT_LISTS, TenantRows } from '#storage/tenant-rows';
import { auditLogOf } from '#workers/api/audit';
import { breakerOf } from '#workers/breakers/ports';
import type { RegionEnv } from '#workers/env';
import { executionStub, isOfThisRegion, newExecutionStub } from '#workers/execution-stub';
import { keyStoreOf } from '#workers/idempotency/step-keys';
import { machineObject } from '#workers/machines/objects';
import { NOTED, type Noted } from '#workers/named-objects';
import { callsOf } from '#workers/objects/calls';
import { ERASABLE, objectNamed } from '#workers/objects/stubs';
import { keyShards } from '#workers/performer/shard';

/** `transient`: holds what is under way, for moments, and empties itself. `memory`: writes nothing. */
export const NAMESPACES: { readonly [binding: string]: ErasureStage | 'transient' | 'memory' | 'itself' } = {
  EXECUTION: 'executions',
  STATE_MACHINE: 'machines',
  BREAKER: 'breakers',
  ...Object.fromEntries(NOTED.map((binding) => [binding, 'objects' as const])),
  KEY_STORE: 'keys',
  AUDIT: 'audit',
  GATE: 'transient',
  QUOTA: 'transient',
  EVENT_LANE: 'transient',
  LIMITER: 'memory',
  LIVE_HUB: 'memory',
  TENANT_ERASER: 'itself',
  TENANT_MOVER: 'itself',
};

/** Folders of the region's bucket; below each one a folder for each tenant. */
export const FOLDERS = ['definitions', 'payloads', 'archives', 'files', 'artifacts', 'exports'] as const;

const BATCH = 100;
const KEYS_AT_ONCE = 500;
/** Objects that are spoken to at the same time. */
const AT_ONCE = 6;

type Key = (string | number)[];

const erasable = callsOf<ErasableRpc>('object', ERASABLE);

interface Stage {
  plan(env: RegionEnv, tenant: string, cursor: string | null): Promise<Plan>;
  erase(env: RegionEnv, tenant: string, names: string[]): Promise<void>;
}

const STAGES: { readonly [S in ErasureStage]: Stage } = {
  executions: listed('executions', ['started_at', 'execution_id'], [-1, ''], (env, tenant, [, id]) => eraseExecution(env, tenant, String(id))),
  machines: listed('machine_instances', ['environment', 'workflow', 'machine', 'created_at', 'id'], ['', '', '', -1, ''], (env, tenant, key) => {
    const [environment, workflow, machine, , id] = key.map(String);
    return machineObject(env, { tenant, environment: environment!, workflow: workflow!, machine: machine!, id: id! }).erase();
  }),
  breakers: listed('circuit_breakers', ['environment', 'name'], ['', ''], (env, tenant, [environment, name]) => {
    const breaker = { tenant, environment: String(environment), name: String(name) };
    return breakerOf(env)(breaker).erase(breaker);
  }),
  objects: listed('named_objects', ['kind', 'name'], ['', ''], (env, _tenant, [kind, name]) => {
    return objectNamed(erasable, env[kind as Noted] as DurableObjectNamespace, env, String(name)).erase();
  }),
  keys: {
    // They cannot be asked whether they are empty for less than erasing them costs; with the last row of the tenant they are known to be.
    async plan(env, tenant) {
      return { names: (await hasRows(env, tenant)) ? keyShards(tenant) : [], next: null };
    },
    erase: (env, _tenant, names) => each(names, (name) => keyStoreOf(env, name).erase()),
  },
  files: {
    async plan(env, tenant, cursor) {
      const at = cursor === null ? 0 : Number(cursor);
      const { objects, truncated } = await env.STORE.list({ prefix: `${FOLDERS[at]}/${tenant}/`, limit: KEYS_AT_ONCE });
      // What was planned is gone by the time that this is asked again, so the same folder is looked at until it is empty.
      const next = truncated || objects.length > 0 ? String(at) : at + 1 < FOLDERS.length ? String(at + 1) : null;
      return { names: objects.map(({ key }) => key), next };
    },
    erase: (env, _tenant, names) => env.STORE.delete(names),
  },
  rows: {
    async plan(env, tenant, cursor) {
      const rows = new TenantRows(env.DB);
      const tables = await rows.tables();
      const at = cursor === null ? 0 : Number(cursor);
      const table = tables[at];
      if (!table) return { names: [], next: null };
      const count = await rows.count(table, tenant);
      if (count === 0) return { names: [], next: at + 1 < tables.length ? String(at + 1) : null };
      return { names: [`${table.table} ${count}`], count, next: String(at) };
    },
    async erase(env, tenant, names) {
      const rows = new TenantRows(env.DB);
      for (const name of names) {
        const table = (await rows.tables()).find((each) => name.startsWith(`${each.table} `));
        if (table) await rows.remove(table, tenant);
      }
    },
  },
  audit: {
    async plan(env, tenant) {
      const { items } = await auditLogOf(env, tenant).page({ limit: 1 });
      return { names: items.length > 0 ? [tenant] : [], next: null };
    },
    erase: (env, _tenant, names) => each(names, (name) => auditLogOf(env, name).erase()),
  },
};

/** Objects by the list that they are on: the object first, then its row. `first`: before all keys. */
function listed(
  list: (typeof OBJECT_LISTS)[number],
  columns: readonly string[],
  first: Key,
  erase: (env: RegionEnv, tenant: string, key: Key) => Promise<void>,
): Stage {
  const order = columns.join(', ');
  return {
    async plan(env, tenant, cursor) {
      const after = cursor === null ? first : (JSON.parse(cursor) as Key);
      const results = await env.DB.prepare(
        `SELECT ${order} FROM ${list} WHERE tenant = ? AND (${order}) > (${columns.map(() => '?').join(', ')}) ORDER BY ${order} LIMIT ${BATCH}`,
      )
        .bind(tenant, ...after)
        .raw<Key>();
      const names = results.map((key) => JSON.stringify(key));
      return { names, next: names.length === BATCH ? names.at(-1)! : null };
    },
    async erase(env, tenant, names) {
      const keys = names.map((name) => JSON.parse(name) as Key);
      await each(keys, (key) => erase(env, tenant, key));
      await new TenantRows(env.DB).unlist(list, columns, tenant, keys);
    },
  };
}

export function erasureStages(env: RegionEnv): Pick<EraserPorts, 'plan' | 'erase'> {
  return {
    plan: (stage, tenant, cursor) => STAGES[stage].plan(env, tenant, cursor),
    erase: (stage, tenant, names) => STAGES[stage].erase(env, tenant, names),
  };
}

/** With what leads to it under other names, where it has come from another region. */
async function eraseExecution(env: RegionEnv, tenant: string, id: string): Promise<void> {
  const object = executionStub(env, id);
  if (!isOfThisRegion(env, id)) {
    const { names } = await object.carry({ do: 'names', tenant });
    await each(names, (name) => newExecutionStub(env, name).erase(tenant));
  }
  await object.erase(tenant);
}

async function hasRows(env: RegionEnv, tenant: string): Promise<boolean> {
  const rows = new TenantRows(env.DB);
  for (const table of await rows.tables()) if ((await rows.count(table, tenant)) > 0) return true;
  return false;
}

async function each<T>(names: T[], work: (name: T) => Promise<void>): Promise<void> {
  for (let from = 0; from < names.length; from += AT_ONCE) await Promise.all(names.slice(from, from + AT_ONCE).map(work));
}
