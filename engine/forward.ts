/**
 * The forward run: from node to node until an effect, a timer, or the end. Steps without I/O run here, in the turn.
 */
import type { ActivityNode, ConditionalNode } from '#contracts/graph';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import { type ErrorInfo, errorInfo } from '#contracts/problems';
import type { RecordedRun } from '#contracts/recording';
import type { StepOutcome } from '#contracts/step';
import { advanceChanged, completeAround, endOfLane, enterBlock, STOPPED, tryBlockAgain } from '#engine/blocks';
import { holdsBefore } from '#engine/breakpoints';
import { refusedByBreaker } from '#engine/circuit';
import { storedValue } from '#engine/context';
import { complete, fail } from '#engine/ends';
import { enterFailed, giveUp } from '#engine/failure';
import { endLane } from '#engine/lanes';
import { mockAttempt, mockedOutcome, refusedEffect } from '#engine/mocks';
import type { Resolved } from '#engine/ports';
import { isFromRecord, notRecorded, recordedEffect, recordedResponse, recordedRun, recordedTarget } from '#engine/recording';
import { nextDelay } from '#engine/retry';
import { cancelNow, overTime } from '#engine/stop';
import { firstAble, isStopping, laneOf, openBlocks, placeOf, ROOT, standsAt, type Visit } from '#engine/strands';
import { optional, type Turn } from '#engine/turn';
import { answered, beginWait } from '#engine/waits';

/** As long as a strand can go on: until all of them wait for an effect or a timer, or the end. */
export function run(turn: Turn): void {
  // Those that a turn cut short has left.
  for (const name of openBlocks(turn.started)) turn.changed.add(name);
  while (turn.draft.phase.kind === 'running') {
    const state = turn.started;
    if (state.cancel) return Object.keys(state.active).length === 0 ? cancelNow(turn) : undefined;
    if (state.paused) return;
    if (advanceChanged(turn)) continue;
    const path = firstAble(state);
    if (path === undefined) return;
    if (state.facts.deadline !== undefined && turn.now >= state.facts.deadline) return overTime(turn);
    if (isStopping(state, path)) {
      endLane(turn, path, { outcome: 'stopped' });
      continue;
    }
    if (state.strands[path]!.runs >= LIMITS.stepRuns) {
      const message = `The pipeline has taken ${LIMITS.stepRuns} steps without an end. Check its conditional jumps for a loop.`;
      const error = errorInfo('execution_failed', message);
      if (path === ROOT) return fail(turn, error);
      endLane(turn, path, { outcome: 'failed', error });
      continue;
    }
    const visit = standsAt(state, turn.pipeline, path);
    if (!visit) {
      if (path === ROOT) return complete(turn);
      endOfLane(turn, path);
      continue;
    }
    if (turn.budget-- <= 0) {
      turn.unfinished = true;
      return;
    }
    enter(turn, visit);
  }
}

export function takeOutcome(turn: Turn, name: string, outcome: StepOutcome): void {
  const visit = activityAt(turn, name);
  if (!visit) return;
  settle(turn, visit, outcome);
  run(turn);
}

/** A step's timer or retry has come due. */
export function due(turn: Turn, name: string): void {
  const visit = activityAt(turn, name);
  const step = turn.started.steps[name];
  if (step?.status === 'retrying' && tryBlockAgain(turn, name)) return run(turn);
  if (!visit || !step) return;
  if (step.status === 'waiting' && (step.mock || step.wait)) {
    settle(turn, visit, step.mock ? mockedOutcome(step.mock) : answered(turn, name, null));
    return run(turn);
  }
  if (step.status === 'waiting') {
    completeStep(turn, visit, step.output ? storedValue(step.output) : null);
    return run(turn);
  }
  if (step.status !== 'retrying') return;
  turn.emit('step.started', { ...placeOf(visit), attempt: step.attempts + 1, ...optional('idempotency_key', step.idempotency_key) });
  makeAttempt(turn, visit);
  run(turn);
}

function activityAt(turn: Turn, name: string): Visit<ActivityNode> | undefined {
  const visit = turn.visitOf(name);
  return visit?.node.kind === 'activity' ? (visit as Visit<ActivityNode>) : undefined;
}

function enter(turn: Turn, visit: Visit): void {
  const { node } = visit;
  const recorded = recordedRun(turn.started, visit);
  if (recorded) return follow(turn, visit, recorded);
  const skip = skipReason(turn, visit);
  if (typeof skip === 'string') return turn.emit('step.skipped', { ...placeOf(visit), reason: skip });
  if (skip !== undefined) return enterFailed(turn, visit, skip);
  if (holdsBefore(turn, visit)) return;
  switch (node.kind) {
    case 'conditional':
      return routeFrom(turn, { ...visit, node });
    case 'activity':
      return enterActivity(turn, { ...visit, node });
    case 'block':
      return enterBlock(turn, { ...visit, node });
    default: {
      const never: never = node;
      return never;
    }
  }
}

/** A run that the record already had: the same events, less the effect. */
function follow(turn: Turn, visit: Visit, run: RecordedRun): void {
  const place = placeOf(visit);
  switch (run.kind) {
    case 'completed':
      turn.emit('step.started', { ...place, attempt: 1 });
      turn.emit('step.output_recorded', { step_name: visit.name, output: { value: run.output }, response: recordedResponse(run.response) });
      return turn.emit('step.completed', { step_name: visit.name, duration_ms: 0, status: 'completed', attempts: 1 });
    case 'failed':
      return enterFailed(turn, visit, run.error);
    case 'skipped':
      return turn.emit('step.skipped', { ...place, reason: run.reason });
    case 'routed': {
      const target_index = recordedTarget(visit.node as ConditionalNode, run.route)!;
      const target = turn.pipeline.nodes[target_index]?.name ?? '';
      return turn.emit('conditional.routed', { ...place, value: run.value, route: run.route, target, target_index });
    }
    default: {
      const never: never = run;
      return never;
    }
  }
}

/** A dry run's effect: what it came to at the origin, without a further attempt. */
function rehearse(turn: Turn, visit: Visit<ActivityNode>): void {
  const run = recordedEffect(turn.started, visit.name, 'run');
  if (run?.kind !== 'completed') return giveUp(turn, visit, run?.error ?? notRecorded(visit.name), 0);
  settle(turn, visit, { ...run, response: recordedResponse(run.response) });
}

function skipReason(turn: Turn, { node, strand }: Visit): string | ErrorInfo | undefined {
  if (node.if !== undefined) {
    const verdict = turn.world.evaluator.test(node.if, turn.frame(strand));
    if (verdict.kind === 'error') return verdict.error;
    if (!verdict.value) return `if: ${node.if}`;
  }
  if (node.skip_if !== undefined) {
    const verdict = turn.world.evaluator.test(node.skip_if, turn.frame(strand));
    if (verdict.kind === 'error') return verdict.error;
    if (verdict.value) return `skip_if: ${node.skip_if}`;
  }
  return undefined;
}

function routeFrom(turn: Turn, visit: Visit<ConditionalNode>): void {
  const routing = turn.world.evaluator.route(visit.node, turn.frame(visit.strand));
  if (routing.kind === 'error') return enterFailed(turn, visit, routing.error);
  const target = turn.pipeline.nodes[routing.target];
  turn.emit('conditional.routed', {
    ...placeOf(visit),
    value: routing.value,
    route: routing.route,
    target: target?.name ?? '',
    target_index: routing.target,
  });
}

function enterActivity(turn: Turn, visit: Visit<ActivityNode>): void {
  const { node, name } = visit;
  const resolved = inputOf(turn, visit);
  if (resolved.kind === 'error') return enterFailed(turn, visit, resolved.error);
  const runs = (turn.started.steps[name]?.runs ?? 0) + 1;
  const key =
    resolved.idempotency_key ?? (node.pure ? undefined : `${turn.started.facts.execution_id}:${operationOf(turn, visit)}${runs > 1 ? `:${runs}` : ''}`);
  turn.emit('step.started', { ...placeOf(visit), attempt: 1, ...optional('idempotency_key', key) });
  turn.emit('step.input_recorded', {
    step_name: name,
    input: { value: resolved.input },
    ...(resolved.secrets.length > 0 ? { secrets: resolved.secrets } : {}),
  });
  makeAttempt(turn, visit);
}

/** From the settings, or, where somebody gave another at a breakpoint, that one. */
function inputOf(turn: Turn, { node, name, strand }: Visit<ActivityNode>): Resolved {
  const resolved = turn.world.evaluator.resolve(name, node, turn.frame(strand));
  const given = turn.started.pass;
  if (given?.step !== name || !given.input) return resolved;
  const key = resolved.kind === 'ready' ? resolved.idempotency_key : undefined;
  return { kind: 'ready', input: storedValue(given.input), secrets: given.secrets ?? [], ...optional('idempotency_key', key) };
}

/**
 * What the key of an effect stands for: the run of its step. A block that tries a single step again does what a retry
 * of that step would do: one operation, under one key, whichever try has it.
 */
function operationOf(turn: Turn, { name, strand, node }: Visit): string {
  const { of } = turn.started.strands[strand]!;
  const around = of && turn.visitOf(of.block)?.node;
  if (around?.kind !== 'block' || around.plan.kind !== 'retry') return name;
  const { from, to } = laneOf(around, of!.lane);
  return to - from === 1 && of!.lane !== around.lanes[1]?.name ? `${turn.started.blocks[of!.block]!.path}/${node.name}` : name;
}

/** The attempt that `step.started` announced: in this turn when pure, else as an effect. */
function makeAttempt(turn: Turn, visit: Visit<ActivityNode>): void {
  const { node, name, strand } = visit;
  const rehearsed = !node.pure && turn.started.facts.dry_run === true;
  // Before the record only mocks of the run itself are asked: standing ones say nothing of an effect that goes nowhere.
  const mocked = rehearsed && !turn.started.facts.mocks ? undefined : mockAttempt(turn, visit);
  if (mocked) return mocked.due ? settle(turn, visit, mockedOutcome(turn.started.steps[name]!.mock!)) : undefined;
  if (rehearsed) return rehearse(turn, visit);
  const refused = refusedEffect(turn, name, node);
  if (refused) return giveUp(turn, visit, refused, 0);
  if (node.pure) return settle(turn, visit, turn.world.evaluator.run(node.type, storedValue(turn.started.steps[name]!.input!), turn.frame(strand)));
  turn.effect(node, name, 'run');
}

/** Records what came of an attempt. */
function settle(turn: Turn, visit: Visit<ActivityNode>, outcome: StepOutcome): void {
  const { node, name } = visit;
  const step = turn.started.steps[name]!;
  switch (outcome.kind) {
    case 'completed':
      return completeStep(turn, visit, outcome.output, outcome.response);
    case 'sleep':
      turn.emit('timer.scheduled', { step_name: name, due_at: Math.max(outcome.until, turn.now), output: { value: outcome.output } });
      // A dry run does not wait.
      if (outcome.until <= turn.now || turn.started.facts.dry_run) completeStep(turn, visit, outcome.output);
      return;
    case 'wait': {
      // A dry run does not wait: what the wait came to at its origin is taken.
      if (turn.started.facts.dry_run) return rehearse(turn, visit);
      const over = beginWait(turn, visit, outcome.wait);
      if (over) return settle(turn, visit, over);
      // It came while the block around it was at its end: what was called is cancelled.
      if (isStopping(turn.started, visit.strand)) turn.emit('step.skipped', { ...placeOf(visit), reason: STOPPED });
      return;
    }
    case 'refused':
      return settle(turn, visit, refusedByBreaker(turn, visit, node, 'run', outcome));
    case 'failed': {
      const delay = nextDelay(node.retry, outcome.error, step.failures + 1, turn.random);
      // A retry that would come after the deadline is none.
      const deadline = turn.started.facts.deadline;
      const inTime = delay !== undefined && (deadline === undefined || turn.now + delay < deadline);
      const pointless = turn.started.cancel !== undefined || isStopping(turn.started, visit.strand);
      if (delay === undefined || !inTime || pointless) return giveUp(turn, visit, outcome.error, turn.elapsed(name, 'run'));
      turn.emit('step.failed', {
        step_name: name,
        error: outcome.error,
        duration_ms: turn.elapsed(name, 'run'),
        attempts: step.attempts,
        final: false,
      });
      turn.emit('retry.attempted', {
        step_name: name,
        phase: 'run',
        attempt: step.attempts + 1,
        delay_ms: delay,
        due_at: turn.now + delay,
        reason: 'failure',
        error: outcome.error,
      });
      return;
    }
    default: {
      const never: never = outcome;
      return never;
    }
  }
}

/** The next run, where the step has started it. A rehearsed or a mocked one has started nothing. */
function continuation(node: ActivityNode, output: Json, response: JsonObject | undefined): string | undefined {
  const real = !isFromRecord(response) && response?.mocked !== true;
  const id = node.continues && real && isJsonObject(output) ? output.execution_id : undefined;
  return typeof id === 'string' ? id : undefined;
}

function completeStep(turn: Turn, { node, name, strand }: Visit<ActivityNode>, output: Json, response?: JsonObject): void {
  const step = turn.started.steps[name]!;
  const input = step.input;
  // A pause and a cancel hold for the end of the run too, so it is `run` that comes to it.
  const end = turn.pipeline.main ?? turn.pipeline.nodes.length;
  const next = node.continues ? { next_index: end, ...optional('continued_as', continuation(node, output, response)) } : {};
  turn.emit('step.output_recorded', { step_name: name, output: { value: output }, ...optional('response', response) });
  turn.emit('step.completed', { step_name: name, duration_ms: turn.now - step.started_at, status: 'completed', attempts: step.attempts, ...next });
  if (!node.responds || !input) return;
  const answer = turn.world.evaluator.answer(node.type, storedValue(input));
  completeAround(turn, strand);
  complete(turn, { step_name: name, http_status: answer.status });
}
