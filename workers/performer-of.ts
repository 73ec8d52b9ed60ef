/** The region's performer, over the bindings of its Worker: for the execution object and for detached steps alike. */
import type { Performer } from '#engine/ports';
import { appDatabase } from '#workers/app-database-stub';
import { keptResults } from '#workers/breakers/kept-results';
import { breakersOf } from '#workers/breakers/ports';
import { createHttp } from '#workers/egress/http';
import { wayOut } from '#workers/egress/way-out';
import type { RegionEnv } from '#workers/env';
import { publish } from '#workers/events/publish';
import { keyStoreOf } from '#workers/idempotency/step-keys';
import { maskedOutcome } from '#workers/masks';
import { noteObject } from '#workers/named-objects';
import { createActors } from '#workers/performer/actors';
import { createArtifacts } from '#workers/performer/artifacts';
import { createCalls } from '#workers/performer/calls';
import { createMachines } from '#workers/performer/machines';
import { createPlatform } from '#workers/performer/platform';
import { regionPerformer } from '#workers/performer/region-performer';
import { effectBounds } from '#workers/quota/effect-bounds';
import { revoke } from '#workers/revocations';
import { homeSecrets } from '#workers/secrets/home-secrets';
import { firstOf } from '#workers/secrets/providers';
import { secretsOf } from '#workers/secrets/secrets-of';
import { storesOf } from '#workers/stores';

const made = new WeakMap<RegionEnv, Performer>();

export function performerOf(env: RegionEnv): Performer {
  const known = made.get(env);
  if (known) return known;
  const { definitions, links } = storesOf(env);
  const { own, stores } = secretsOf(env);
  const performer = regionPerformer({
    database: (name) => appDatabase(env, name),
    noteDatabase: (name, tenant) => noteObject(env, 'APP_DATABASE', tenant, name),
    keyStore: (name) => keyStoreOf(env, name),
    http: ({ tenant }, signal, secrets, counted) => createHttp({ ...wayOut(env, tenant, () => secrets), ...(counted ? { counted } : {}) }, signal),
    secrets: firstOf(
      own,
      homeSecrets(env, (tenant) => links.homeOf(tenant), stores),
    ),
    machines: (effect) => createMachines(env, effect),
    actors: (effect) => createActors(env, effect),
    artifacts: (effect) => createArtifacts(env.STORE, effect),
    calls: (effect) => createCalls(env, effect),
    publish: (message) => publish(message, env),
    revocations: ({ tenant, workflow, environment }) => ({
      revoke: (module, jti, until) => revoke(env, { tenant, workflow, environment, module }, jti, until),
    }),
    platform: (effect) => createPlatform(env, effect),
    bounds: (effect) => effectBounds(env, effect),
    breakers: breakersOf(env),
    kept: keptResults,
    schemas: async (effect) => (await definitions.get(effect.tenant, effect.definition))?.schemas ?? {},
    masked: async (effect, outcome) => {
      const rules = (await definitions.get(effect.tenant, effect.definition))?.pipelines[effect.pipeline]?.mask;
      return rules ? maskedOutcome(env, rules, effect, outcome) : outcome;
    },
    specs: async (effect) => (await definitions.get(effect.tenant, effect.definition))?.databases ?? {},
  });
  made.set(env, performer);
  return performer;
}
