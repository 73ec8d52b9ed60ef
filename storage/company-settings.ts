/** Port of what a company has decided about itself. */
import type { EgressRules } from '#contracts/egress';
import type { PeerQuota } from '#contracts/peer';
import type { PlannedQuota } from '#contracts/quota';
import type { OwnRetention } from '#contracts/retention';

export interface CompanySettings {
  /** What its applications may call; `null`: everything. */
  egress: EgressRules | null;
  /** People without a second factor may do nothing but set one up. */
  requires_second_factor: boolean;
  /** How long it keeps what has ended, where it differs from its plan; of a guest all that holds at its home. */
  retention: OwnRetention | null;
  /** Of a guest: what it may have at work, as its home has said. Of a company at home it is set by the operator, elsewhere. */
  quota: PlannedQuota | null;
}

/** What the company itself decides. */
export type OwnSettings = Omit<CompanySettings, 'quota'>;

export const NO_SETTINGS: CompanySettings = { egress: null, requires_second_factor: false, retention: null, quota: null };

export interface CompanySettingsStore {
  /** As it was a moment ago at the latest; of a guest what its home has sent. */
  of(tenant: string): Promise<CompanySettings>;
  /** As it is now. */
  read(tenant: string): Promise<CompanySettings>;
  /** Nothing for a tenant that is not at home here. */
  change(tenant: string, settings: Partial<OwnSettings>): Promise<void>;
  /** What a guest may have at work; not when a later revision of it is here, and nothing for one that is not known here. */
  noteQuota(tenant: string, quota: PeerQuota): Promise<void>;
}
