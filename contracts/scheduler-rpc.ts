/** The door of a scheduler object: the jobs of one application in one environment. */
import type { Schedule } from '#contracts/definition';
import type { ProblemCode } from '#contracts/problems';

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
  /** Why the last time did not start an execution, or not when it was due. */
  last_note?: string;
  /** Times that are due and could not be started yet. */
  held?: HeldTimes;
  /** What came of the last times, the newest first. */
  recent?: JobTime[];
  paused?: { by: string; at: number };
}

export interface HeldTimes {
  /** Epoch ms, the oldest first. */
  times: number[];
  /** When they are tried again, epoch ms. */
  again_at: number;
  /** How often in a row that was in vain. */
  tries: number;
  /** Why, for people. */
  reason: string;
}

/** What came of a time that was due. */
export interface JobTime {
  /** Epoch ms. */
  at: number;
  execution_id?: string;
  /** Why there is no execution, or why it came late. */
  note?: string;
}

/** A start by hand that was not let in. `retry_after`: seconds. */
export interface RefusedRun {
  refused: { code: ProblemCode; message: string; retry_after?: number };
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
  run(tenant: string, name: string, by: string): Promise<{ execution_id: string } | RefusedRun | null>;
}
