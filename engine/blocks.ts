/**
 * Blocks: what begins, goes on and ends a step made of steps.
 *
 * Invariants
 * 1. `advance` is decided by the state alone, so that a block goes on from wherever a runtime has died.
 * 2. A block ends after all of its strands have: nothing of it is under way once its step is at its end.
 * 3. Once its end is decided (`block.stopping`), nothing new begins in it. What is under way is cut off, but for a step
 *    that says how it is undone, and a call of another execution: their outcome is awaited, for only then is it known
 *    whether there is something to undo, and whom to cancel.
 */

import type { EventData } from '#contracts/events';
import type { BlockNode, BlockPlan } from '#contracts/graph';
import type { Json } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import { type ErrorInfo, errorInfo } from '#contracts/problems';
import { outputOf } from '#engine/block-output';
import { enterFailed, giveUp } from '#engine/failure';
import { endLane } from '#engine/lanes';
import { nextDelay } from '#engine/retry';
import type { Block } from '#engine/state';
import { laneOf, outerStrand, placeOf, ROOT, strandAt, type Visit } from '#engine/strands';
import { optional, type Turn } from '#engine/turn';
import { isCall } from '#engine/waits';

type BlockVisit<K extends BlockPlan['kind'] = BlockPlan['kind']> = Visit<BlockNode & { plan: Extract<BlockPlan, { kind: K }> }>;

export function enterBlock(turn: Turn, visit: Visit<BlockNode>): void {
  const { node, name, strand } = visit;
  const { plan } = node;
  const facts: Pick<EventData['block.opened'], 'items' | 'choice'> = {};
  if (plan.kind === 'foreach') {
    const found = turn.world.evaluator.value(plan.items, turn.frame(strand));
    if (found.kind === 'error') return enterFailed(turn, visit, found.error);
    const items = itemsIn(found.value);
    if (!items) return enterFailed(turn, visit, errorInfo('not_a_list', `${name}: the collection is no list.`));
    if (items.length > LIMITS.foreachItems) {
      return enterFailed(
        turn,
        visit,
        errorInfo('too_many_items', `${name}: a foreach goes through ${LIMITS.foreachItems} items at most, not ${items.length}.`),
      );
    }
    facts.items = { value: items };
  } else if (plan.kind === 'branch') {
    const routing = turn.world.evaluator.route({ ...plan, name: node.name }, turn.frame(strand));
    if (routing.kind === 'error') return enterFailed(turn, visit, routing.error);
    facts.choice = { value: routing.value, lane: node.lanes[routing.target]!.name };
  }
  turn.emit('step.started', { ...placeOf(visit), attempt: 1 });
  turn.emit('block.opened', {
    step_name: name,
    kind: plan.kind,
    ...facts,
    ...(node.timeout_ms === undefined ? {} : { deadline: turn.now + node.timeout_ms }),
  });
  if (plan.kind === 'parallel') for (const lane of node.lanes) startLane(turn, visit, lane.name);
  if (facts.choice) startLane(turn, visit, facts.choice.lane);
}

/** Nothing is no items. */
function itemsIn(value: Json): Json[] | undefined {
  if (value === null) return [];
  return Array.isArray(value) ? value : undefined;
}

/** Goes on with the blocks to which something happened. Answers whether anything came of it. */
export function advanceChanged(turn: Turn): boolean {
  const before = turn.events.length;
  for (const name of turn.changed) {
    turn.changed.delete(name);
    const block = turn.started.blocks[name];
    const visit = turn.visitOf(name);
    if (block && !block.closed && visit?.node.kind === 'block') advance(turn, { ...visit, node: visit.node }, block);
    if (turn.events.length > before) return true;
  }
  return false;
}

function advance(turn: Turn, visit: Visit<BlockNode>, block: Block): void {
  if (block.stopping) return block.open === 0 ? stopped(turn, visit, block.stopping) : undefined;
  if (block.size > LIMITS.blockResults) {
    const message = `The results of ${visit.name} have grown over ${LIMITS.blockResults / 1024 / 1024} MB. Let its steps give less back.`;
    return stop(turn, visit, 'failed', errorInfo('results_too_large', message));
  }
  const { plan } = visit.node;
  switch (plan.kind) {
    case 'parallel':
      return advanceParallel(turn, visit as BlockVisit<'parallel'>, block);
    case 'foreach':
      return advanceForeach(turn, visit as BlockVisit<'foreach'>, block);
    case 'branch':
      return advanceBranch(turn, visit as BlockVisit<'branch'>, block);
    case 'while':
      return advanceWhile(turn, visit as BlockVisit<'while'>, block);
    case 'retry':
      return advanceRetry(turn, visit as BlockVisit<'retry'>, block);
    default: {
      const never: never = plan;
      return never;
    }
  }
}

function advanceParallel(turn: Turn, visit: BlockVisit<'parallel'>, block: Block): void {
  const { plan, lanes } = visit.node;
  const completed = Object.keys(block.results).length;
  const failure = firstFailure(block);
  if (plan.wait !== 'all') {
    if (completed >= plan.wait) return block.open > 0 ? stop(turn, visit, 'enough') : finish(turn, visit, block);
    if (completed + block.open >= plan.wait || !failure) return;
    const error = failedWith(failure, `only ${completed} of the ${plan.wait} lanes waited for can complete`);
    return block.open > 0 ? stop(turn, visit, 'failed', error) : failBlock(turn, visit, error);
  }
  if (failure && plan.errors === 'fail_fast') {
    const error = failedWith(failure);
    return block.open > 0 ? stop(turn, visit, 'failed', error) : failBlock(turn, visit, error);
  }
  if (block.open > 0) return;
  if (failure && completed === 0) return failBlock(turn, visit, failedWith(failure, `all ${lanes.length} lanes failed`));
  finish(turn, visit, block);
}

function advanceForeach(turn: Turn, visit: BlockVisit<'foreach'>, block: Block): void {
  const { plan } = visit.node;
  const failure = plan.errors === 'fail_fast' ? firstFailure(block) : undefined;
  if (failure) {
    const error = failedWith(failure);
    return block.open > 0 ? stop(turn, visit, 'failed', error) : failBlock(turn, visit, error);
  }
  const total = block.items?.length ?? 0;
  let { begun, open } = block;
  for (; begun < total && open < plan.concurrency; begun++, open++) startLane(turn, visit, String(begun));
  if (open === 0) finish(turn, visit, block);
}

function advanceBranch(turn: Turn, visit: BlockVisit<'branch'>, block: Block): void {
  if (block.open > 0) return;
  const failure = firstFailure(block);
  if (failure) failBlock(turn, visit, failure.error);
  else finish(turn, visit, block, visit.node.plan.merge);
}

function advanceWhile(turn: Turn, visit: BlockVisit<'while'>, block: Block): void {
  if (block.open > 0) return;
  const failure = firstFailure(block);
  if (failure) return failBlock(turn, visit, failedWith(failure));
  const { condition, max } = visit.node.plan;
  const verdict = turn.world.evaluator.test(condition, turn.frame(visit.strand));
  if (verdict.kind === 'error') return failBlock(turn, visit, verdict.error);
  if (!verdict.value) return finish(turn, visit, block);
  if (block.begun >= max) return failBlock(turn, visit, errorInfo('loop_bound', `${visit.name} has gone round ${max} times, and its condition still holds.`));
  // A long loop of steps without I/O lets the others have their turn: the budget of `run` counts its steps.
  startLane(turn, visit, String(block.begun));
}

function advanceRetry(turn: Turn, visit: BlockVisit<'retry'>, block: Block): void {
  const step = turn.started.steps[visit.name]!;
  if (block.open > 0 || step.status !== 'running') return;
  const { plan, lanes } = visit.node;
  if (Object.keys(block.results).length > 0) return finish(turn, visit, block);
  const other = lanes[1];
  if (other && block.errors[other.name]) return failBlock(turn, visit, block.errors[other.name]!);
  const error = block.errors[String(step.attempts)];
  if (!error) return startLane(turn, visit, String(step.attempts));
  // Whatever went wrong: to try again is what most of these blocks are for.
  const delay = nextDelay(plan.policy, visit.node.transient ? error : { ...error, retryable: true }, step.failures + 1, turn.random);
  const deadline = Math.min(turn.started.facts.deadline ?? Number.POSITIVE_INFINITY, block.deadline ?? Number.POSITIVE_INFINITY);
  if (delay === undefined || turn.now + delay >= deadline) {
    const instead = other && (plan.fallback_on?.includes(error.code) ?? true);
    return instead ? startLane(turn, visit, other.name) : failBlock(turn, visit, error);
  }
  const due_at = turn.started.facts.dry_run ? turn.now : turn.now + delay;
  turn.emit('step.failed', { step_name: visit.name, error, duration_ms: turn.now - step.started_at, attempts: step.attempts, final: false });
  const attempt = step.attempts + 1;
  turn.emit('retry.attempted', { step_name: visit.name, phase: 'run', attempt, delay_ms: delay, due_at, reason: 'failure', error });
}

/** The pause before a block's next try is over. Answers whether the step is a block. */
export function tryBlockAgain(turn: Turn, name: string): boolean {
  const visit = turn.visitOf(name);
  if (visit?.node.kind !== 'block') return false;
  const attempt = turn.started.steps[name]!.attempts + 1;
  turn.emit('step.started', { ...placeOf(visit), attempt });
  startLane(turn, { ...visit, node: visit.node }, String(attempt));
  return true;
}

function startLane(turn: Turn, { node, name }: Visit<BlockNode>, lane: string): void {
  turn.emit('strand.started', { step_name: name, lane, position: laneOf(node, lane).from });
}

/** A lane has come by all of its steps. */
export function endOfLane(turn: Turn, path: string): void {
  const { block } = turn.started.strands[path]!.of!;
  const { plan } = turn.visitOf(block)!.node as BlockNode;
  if (plan.kind !== 'while' || !plan.collect) return endLane(turn, path, { outcome: 'completed' });
  const found = turn.world.evaluator.value(plan.collect.from, turn.frame(path));
  if (found.kind === 'error') return endLane(turn, path, { outcome: 'failed', error: found.error });
  endLane(turn, path, { outcome: 'completed', output: { value: found.value } });
}

// --- the end ----------------------------------------------------------------------------------

function finish(turn: Turn, { node, name }: Visit<BlockNode>, block: Block, next?: number): void {
  const step = turn.started.steps[name]!;
  turn.emit('step.output_recorded', { step_name: name, output: { value: outputOf(node, block) } });
  const duration_ms = turn.now - step.started_at;
  turn.emit('step.completed', { step_name: name, duration_ms, status: 'completed', attempts: step.attempts, ...optional('next_index', next) });
}

function failBlock(turn: Turn, visit: Visit<BlockNode>, error: ErrorInfo): void {
  giveUp(turn, visit, error, turn.now - turn.started.steps[visit.name]!.started_at);
}

/** All strands of a block whose end was decided have ended. */
function stopped(turn: Turn, visit: Visit<BlockNode>, { reason, error }: NonNullable<Block['stopping']>): void {
  if (reason === 'enough') return finish(turn, visit, turn.started.blocks[visit.name]!);
  if (reason === 'stopped') return turn.emit('step.skipped', { ...placeOf(visit), reason: STOPPED });
  failBlock(turn, visit, error!);
}

export const STOPPED = 'stopped: the block around it was at its end';

/** The time of a block is over. */
export function stopOverTime(turn: Turn, name: string): void {
  const visit = turn.visitOf(name);
  if (visit?.node.kind !== 'block' || turn.started.blocks[name]?.stopping) return;
  const error = errorInfo('step_timeout', `${name} took longer than ${visit.node.timeout_ms} ms.`);
  // Between two tries it waits itself; and in a pause its last strand may have ended.
  if (turn.started.blocks[name]?.open === 0) return failBlock(turn, { ...visit, node: visit.node }, error);
  stop(turn, { ...visit, node: visit.node }, 'timeout', error);
}

/** Decides the end of a block while strands of it run. */
function stop(turn: Turn, visit: Visit<BlockNode>, reason: EventData['block.stopping']['reason'], error?: ErrorInfo): void {
  turn.emit('block.stopping', { step_name: visit.name, reason, ...optional('error', error) });
  stopStrands(turn, visit.name);
}

function stopStrands(turn: Turn, name: string): void {
  for (const { inside, of } of Object.values(turn.started.strands)) {
    if (of?.block !== name || inside === undefined) continue;
    const inner = turn.visitOf(inside)!;
    const { status } = turn.started.steps[inside]!;
    if (inner.node.kind === 'block') {
      if (turn.started.blocks[inside]!.stopping) continue;
      if (status === 'retrying') turn.emit('step.skipped', { ...placeOf(inner), reason: STOPPED });
      else stop(turn, { ...inner, node: inner.node }, 'stopped');
    } else if (status !== 'running') {
      turn.emit('step.skipped', { ...placeOf(inner), reason: STOPPED });
    } else cutOff(turn, inner);
  }
}

/** An attempt is under way. One that never went out, or that leaves nothing to undo or to cancel, need not be awaited. */
function cutOff(turn: Turn, { node, name }: Visit): void {
  const effect = turn.pending(name);
  const mayBeHad = effect === undefined || effect.attempt > 1;
  if (mayBeHad && node.kind === 'activity' && (node.compensate || isCall(node))) return;
  if (effect) turn.recall(effect);
  const error = errorInfo('step_stopped', `${name} was stopped, for the block around it was at its end.`);
  const { attempts } = turn.started.steps[name]!;
  turn.emit('step.failed', { step_name: name, error, duration_ms: turn.elapsed(name, 'run'), attempts, final: true });
}

/** The pipeline ends with an answer given inside of blocks: they are at their end too, the inner ones first. */
export function completeAround(turn: Turn, strand: string): void {
  for (let path: string | undefined = strand; path !== undefined && path !== ROOT; ) {
    const at = strandAt(turn.started, path)!;
    const { block } = at.of!;
    const visit = turn.visitOf(block)!;
    const outer = outerStrand(turn.started, at);
    endLane(turn, path, { outcome: 'completed' });
    finish(turn, { ...visit, node: visit.node as BlockNode }, turn.started.blocks[block]!);
    path = outer;
  }
}

// --- failures ---------------------------------------------------------------------------------

interface LaneFailure {
  lane: string;
  error: ErrorInfo;
}

function firstFailure({ errors }: Block): LaneFailure | undefined {
  for (const lane in errors) return { lane, error: errors[lane]! };
  return undefined;
}

/** The lane's error, saying which lane it was. */
function failedWith({ lane, error }: LaneFailure, more?: string): ErrorInfo {
  return { ...error, message: `${more ? `${more}; ` : ''}${lane}: ${error.message}` };
}
