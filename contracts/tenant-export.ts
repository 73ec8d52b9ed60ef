/** The export of a tenant's data from a region: what is asked, how far it is, and what the archive holds. */
import { ERASURE_STAGES, type ErasureStage } from '#contracts/erasure';

/** What is written, in this order; the same stores that an erasure goes through. */
export const EXPORT_STAGES = ERASURE_STAGES;
export type ExportStage = ErasureStage;

export interface ExportOrder {
  tenant: string;
  region: string;
  requested_by: string;
  /** Epoch ms. */
  requested_at: number;
}

/** What has been written of one kind. */
export interface Exported {
  stage: ExportStage;
  /** Files in the archive. */
  count: number;
  bytes: number;
}

export interface TenantExport extends ExportOrder {
  status: 'writing' | 'finishing' | 'completed';
  stage: ExportStage;
  written: Exported[];
  /** What could not be read, by stage and name; the first hundred. */
  left_out: string[];
  /** Of the whole archive, bytes, once it is complete. */
  size?: number;
  finished_at?: number;
  /** When the archive goes, epoch ms. */
  expires_at?: number;
  /** The last fault, while it is tried again. */
  fault?: string;
  /** The tenant is on its way to another region: there it begins anew; where that is called off, it goes on. */
  waits_for?: 'move';
}

export interface ExporterRpc {
  /** One that is under way answers how far it is; a complete one is replaced. */
  begin(order: ExportOrder): Promise<TenantExport>;
  /** `null`: there is none. */
  progress(): Promise<TenantExport | null>;
  /** Job and archive go. False: there is none. */
  discard(): Promise<boolean>;
}
