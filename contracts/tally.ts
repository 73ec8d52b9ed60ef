/** What measures of many executions come to, as it is kept for an hour that is over and sent between regions. */
import type { ExecutionStatus } from '#contracts/execution';
import type { Buckets, PackedMeasure, StepMeasure, Usage } from '#contracts/metrics';

/** A pipeline as executions are told apart by it. */
export interface MeasuredPlace {
  workflow: string;
  workflow_id: string;
  environment: string;
  pipeline: string;
}

/** A row of the index, as far as it is measured. */
export interface MeasuredRow extends MeasuredPlace {
  execution_id: string;
  /** Epoch ms. */
  started_at: number;
  /** Number of its events. */
  seq: number;
  status: ExecutionStatus;
  duration_ms: number | null;
  /** Of one that has ended. */
  measure: PackedMeasure | null;
}

export interface PipelineCounts extends MeasuredPlace {
  statuses: Partial<Record<ExecutionStatus, number>>;
  events: number;
  duration_sum_ms: number;
  durations: Buckets;
  usage: Usage;
  steps: StepMeasure[];
}

/** All pipelines that had executions in a span of time; an execution counts for the moment at which it started. */
export interface TallySpan {
  /** Its beginning, epoch ms. */
  at: number;
  pipelines: PipelineCounts[];
}
