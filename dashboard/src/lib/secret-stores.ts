/** Stores of secrets elsewhere, in words, and what a form says of one as the API wants it. */
import type { SecretProviderItem } from '~/lib/api-types';

export const STORE_KINDS: Record<SecretProviderItem['kind'], string> = {
  vault: 'HashiCorp Vault',
  aws: 'AWS Secrets Manager',
  gcp: 'Google Secret Manager',
};

/** What the credential is called there. */
export const CREDENTIALS = { token: 'Token', approle: 'Secret id', aws: 'Secret access key', gcp: 'Key of the service account, as JSON' };

/** Empty fields are left out: the API has a default for them, or keeps what is there. */
export function storeSettings(kind: SecretProviderItem['kind'], method: string, fields: { [name: string]: string }): object {
  const given = (...names: string[]) => Object.fromEntries(names.filter((name) => fields[name]).map((name) => [name, fields[name]]));
  const shared = { kind, ...given('credential', 'search') };
  if (kind === 'aws') return { ...shared, ...given('region', 'access_key_id') };
  if (kind === 'gcp') return { ...shared, ...given('project') };
  return { ...shared, ...given('address', 'namespace', 'mount'), auth: method === 'token' ? { method } : { method, ...given('role_id') } };
}

/** Where it is, in a line. */
export function placeOf(store: SecretProviderItem): string {
  if (store.kind === 'aws') return `${store.region}, access key ${store.access_key_id}`;
  if (store.kind === 'gcp') return `project ${store.project}`;
  return `${store.address}${store.namespace ? `, namespace ${store.namespace}` : ''}, ${store.auth?.method === 'approle' ? 'by AppRole' : 'by token'}`;
}
