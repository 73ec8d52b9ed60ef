/** Port of the stores of secrets that companies have set up elsewhere; what proves who is asking is sealed. Instants are epoch ms. */
import type { SecretStoreSettings } from '#contracts/secret-store';

export interface SecretProviderRecord {
  /** What stands before the colon of `${vault:path#field}`. */
  name: string;
  settings: SecretStoreSettings;
  credential: { sealed: string; sealed_by: string };
  created_at: number;
  updated_at: number;
  updated_by: string;
  /** How it was when it was last looked at. */
  health: SecretProviderHealth | null;
}

export interface SecretProviderHealth {
  at: number;
  /** `null`: it answered. */
  problem: { code: string; detail: string } | null;
}

export interface SecretProviderStore {
  get(tenant: string, name: string): Promise<SecretProviderRecord | null>;
  /** All of a company, by name: they are few. */
  list(tenant: string): Promise<SecretProviderRecord[]>;
  put(tenant: string, record: SecretProviderRecord): Promise<void>;
  /** Nothing when it was changed after `updated_at`. */
  note(tenant: string, which: Pick<SecretProviderRecord, 'name' | 'updated_at'>, health: SecretProviderHealth): Promise<void>;
  /** False when there was none. */
  remove(tenant: string, name: string): Promise<boolean>;
}
