/** Instances of state machines in the regional index. */
import type { MachineRow } from '#contracts/machine';

export interface MachineFilter {
  environment: string;
  workflow: string;
  machine: string;
  state?: string;
  limit: number;
  cursor?: string;
}

export interface MachineCount {
  machine: string;
  state: string;
  count: number;
}

/** The list of state machine instances: a projection of their histories, newest first, and how many are in each state. */
export interface MachineIndex {
  /** Idempotent; a row older than the one that is there (by `seq`) changes nothing. */
  project(rows: MachineRow[]): Promise<void>;
  list(tenant: string, filter: MachineFilter): Promise<{ items: MachineRow[]; next_cursor: string | null }>;
  /** Of all machines of a workflow; states without an instance are left out. */
  counts(tenant: string, environment: string, workflow: string): Promise<MachineCount[]>;
}
