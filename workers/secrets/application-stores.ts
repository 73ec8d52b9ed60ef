/**
 * Secrets from stores that modules of an application open: `${vault:payments/stripe#key}` of the module `vault`, and
 * `${STRIPE_KEY}` of the modules that say where to look for names.
 *
 * What a module names in its own settings comes from the tenant's secrets and the operator's, never from another store:
 * so there is no circle.
 */
import type { Definition, SecretStoreSpec } from '#contracts/definition';
import type { JsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import { storedSecretName } from '#contracts/secret-name';
import { type SecretStoreSettings, secretStoreSettings } from '#contracts/secret-store';
import { sha256Hex } from '#workers/identity/digest';
import { fillSecrets, secretRefsIn } from '#workers/secrets/fill';
import type { SecretOwner, SecretProvider } from '#workers/secrets/providers';
import type { OpenStore, StoreReader } from '#workers/secrets/stores/reader';
import { searchPath, valueIn } from '#workers/secrets/stores/store';

export interface ApplicationStorePorts {
  definition(tenant: string, hash: string): Promise<Definition | null>;
  reader: StoreReader;
  /** What settings of modules are filled in from. */
  credentials: SecretProvider;
}

export function applicationStores({ definition, reader, credentials }: ApplicationStorePorts): SecretProvider {
  return {
    async get(owner, name) {
      if (owner.definition === undefined) return undefined;
      const stores = (await definition(owner.tenant, owner.definition))?.secret_stores;
      if (!stores) return undefined;
      const stored = storedSecretName(name);
      if (stored) {
        if (!Object.hasOwn(stores, stored.store)) return undefined;
        const secret = await reader.read(await open(owner, stored.store, stores[stored.store]!, credentials), stored.path);
        return secret && valueIn(secret, stored.field);
      }
      for (const [module, spec] of Object.entries(stores)) {
        if (spec.settings.search === undefined) continue;
        const store = await open(owner, module, spec, credentials);
        const secret = await reader.read(store, searchPath(store.settings, owner.environment)!);
        const value = secret && valueIn(secret, name);
        if (value !== undefined) return value;
      }
      return undefined;
    },
  };
}

async function open(owner: SecretOwner, module: string, spec: SecretStoreSpec, credentials: SecretProvider): Promise<OpenStore> {
  const written = { ...spec } as unknown as JsonObject;
  const { input } = await fillSecrets(written, secretRefsIn(written), owner, credentials);
  const filled = input as unknown as SecretStoreSpec;
  const settings = settingsOf(module, filled.settings);
  const key = `${owner.tenant}/${await sha256Hex(`${JSON.stringify(settings)}\n${filled.credential}`)}`;
  return { tenant: owner.tenant, name: module, key, settings, credential: async () => filled.credential };
}

/** Names the settings that are wrong, not what stands there: it may have been filled in. */
function settingsOf(module: string, settings: JsonObject): SecretStoreSettings {
  const parsed = secretStoreSettings.safeParse(settings);
  if (parsed.success) return parsed.data;
  const wrong = [...new Set(parsed.error.issues.map(({ path }) => path.join('.')))].join(', ');
  throw new Problem('secret_store_refused', `${module}: its settings are not what they should be once they are filled in: ${wrong}.`);
}
