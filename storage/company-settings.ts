/** Port of what a company has decided about itself. */
import type { EgressRules } from '#contracts/egress';
import type { OwnRetention } from '#contracts/retention';

export interface CompanySettings {
  /** What its applications may call; `null`: everything. */
  egress: EgressRules | null;
  /** People without a second factor may do nothing but set one up. */
  requires_second_factor: boolean;
  /** How long it keeps what has ended, where it differs from its plan; of a guest all that holds at its home. */
  retention: OwnRetention | null;
}

export const NO_SETTINGS: CompanySettings = { egress: null, requires_second_factor: false, retention: null };

export interface CompanySettingsStore {
  /** As it was a moment ago at the latest; of a guest what its home has sent. */
  of(tenant: string): Promise<CompanySettings>;
  /** As it is now. */
  read(tenant: string): Promise<CompanySettings>;
  /** Nothing for a tenant that is not at home here. */
  change(tenant: string, settings: Partial<CompanySettings>): Promise<void>;
}
