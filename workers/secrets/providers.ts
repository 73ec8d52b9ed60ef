/**
 * Where the value of `${NAME}` comes from: the tenant's own secrets, then the bindings of the Worker.
 * A tenant reads its own secrets and what the operator shares, never another tenant's.
 */
import type { Vault } from '#workers/secrets/vault';

/** For whom and where a value is asked. */
export interface SecretOwner {
  tenant: string;
  environment: string;
}

export interface SecretProvider {
  /** The value, or `undefined` when it is not set. */
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
 */
export function envSecrets(env: object): SecretProvider {
  const values = env as Record<string, unknown>;
  return {
    async get({ tenant }, name) {
      if (!NAME.test(name)) return undefined;
      const value = values[`SECRET_${tenant.toUpperCase().replaceAll('-', '__')}_${name}`] ?? values[`VAR_${name}`];
      return typeof value === 'string' ? value : undefined;
    },
  };
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
