/** Executions that an execution is worth comparing with: of the same pipeline and environment, completed, before it. Pure. */
import type { ExecutionSummary } from '#contracts/execution';
import type { SlimTimeline } from './timeline';

const SHOWN = 4;

type Of = Pick<SlimTimeline, 'execution_id' | 'workflow' | 'pipeline' | 'environment' | 'started_at'>;

/** Query of the list, newest first. One more than is shown: it may be among them itself. */
export function goodRunsQuery({ workflow, pipeline, environment, started_at }: Of): URLSearchParams {
  return new URLSearchParams({ workflow, pipeline, environment, status: 'completed', to: started_at, limit: String(SHOWN + 1) });
}

export function goodRuns(found: readonly ExecutionSummary[], { execution_id }: Of): ExecutionSummary[] {
  return found.filter((run) => run.execution_id !== execution_id).slice(0, SHOWN);
}
