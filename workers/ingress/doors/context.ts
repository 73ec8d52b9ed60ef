/** What a module at the door gets: the ports of this region, bound to its tenant, application and environment. */

import type { DatabaseResult } from '#contracts/app-database-rpc';
import type { Definition, ModuleSpec } from '#contracts/definition';
import { fnv1a } from '#contracts/fnv1a';
import type { JsonObject } from '#contracts/json';
import type { LimiterRpc } from '#contracts/limiter-rpc';
import { isAtLeast } from '#contracts/log-level';
import { Problem } from '#contracts/problems';
import type { CataloguePort, DoorContext, DoorFiles } from '#modules/door';
import { schemaFaults } from '#steps/json-schema';
import type { ActiveDeployment } from '#storage/ports';
import { appDatabase } from '#workers/app-database-stub';
import { lanes } from '#workers/egress/lanes';
import { Passage } from '#workers/egress/passage';
import { wayOut } from '#workers/egress/way-out';
import type { RegionEnv } from '#workers/env';
import { passwords } from '#workers/identity/passwords';
import { forwarder } from '#workers/ingress/doors/forward';
import { createTokens } from '#workers/ingress/doors/tokens';
import { noteObject } from '#workers/named-objects';
import { callsOf } from '#workers/objects/calls';
import { objectNamed } from '#workers/objects/stubs';
import { writeLine } from '#workers/observer/write-line';
import { effectBounds } from '#workers/quota/effect-bounds';
import { isRevoked, revoke } from '#workers/revocations';
import { fillSecrets, maskJson, maskText, secretRefsIn } from '#workers/secrets/fill';
import type { SecretOwner } from '#workers/secrets/providers';
import { secretsOf } from '#workers/secrets/secrets-of';
import { storesOf } from '#workers/stores';

/** At worst a token is taken that nobody used. */
const limiter = callsOf<LimiterRpc>('limit of calls', { take: 'again' });

export interface Entrance {
  tenant: string;
  deployment: ActiveDeployment;
  definition: Definition;
  methods: readonly string[];
}

/** `tables`: what the module's own database has. Throws Problem('secret_missing'). */
export async function doorContext(env: RegionEnv, entrance: Entrance, module: string, spec: ModuleSpec, tables: readonly string[]): Promise<DoorContext> {
  const { tenant, deployment, definition, methods } = entrance;
  const { workflow, environment } = deployment;
  const place = [tenant, workflow, environment, module];
  const { settings, values } = await filled(env, { tenant, environment, definition: deployment.hash }, spec.config);
  const masked = (text: string) => maskText(text, values);
  const log = (...[level, said, more]: Parameters<DoorContext['log']>) => {
    const message = masked(said);
    const fields = maskJson(more, values) as JsonObject;
    console.log(JSON.stringify({ level, message, tenant, workflow, module, ...fields }));
    const { log: policy } = definition.observation ?? {};
    if (!policy || !isAtLeast(level, policy.lines)) return undefined;
    return writeLine(env, { tenant, workflow, environment }, { level, message, fields: { module, ...fields } }, policy.keep_ms);
  };
  return {
    tenant,
    workflow,
    environment,
    deployment: { version: deployment.version, hash: deployment.hash },
    module,
    settings,
    ...(spec.document === undefined ? {} : { document: spec.document }),
    now: Date.now,
    methods,
    http: forwarder(
      wayOut(env, tenant, () => values),
      {
        log,
        masked,
        passage: async (turn) => Passage.begin(lanes, tenant, await effectBounds(env, { tenant, definition: deployment.hash }), turn),
      },
    ),
    database: databaseOf(env, tenant, [...place.slice(0, 3), `door:${module}`].join('/'), tables),
    files: filesOf(env, tenant, definition),
    tokens: createTokens(Date.now),
    passwords,
    revocations: {
      has: (issuer, jti) => isRevoked(env, { tenant, workflow, environment, module: issuer }, jti),
      add: (issuer, jti, until) => revoke(env, { tenant, workflow, environment, module: issuer }, jti, until),
    },
    limits: {
      take(key, rate) {
        return objectNamed(limiter, env.LIMITER, env, [...place, fnv1a(key) % SHARDS].join('/')).take(key, rate);
      },
    },
    schemas: { faults: schemaFaults },
    executions: {
      async recent(most = RECENT) {
        const { items } = await storesOf(env).executions.list(tenant, { workflow, environment, limit: Math.min(most, RECENT) });
        return items.map(({ pipeline, status, duration_ms }) => ({ pipeline, status, ...(duration_ms === undefined ? {} : { duration_ms }) }));
      },
    },
    catalogue: catalogueOf(env, tenant, environment),
    log,
    masked,
  };
}

function catalogueOf(env: RegionEnv, tenant: string, environment: string): CataloguePort {
  const { deployments, definitions } = storesOf(env);
  return {
    async list() {
      const active = await deployments.list(tenant, environment);
      return active.map(({ workflow: name, version }) => ({ name, version }));
    },
    async find(name) {
      const active = await deployments.active(tenant, name, environment);
      const definition = active && (await definitions.get(tenant, active.hash));
      if (!active || !definition) return undefined;
      const pipelines = Object.values(definition.pipelines).map((each) => ({ name: each.name, trigger: each.trigger.type }));
      return { name: active.workflow, version: active.version, description: definition.description ?? null, pipelines };
    },
  };
}

const RECENT = 200;
const SHARDS = 8;

/** `${NAME}` in the settings, filled in, and with what. */
async function filled(env: RegionEnv, owner: SecretOwner, config: JsonObject): Promise<{ settings: JsonObject; values: string[] }> {
  const { input, values } = await fillSecrets(config, secretRefsIn(config), owner, secretsOf(env).all);
  return { settings: input as JsonObject, values };
}

function databaseOf(env: RegionEnv, tenant: string, name: string, tables: readonly string[]): DoorContext['database'] {
  const object = async () => {
    await noteObject(env, 'APP_DATABASE', tenant, name);
    return appDatabase(env, name);
  };
  const setup = [...tables];
  return {
    async query(sql, params) {
      return good(await (await object()).query(sql, params, setup)).rows;
    },
    async exec(sql, params) {
      const { affected_rows, rows } = good(await (await object()).exec(sql, params, crypto.randomUUID(), setup));
      return { affected: affected_rows, rows };
    },
  };
}

function good(result: DatabaseResult): Extract<DatabaseResult, { ok: true }> {
  if (!result.ok) throw new Problem('database_error', result.message);
  return result;
}

/** Paths are relative to the document, and there is nothing above it. */
function filesOf(env: RegionEnv, tenant: string, { files = {} }: Definition): DoorFiles {
  const refOf = (path: string) => {
    const plain = path
      .split('/')
      .filter((part) => part !== '' && part !== '.' && part !== '..')
      .join('/');
    return Object.hasOwn(files, plain) ? files[plain] : undefined;
  };
  return {
    has: (path) => refOf(path) !== undefined,
    async open(path) {
      const ref = refOf(path);
      const stored = ref && (await storesOf(env).files.open(tenant, ref.sha256));
      return stored && { body: stored, size: ref!.size, etag: `"${ref!.sha256.slice(0, 32)}"` };
    },
    async text(path) {
      const ref = refOf(path);
      const stored = ref && (await storesOf(env).files.open(tenant, ref.sha256));
      return stored && new Response(stored).text();
    },
  };
}
