/** One order to many executions: those that a filter of the list finds. */
import type { ExecutionStatus } from '#contracts/execution';

export const BULK_ACTIONS = ['cancel', 'pause', 'resume', 'replay'] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

/** As the list of executions has it; instants are epoch ms. */
export interface BulkFilter {
  pipeline?: string;
  workflow?: string;
  /** Of these alone: who began the job may not reach others. */
  workflow_ids?: string[];
  status?: ExecutionStatus;
  environment?: string;
  from?: number;
  to?: number;
  q?: string;
}

export interface BulkOrder {
  id: string;
  tenant: string;
  action: BulkAction;
  filter: BulkFilter;
  reason?: string;
  by: string;
  /** How many there were when it began; at least so many where `total_is_least`. */
  total: number;
  total_is_least: boolean;
  /** Epoch ms. What starts later is not its affair. */
  created_at: number;
}

export interface BulkJob extends BulkOrder {
  status: 'running' | 'completed' | 'cancelled';
  done: number;
  /** The order did not fit the state that the execution was in. */
  refused: number;
  failed: number;
  /** The first of those that were not done. */
  problems: { execution_id: string; code: string; message: string }[];
  finished_at?: number;
  cancelled_by?: string;
}

/** One object for each job. */
export interface BulkJobRpc {
  begin(order: BulkOrder): Promise<BulkJob>;
  /** What has been done stays done. `null`: there is no such job. */
  cancel(by: string): Promise<BulkJob | null>;
}
