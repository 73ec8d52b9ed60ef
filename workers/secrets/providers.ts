/**
 * Where the value of `${NAME}` comes from: the tenant's own secrets, the bindings of the Worker, stores elsewhere.
 * A tenant reads its own secrets and what the operator shares, never another tenant's.
 */
import { Problem } from '#contracts/problems';
import type { Vault } from '#workers/secrets/vault';

/** For whom and where a value is asked. */
export interface SecretOwner {
  tenant: string;
  environment: string;
  /** Hash of the definition that names it, where one does. */
  definition?: string;
}

export interface SecretProvider {
  /** The value, or `undefined` when it is not set. `name` is of either form of `contracts/secret-name.ts`. */
  get(owner: SecretOwner, name: string): Promise<string | undefined>;
}

const NAME = /^[A-Za-z][A-Za-z0-9_]*$/;

/** What the tenant has set by the API or on the page. */
export function vaultSecrets(vault: () => Vault): SecretProvider {
  return {
    async get({ tenant, environment }, name) {
      return NAME.test(name) ? vault().reveal({ tenant, environment, name }) : undefined;
    },
  };
}

/**
 * From the bindings of the Worker: `SECRET_{TENANT}_{NAME}` of the tenant, then `VAR_{NAME}` for all tenants. The tenant
 * is in upper case, and each of its hyphens is written `__`: a single underscore then always ends the tenant, so that
 * no name of one tenant can spell the secret of another. Names begin with a letter for the same reason.
 * A binding is a text, or a secret of Cloudflare's Secrets Store, which is asked for its value.
 */
export function envSecrets(env: object): SecretProvider {
  const values = env as Record<string, unknown>;
  return {
    async get({ tenant }, name) {
      if (!NAME.test(name)) return undefined;
      const binding = values[`SECRET_${tenant.toUpperCase().replaceAll('-', '__')}_${name}`] ?? values[`VAR_${name}`];
      if (typeof binding === 'string') return binding;
      return isStored(binding) ? ofSecretsStore(binding, name) : undefined;
    },
  };
}

function isStored(binding: unknown): binding is Pick<SecretsStoreSecret, 'get'> {
  return typeof binding === 'object' && binding !== null && 'get' in binding && typeof binding.get === 'function';
}

async function ofSecretsStore(binding: Pick<SecretsStoreSecret, 'get'>, name: string): Promise<string> {
  try {
    return await binding.get();
  } catch (cause) {
    throw new Problem('secret_store_refused', `The Secrets Store of the operator gave no value for ${name}. The operator has to set it there.`, { cause });
  }
}

/** The first that has it. */
export function firstOf(...providers: SecretProvider[]): SecretProvider {
  return {
    async get(owner, name) {
      for (const provider of providers) {
        const value = await provider.get(owner, name);
        if (value !== undefined) return value;
      }
      return undefined;
    },
  };
}
