/** The door of a scheduler object: the jobs of one application in one environment. */
import type { Schedule } from '#contracts/definition';

/** What runs there; `schedules` empty: nothing is due any more. */
export interface SchedulePlan {
  tenant: string;
  workflow: string;
  environment: string;
  /** Content hash of the definition that the schedules are of. */
  hash: string;
  schedules: Schedule[];
}

export interface JobState {
  name: string;
  /** Epoch ms. */
  next_at?: number;
  last_at?: number;
  last_execution_id?: string;
  /** Why the last time did not start an execution. */
  last_note?: string;
  paused?: { by: string; at: number };
}

export interface SchedulerRpc {
  /** Takes over the schedules of the deployment that has become active. */
  sync(plan: SchedulePlan): Promise<void>;
  /** `null` for an object that never had a plan of this tenant. */
  read(tenant: string): Promise<{ hash: string; jobs: JobState[] } | null>;
  /** `false`: there is no such job. */
  pause(tenant: string, name: string, by: string): Promise<boolean>;
  resume(tenant: string, name: string): Promise<boolean>;
  /** Starts it now, beside its times. `null`: there is no such job. */
  run(tenant: string, name: string, by: string): Promise<{ execution_id: string } | null>;
}
