/** What comes of a step's failure: by its `on_error`, else by the pipeline's. */
import type { Node } from '#contracts/graph';
import type { ErrorInfo } from '#contracts/problems';
import { fail } from '#engine/ends';
import { endLane } from '#engine/lanes';
import { stopFor } from '#engine/stop';
import { placeOf, ROOT, type Visit } from '#engine/strands';
import type { Turn } from '#engine/turn';

/** No further attempt. In a block the failure ends the lane: what comes of that is the block's affair. */
export function giveUp(turn: Turn, visit: Visit, error: ErrorInfo, duration: number): void {
  const { name, strand } = visit;
  const policy = failurePolicy(turn, visit);
  const step = turn.started.steps[name]!;
  if (policy === 'continue') turn.emit('step.output_recorded', { step_name: name, output: { value: { _error: error.message } } });
  turn.emit('step.failed', { step_name: name, error, duration_ms: duration, attempts: step.attempts, final: true });
  // Asked to cancel, `run` does so once nothing is under way any more.
  if (turn.started.cancel) return;
  switch (policy) {
    case 'continue':
      return;
    case 'skip':
      return turn.emit('step.skipped', { ...placeOf(visit), reason: 'on_error: skip', error });
    case 'lane':
      return endLane(turn, strand, { outcome: 'failed', error });
    case 'stop':
      return fail(turn, error, name);
    case 'compensate':
      return stopFor(turn, { reason: 'failed', error, step_name: name });
    default: {
      const never: never = policy;
      return never;
    }
  }
}

/** A step that fails before its first attempt: its settings or its condition cannot be evaluated. */
export function enterFailed(turn: Turn, visit: Visit, error: ErrorInfo): void {
  turn.emit('step.started', { ...placeOf(visit), attempt: 1 });
  giveUp(turn, visit, error, 0);
}

function failurePolicy(turn: Turn, { node, strand }: Visit) {
  const own = ownPolicy(node);
  if (strand !== ROOT) return own === 'continue' || own === 'skip' ? own : 'lane';
  return own ?? (turn.pipeline.saga ? 'compensate' : turn.pipeline.on_error);
}

function ownPolicy(node: Node) {
  return node.kind === 'conditional' ? undefined : node.on_error;
}
