/**
 * A recording: what the steps of one execution came to, for another execution to take instead of running them.
 * Plain JSON; it stands in `execution.started` of the execution that uses it, so that its log needs no other log.
 */
import type { Json, JsonObject } from '#contracts/json';
import type { ErrorInfo } from '#contracts/problems';

export interface Recording {
  /** Where following the record ends: with this step, once it has been followed `runs` times. A dry run takes the effects after it too. */
  until?: { step: string; runs: number };
  /** By step, its runs in order; more than one only through jumps. */
  steps: { [name: string]: RecordedRun[] };
  /** By step, what its undoings came to, in order. */
  undos: { [name: string]: RecordedRun[] };
}

/** What one run came to in the end; retries on the way are not kept. */
export type RecordedRun =
  | { kind: 'completed'; output: Json; response?: JsonObject }
  | { kind: 'failed'; error: ErrorInfo }
  | { kind: 'skipped'; reason: string }
  /** A conditional: the value and the route it took. */
  | { kind: 'routed'; value: Json; route: string };
