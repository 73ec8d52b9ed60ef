/**
 * The forward run: from node to node until an effect, a timer, or the end. Steps without I/O run here, in the turn.
 */
import type { ActivityNode, ConditionalNode, Node } from '#contracts/definition';
import type { Json, JsonObject } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import { type ErrorInfo, errorInfo } from '#contracts/problems';
import type { RecordedRun } from '#contracts/recording';
import type { StepOutcome } from '#contracts/step';
import { storedValue } from '#engine/context';
import { complete, fail } from '#engine/ends';
import { notRecorded, recordedEffect, recordedResponse, recordedRun, recordedTarget } from '#engine/recording';
import { nextDelay } from '#engine/retry';
import { cancelNow, overTime, stopFor } from '#engine/stop';
import { optional, type Turn } from '#engine/turn';

/** From `position` until an effect, a timer, or the end. */
export function run(turn: Turn): void {
  const { nodes } = turn.pipeline;
  while (turn.draft.phase.kind === 'running') {
    const state = turn.started;
    if (state.cancel) return cancelNow(turn);
    if (state.facts.deadline !== undefined && turn.now >= state.facts.deadline) return overTime(turn);
    if (state.runs >= LIMITS.stepRuns) {
      return fail(
        turn,
        errorInfo('execution_failed', `The pipeline has taken ${LIMITS.stepRuns} steps without an end. Check its conditional jumps for a loop.`),
      );
    }
    const node = nodes[state.position];
    if (!node) return complete(turn);
    if (turn.budget-- <= 0) {
      turn.unfinished = true;
      return;
    }
    if (!enter(turn, node)) return;
  }
}

export function takeOutcome(turn: Turn, name: string, outcome: StepOutcome): void {
  const node = turn.nodeOf(name);
  if (node?.kind !== 'activity') return;
  if (settle(turn, node, outcome)) run(turn);
}

/** A step's timer or retry has come due. */
export function due(turn: Turn, name: string): void {
  const node = turn.nodeOf(name);
  const step = turn.started.steps[name];
  if (node?.kind !== 'activity' || !step) return;
  if (step.status === 'waiting') {
    completeStep(turn, node, step.output ? storedValue(step.output) : null);
    return run(turn);
  }
  if (step.status !== 'retrying') return;
  turn.emit('step.started', {
    step_name: name,
    step_type: node.type,
    step_index: node.index,
    attempt: step.attempts + 1,
    ...optional('idempotency_key', step.idempotency_key),
  });
  if (makeAttempt(turn, node)) run(turn);
}

/** Enters a node. Answers whether the run may go on at once. */
function enter(turn: Turn, node: Node): boolean {
  const recorded = recordedRun(turn.started, node);
  if (recorded) return follow(turn, node, recorded);
  const skip = skipReason(turn, node);
  if (skip !== undefined) {
    if (typeof skip !== 'string') return enterFailed(turn, node, skip);
    turn.emit('step.skipped', { step_name: node.name, step_type: node.type, step_index: node.index, reason: skip });
    return true;
  }
  return node.kind === 'conditional' ? routeFrom(turn, node) : enterActivity(turn, node);
}

/** A run that the record already had: the same events, less the effect. Answers whether the run may go on at once. */
function follow(turn: Turn, node: Node, run: RecordedRun): boolean {
  const place = { step_name: node.name, step_type: node.type, step_index: node.index };
  switch (run.kind) {
    case 'completed':
      turn.emit('step.started', { ...place, attempt: 1 });
      turn.emit('step.output_recorded', { step_name: node.name, output: { value: run.output }, response: recordedResponse(run.response) });
      turn.emit('step.completed', { step_name: node.name, duration_ms: 0, status: 'completed', attempts: 1 });
      return true;
    case 'failed':
      return enterFailed(turn, node, run.error);
    case 'skipped':
      turn.emit('step.skipped', { ...place, reason: run.reason });
      return true;
    case 'routed': {
      const target_index = recordedTarget(node as ConditionalNode, run.route)!;
      const target = turn.pipeline.nodes[target_index]?.name ?? '';
      turn.emit('conditional.routed', { ...place, value: run.value, route: run.route, target, target_index });
      return true;
    }
    default: {
      const never: never = run;
      return never;
    }
  }
}

/** A dry run's effect: what it came to at the origin, without a further attempt. Answers whether the run may go on at once. */
function rehearse(turn: Turn, node: ActivityNode): boolean {
  const run = recordedEffect(turn.started, node.name, 'run');
  if (run?.kind !== 'completed') return giveUp(turn, node, run?.error ?? notRecorded(node.name), 0);
  return settle(turn, node, { ...run, response: recordedResponse(run.response) });
}

function skipReason(turn: Turn, node: Node): string | ErrorInfo | undefined {
  if (node.if !== undefined) {
    const verdict = turn.world.evaluator.test(node.if, turn.frame());
    if (verdict.kind === 'error') return verdict.error;
    if (!verdict.value) return `if: ${node.if}`;
  }
  if (node.skip_if !== undefined) {
    const verdict = turn.world.evaluator.test(node.skip_if, turn.frame());
    if (verdict.kind === 'error') return verdict.error;
    if (verdict.value) return `skip_if: ${node.skip_if}`;
  }
  return undefined;
}

function routeFrom(turn: Turn, node: ConditionalNode): boolean {
  const routing = turn.world.evaluator.route(node, turn.frame());
  if (routing.kind === 'error') return enterFailed(turn, node, routing.error);
  const target = turn.pipeline.nodes[routing.target];
  turn.emit('conditional.routed', {
    step_name: node.name,
    step_type: node.type,
    step_index: node.index,
    value: routing.value,
    route: routing.route,
    target: target?.name ?? '',
    target_index: routing.target,
  });
  return true;
}

/** A step that fails before its first attempt: its settings or its condition cannot be evaluated. */
function enterFailed(turn: Turn, node: Node, error: ErrorInfo): boolean {
  turn.emit('step.started', { step_name: node.name, step_type: node.type, step_index: node.index, attempt: 1 });
  return giveUp(turn, node, error, 0);
}

function enterActivity(turn: Turn, node: ActivityNode): boolean {
  const resolved = turn.world.evaluator.resolve(node.name, node, turn.frame());
  if (resolved.kind === 'error') return enterFailed(turn, node, resolved.error);
  const runs = (turn.started.steps[node.name]?.runs ?? 0) + 1;
  const key = resolved.idempotency_key ?? (node.pure ? undefined : `${turn.started.facts.execution_id}:${node.name}${runs > 1 ? `:${runs}` : ''}`);
  turn.emit('step.started', {
    step_name: node.name,
    step_type: node.type,
    step_index: node.index,
    attempt: 1,
    ...optional('idempotency_key', key),
  });
  turn.emit('step.input_recorded', {
    step_name: node.name,
    input: { value: resolved.input },
    ...(resolved.secrets.length > 0 ? { secrets: resolved.secrets } : {}),
  });
  return makeAttempt(turn, node);
}

/** The attempt that `step.started` announced: in this turn when pure, else as an effect. */
function makeAttempt(turn: Turn, node: ActivityNode): boolean {
  const step = turn.started.steps[node.name]!;
  if (!node.pure && turn.started.facts.dry_run) return rehearse(turn, node);
  if (!node.pure) {
    turn.effect(node, node.name, 'run');
    return false;
  }
  return settle(turn, node, turn.world.evaluator.run(node.type, storedValue(step.input!), turn.frame()));
}

/** Records what came of an attempt. Answers whether the run may go on at once. */
function settle(turn: Turn, node: ActivityNode, outcome: StepOutcome): boolean {
  const step = turn.started.steps[node.name]!;
  switch (outcome.kind) {
    case 'completed':
      completeStep(turn, node, outcome.output, outcome.response);
      return turn.draft.phase.kind === 'running';
    case 'sleep':
      turn.emit('timer.scheduled', { step_name: node.name, due_at: Math.max(outcome.until, turn.now), output: { value: outcome.output } });
      // A dry run does not wait.
      if (outcome.until <= turn.now || turn.started.facts.dry_run) {
        completeStep(turn, node, outcome.output);
        return true;
      }
      return turn.started.cancel !== undefined;
    case 'failed': {
      const delay = nextDelay(node.retry, outcome.error, step.failures + 1, turn.random);
      // A retry that would come after the deadline is none.
      const deadline = turn.started.facts.deadline;
      const inTime = delay !== undefined && (deadline === undefined || turn.now + delay < deadline);
      if (delay === undefined || !inTime || turn.started.cancel) return giveUp(turn, node, outcome.error, turn.elapsed(node.name, 'run'));
      turn.emit('step.failed', {
        step_name: node.name,
        error: outcome.error,
        duration_ms: turn.elapsed(node.name, 'run'),
        attempts: step.attempts,
        final: false,
      });
      turn.emit('retry.attempted', {
        step_name: node.name,
        phase: 'run',
        attempt: step.attempts + 1,
        delay_ms: delay,
        due_at: turn.now + delay,
        reason: 'failure',
        error: outcome.error,
      });
      return false;
    }
    default: {
      const never: never = outcome;
      return never;
    }
  }
}

function completeStep(turn: Turn, node: ActivityNode, output: Json, response?: JsonObject): void {
  const step = turn.started.steps[node.name]!;
  const input = step.input;
  turn.emit('step.output_recorded', { step_name: node.name, output: { value: output }, ...optional('response', response) });
  turn.emit('step.completed', { step_name: node.name, duration_ms: turn.now - step.started_at, status: 'completed', attempts: step.attempts });
  if (!node.responds || !input) return;
  const answer = turn.world.evaluator.answer(node.type, storedValue(input));
  complete(turn, { step_name: node.name, http_status: answer.status });
}

/** No further attempt. What the run does about it is the step's `on_error`, else the pipeline's. */
function giveUp(turn: Turn, node: Node, error: ErrorInfo, duration: number): boolean {
  const policy = failurePolicy(turn, node);
  const step = turn.started.steps[node.name]!;
  if (policy === 'continue') turn.emit('step.output_recorded', { step_name: node.name, output: { value: { _error: error.message } } });
  turn.emit('step.failed', { step_name: node.name, error, duration_ms: duration, attempts: step.attempts, final: true });
  if (turn.started.cancel) {
    cancelNow(turn);
    return false;
  }
  switch (policy) {
    case 'continue':
      return true;
    case 'skip':
      turn.emit('step.skipped', { step_name: node.name, step_type: node.type, step_index: node.index, reason: 'on_error: skip', error });
      return true;
    case 'stop':
      fail(turn, error, node.name);
      return false;
    case 'compensate':
      stopFor(turn, { reason: 'failed', error, step_name: node.name });
      return false;
    default: {
      const never: never = policy;
      return never;
    }
  }
}

function failurePolicy(turn: Turn, node: Node) {
  if (node.kind === 'activity' && node.on_error) return node.on_error;
  return turn.pipeline.saga ? 'compensate' : turn.pipeline.on_error;
}
