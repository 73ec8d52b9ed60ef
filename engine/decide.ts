/**
 * `decide(state, command, world) -> {events, state, effects}`: everything that can happen to an execution.
 *
 * Invariants
 * 1. Pure: no clock, no chance, no network. The same arguments give the same decision.
 * 2. Effects are data. They may go out only after the events are on disk: `step.started` is their lease.
 * 3. Steps without I/O run here, in the same turn; all events of a turn become one row.
 * 4. Stale, doubled or late commands decide to nothing.
 * 5. A started execution always has a next wake-up (`wakeAt`) or has ended.
 */
import type { LogEvent } from '#contracts/events';
import { LIMITS } from '#contracts/limits';
import type { PerformEffect } from '#contracts/step';
import type { Signal } from '#contracts/waiting';
import { admit, deadlineFrom } from '#engine/admission';
import { stopOverTime } from '#engine/blocks';
import { abort, modify, skip, supersede } from '#engine/breakpoints';
import type { Command, ReadyInput } from '#engine/commands';
import { closeDeadLetter, recordDeadLetter } from '#engine/dead-letter';
import { due, run, takeOutcome } from '#engine/forward';
import { releaseKey } from '#engine/key';
import { migrate } from '#engine/migrate';
import { gaveUpUndoing, park, pausedFor } from '#engine/park';
import { endPause, pause } from '#engine/pause';
import { type ExecutionState, isStarted } from '#engine/state';
import { hasEnded } from '#engine/status';
import { cancelNow, overflow, overTime, skipSleepers } from '#engine/stop';
import { openBlocks } from '#engine/strands';
import { optional, Turn, type World } from '#engine/turn';
import { compensateNext, undoAttempt, undoOutcome } from '#engine/undo';
import { receive } from '#engine/waits';

export interface Decision {
  events: LogEvent[];
  state: ExecutionState;
  effects: PerformEffect[];
  /** The turn was cut short; give it `proceed` once this much is on disk. */
  unfinished: boolean;
}

export function decide(state: ExecutionState, command: Command, world: World): Decision {
  const turn = new Turn(state, command.now, command.random, world);
  handle(turn, command);
  recordDeadLetter(turn);
  return { events: turn.events, state: turn.draft, effects: turn.effects, unfinished: turn.unfinished };
}

function handle(turn: Turn, command: Command): void {
  if (command.type === 'start') {
    if (isStarted(turn.draft)) return;
    start(turn, command);
    if (command.run) run(turn);
    return;
  }
  if (!isStarted(turn.draft)) return;
  switch (command.type) {
    case 'proceed':
      return proceed(turn);
    case 'outcome':
      if (!turn.isUnderWay(command)) return;
      return command.phase === 'run' ? takeOutcome(turn, command.step, command.outcome) : undoOutcome(turn, command.step, command.outcome);
    case 'tick':
      return tick(turn);
    case 'interrupted':
      return interrupted(turn, command.attempts);
    case 'park':
      return park(turn, command.reason);
    case 'overflow':
      return turn.draft.phase.kind === 'running' ? overflow(turn) : undefined;
    case 'cancel':
      return cancel(turn, command.reason, command.by);
    case 'resume':
      return resume(turn, command.by, command.input);
    case 'pause':
      return pause(turn, command.by, command.reason);
    case 'modify':
      return modify(turn, command.input, command.by);
    case 'skip':
      return skip(turn, command.by) ? goOn(turn) : undefined;
    case 'abort':
      abort(turn, command.by);
      return cancel(turn, command.reason, command.by);
    case 'supersede':
      return supersede(turn, command);
    case 'signal':
      return signal(turn, command.signal, command.keep);
    case 'admission':
      return admit(turn, command);
    case 'migrate':
      return migrate(turn, command);
    case 'dead_letter':
      return closeDeadLetter(turn, command);
    case 'release_key':
      return releaseKey(turn, command);
    default: {
      const never: never = command;
      return never;
    }
  }
}

function start(turn: Turn, command: Extract<Command, { type: 'start' }>): void {
  const { request } = command;
  // Before a gate no time limit runs.
  const deadline = request.admission ? undefined : deadlineFrom(turn.now, turn.world.definition.pipelines[request.pipeline]);
  turn.emit('execution.started', {
    execution_id: command.execution_id,
    tenant_id: request.tenant,
    region: request.region,
    workflow: request.workflow,
    workflow_id: request.workflow_id,
    version: request.version,
    definition: request.definition,
    environment: request.environment,
    pipeline: request.pipeline,
    trigger: request.trigger,
    trigger_data: { value: request.trigger_data },
    trace_id: request.trace_id,
    ...optional('parent_span_id', request.parent_span_id),
    ...optional('idempotency_key', request.idempotency_key),
    ...(request.idempotency_key === undefined ? {} : { idempotency_expires_at: turn.now + (request.idempotency_ttl_ms ?? LIMITS.idempotencyTtlMs) }),
    ...optional('deadline', deadline),
    ...optional('by', request.by),
    ...optional('tags', request.tags),
    ...optional('attributes', request.attributes),
    ...optional('recorded', request.recorded),
    ...optional('parent', request.parent),
    ...optional('dry_run', request.dry_run),
    ...optional('mocks', request.mocks),
    ...optional('admission', request.admission),
  });
}

function proceed(turn: Turn): void {
  const state = turn.started;
  if (hasEnded(state)) return;
  if (state.phase.kind !== 'compensating') run(turn);
  else if (Object.keys(state.active).length === 0) compensateNext(turn);
}

function tick(turn: Turn): void {
  const state = turn.started;
  if (hasEnded(state) || state.paused) return;
  if (state.phase.kind === 'running' && state.facts.deadline !== undefined && turn.now >= state.facts.deadline) return overTime(turn);
  if (state.phase.kind === 'running') blocksOverTime(turn);
  for (const step of Object.values(state.steps)) {
    if (step.due_at !== undefined && step.due_at <= turn.now && state.phase.kind === 'running') due(turn, step.name);
    else if (step.undo?.status === 'retrying' && (step.undo.due_at ?? 0) <= turn.now && state.phase.kind === 'compensating') {
      if (undoAttempt(turn, step.name)) compensateNext(turn);
    }
  }
  // A start that was answered before its first step, or a turn whose sequel was lost.
  if (turn.events.length === 0) proceed(turn);
}

/** Their strands end first, which `run` sees to. */
function blocksOverTime(turn: Turn): void {
  const { blocks } = turn.started;
  const over = openBlocks(turn.started).filter((name) => !blocks[name]!.stopping && (blocks[name]!.deadline ?? Number.POSITIVE_INFINITY) <= turn.now);
  for (const name of over) stopOverTime(turn, name);
  if (over.length > 0) run(turn);
}

function interrupted(turn: Turn, attempts: string[]): void {
  const lost = attempts.flatMap((id) => turn.started.active[id] ?? []);
  for (const id of attempts) {
    const active = turn.started.active[id];
    if (!active || gaveUpUndoing(turn, active)) continue;
    turn.emit('retry.attempted', {
      step_name: active.step,
      phase: active.phase,
      attempt: active.attempt + 1,
      delay_ms: 0,
      due_at: turn.now,
      reason: 'interrupted',
    });
  }
  if (pausedFor(turn, lost)) return;
  if (turn.started.paused) {
    // What was under way comes to its end in a pause too: only then is it known whether it has to be undone.
    for (const { step } of lost) due(turn, step);
    return;
  }
  if (turn.events.length > 0) {
    const before = turn.events.length;
    tick(turn);
    // A cancel that came while the lost attempt was under way is carried out by `tick` through `run`; nothing else may end here.
    if (turn.events.length === before) proceed(turn);
  }
}

function cancel(turn: Turn, reason: string | undefined, by: string): void {
  const state = turn.started;
  if (state.phase.kind !== 'running') return;
  turn.emit('cancel.requested', { ...optional('reason', reason), by });
  // What is under way ends first: only then is it known whether it has to be undone.
  if (Object.keys(state.active).length === 0) cancelNow(turn);
  else skipSleepers(turn);
}

/** After a pause: what has come due meanwhile, and on from where the run stands. */
function goOn(turn: Turn): void {
  tick(turn);
  proceed(turn);
}

function signal(turn: Turn, sent: Signal, keep: boolean): void {
  const answered = receive(turn, sent, keep);
  if (answered) takeOutcome(turn, answered.step, answered.outcome);
}

function resume(turn: Turn, by: string, input: ReadyInput | undefined): void {
  if (input) modify(turn, input, by);
  if (endPause(turn, by)) return goOn(turn);
  const { phase } = turn.started;
  if (phase.kind !== 'failed' || !phase.saga) return;
  turn.emit('compensation.resumed', { by });
  tick(turn);
  compensateNext(turn);
}
