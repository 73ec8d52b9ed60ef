/**
 * All secrets of a region's tenants, over the bindings of its Worker, in the order in which they hold: the tenant's own,
 * the operator's, stores of the application, stores of the company.
 */

import { createHttp } from '#workers/egress/http';
import { type EgressEnv, wayOut } from '#workers/egress/way-out';
import type { RegionEnv } from '#workers/env';
import { secretProviderPlace, unsealed } from '#workers/identity/sealed';
import { applicationStores } from '#workers/secrets/application-stores';
import { CompanyStores } from '#workers/secrets/company-stores';
import { envSecrets, firstOf, type SecretProvider, vaultSecrets } from '#workers/secrets/providers';
import { StoreReader } from '#workers/secrets/stores/reader';
import { vaultOf } from '#workers/secrets/vault-of';
import { storesOf } from '#workers/stores';

type SecretsEnv = EgressEnv & Pick<RegionEnv, 'SECRETS_KEY' | 'SECRETS_KEY_PREVIOUS'>;

interface RegionSecrets {
  /** What a document may name. */
  all: SecretProvider;
  /** What is set here, without asking anybody else. */
  own: SecretProvider;
  /** What is set elsewhere. */
  stores: SecretProvider;
  companyStores: CompanyStores;
}

/** A store that has not answered by then has not answered. */
const PATIENCE_MS = 5_000;

const made = new WeakMap<D1Database, RegionSecrets>();

export function secretsOf(env: SecretsEnv): RegionSecrets {
  const known = made.get(env.DB);
  if (known) return known;
  const { secretProviders: records, definitions } = storesOf(env);
  const reader = new StoreReader({
    http: (tenant) => createHttp({ ...wayOut(env, tenant), secure: true }, AbortSignal.timeout(PATIENCE_MS)),
    now: Date.now,
  });
  const own = firstOf(
    vaultSecrets(() => vaultOf(env)),
    envSecrets(env),
  );
  const companyStores = new CompanyStores({
    records,
    credential: async (tenant, { name, credential }) => (await unsealed(env, credential, secretProviderPlace(tenant, name))).value,
    reader,
    now: Date.now,
  });
  const stores = firstOf(applicationStores({ definition: (tenant, hash) => definitions.get(tenant, hash), reader, credentials: own }), companyStores);
  const secrets = { all: firstOf(own, stores), own, stores, companyStores };
  made.set(env.DB, secrets);
  return secrets;
}
