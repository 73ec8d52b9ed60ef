/** The erasure of a tenant: what is asked, how far it is, and what is left in the end, a certificate. */

/** In this order; each is gone through to its end. */
export const ERASURE_STAGES = ['executions', 'machines', 'breakers', 'objects', 'keys', 'files', 'rows', 'audit'] as const;
export type ErasureStage = (typeof ERASURE_STAGES)[number];

/** What was erased of one kind. */
export interface Erased {
  stage: ErasureStage;
  count: number;
  /** Hex SHA-256 chain over the names, in the order in which they were erased. */
  sha256: string;
}

export type ErasureStatus = 'closing' | 'erasing' | 'settling' | 'verifying' | 'elsewhere' | 'completed';

export interface ErasureOrder {
  tenant: string;
  region: string;
  /** Whether the tenant is at home here; else only executions of it lived here. */
  home: boolean;
  requested_by: string;
  /** Epoch ms. */
  requested_at: number;
}

export interface Erasure extends ErasureOrder {
  status: ErasureStatus;
  stage: ErasureStage;
  erased: Erased[];
  /** How often everything was gone through: what came in meanwhile is erased as well. */
  rounds: number;
  /** The last fault, while it is tried again. */
  fault?: string;
}

/** What one region attests. */
export interface RegionErasure {
  region: string;
  finished_at: number;
  rounds: number;
  erased: Erased[];
}

/** Kept by the region of the tenant's home; each one holds the hash of the one before. */
export interface ErasureCertificate {
  id: string;
  tenant: string;
  requested_by: string;
  requested_at: number;
  finished_at: number;
  regions: RegionErasure[];
  /** Hash of the certificate before it, zeros for the first. */
  prev: string;
  /** Hex SHA-256 over `prev` and the rest. */
  hash: string;
}

/** Every object that keeps something of a tenant. */
export interface ErasableRpc {
  /** Everything of it goes. */
  erase(): Promise<void>;
}

export interface EraserRpc {
  /** Nobody gets in to the tenant once this has answered. `null`: it is on its way to another region, and nothing has begun. */
  begin(order: ErasureOrder): Promise<Erasure | null>;
  /** `null`: nothing is being erased. */
  progress(): Promise<Erasure | null>;
}
