/** The way out of a region, for the applications of a tenant, over the bindings of its Worker. */

import { type HostAliases, parseHostAliases } from '#workers/egress/host-aliases';
import type { EgressSettings } from '#workers/egress/http';
import { type NameCheck, nameCheck } from '#workers/egress/names';
import { tellRefusedCall } from '#workers/egress/refused-call';
import type { RegionEnv } from '#workers/env';
import { isHosted } from '#workers/mode';
import { maskText } from '#workers/secrets/fill';
import { storesOf } from '#workers/stores';

export type EgressEnv = Pick<RegionEnv, 'DB' | 'STORE' | 'MODE' | 'DOMAIN' | 'HOST_ALIASES' | 'DNS_RESOLVER' | 'AUDIT' | 'PLACEMENT'>;

/** What does not depend on the tenant, made once: names that were looked up and targets that were read are kept with it. */
interface Shared {
  aliases: HostAliases;
  names?: NameCheck;
}

const made = new WeakMap<object, Shared>();

/**
 * For calls of applications: what the company has ruled holds, and its audit log tells of what is refused. `secrets`: values that may
 * stand in the address, and do not belong into that log.
 */
export function wayOut(env: EgressEnv, tenant: string, secrets: () => readonly string[] = () => []): EgressSettings {
  return {
    ...wayOutOfPlatform(env),
    rules: async () => (await storesOf(env).settings.of(tenant)).egress,
    refused: (problem, host) => tellRefusedCall(env, tenant, problem, maskText(host, secrets())),
  };
}

/** For calls that the platform makes itself, to identity providers: those are for its owners to choose. */
export function wayOutOfPlatform(env: Pick<EgressEnv, 'MODE' | 'DOMAIN' | 'HOST_ALIASES' | 'DNS_RESOLVER'>): EgressSettings {
  const hosted = isHosted(env);
  let shared = made.get(env);
  if (!shared) {
    shared = {
      aliases: parseHostAliases(hosted ? undefined : env.HOST_ALIASES),
      ...(hosted && env.DNS_RESOLVER ? { names: nameCheck({ resolver: env.DNS_RESOLVER }) } : {}),
    };
    made.set(env, shared);
  }
  return { hosted, ...(env.DOMAIN ? { home: env.DOMAIN } : {}), ...shared };
}
