/**
 * What must hold for each single turn.
 *
 * 1. The log goes on where it ended, at the time of the command.
 * 2. Stale, doubled and needless commands decide to nothing; a due wake-up moves something.
 * 3. Each attempt that a turn begins and leaves under way has exactly one effect, and no other effect goes out.
 * 4. Afterwards the execution has ended, or something is under way, or there is a next wake-up; it goes as far as it can.
 */
import type { Pipeline } from '#contracts/definition';
import type { LogEvent } from '#contracts/events';
import type { JsonObject } from '#contracts/json';
import type { Command } from '#engine/commands';
import type { Decision } from '#engine/decide';
import { attemptId, type ExecutionState, isActive, isStarted } from '#engine/state';
import { awaitsAdmission, hasEnded } from '#engine/status';
import { localName } from '#engine/strands';
import { isIdle, waitsForOthers, wakeAt } from '#engine/wake';
import { holds } from './violation.ts';

export function checkTurn(before: ExecutionState, command: Command, decision: Decision): void {
  const { events, state } = decision;
  for (const [index, event] of events.entries()) {
    holds(event.seq === before.seq + index + 1, `the log is contiguous: ${event.seq} follows ${before.seq + index}`);
    holds(event.at === command.now, 'an event has the time of its command');
  }
  holds(state.seq === before.seq + events.length, 'the state stands at the end of the log');
  if (mustBeSilent(before, command))
    holds(events.length === 0 && decision.effects.length === 0, `${command.type} decides to nothing here, not to ${events[0]?.type}`);
  if (isStarted(before) && !hasEnded(before) && command.type === 'tick') {
    const due = wakeAt(before);
    if (isIdle(before) || (due !== undefined && due <= command.now)) holds(events.length > 0, 'a due wake-up moves something');
  }
  checkEffects(decision);
  if (!isStarted(state) || hasEnded(state)) return;
  if (state.paused) return;
  if (awaitsAdmission(state)) return holds(!isIdle(state), 'before its gate an execution does not go on');
  const hasWakeUp = Object.keys(state.active).length > 0 || wakeAt(state) !== undefined || isIdle(state);
  holds(hasWakeUp || waitsForOthers(state), 'an execution that has not ended has a next wake-up, or waits for somebody');
  const { deadline } = state.facts;
  if (deadline !== undefined && state.phase.kind === 'running') holds((wakeAt(state) ?? Number.POSITIVE_INFINITY) <= deadline, 'the deadline wakes it up');
  const maySitIdle =
    decision.unfinished ||
    // A start that was answered before its first step goes on with its alarm.
    (command.type === 'signal' && isStarted(before) && isIdle(before)) ||
    events.length === 0 ||
    command.type === 'migrate' ||
    ((command.type === 'start' || command.type === 'admission') && !command.run);
  if (!maySitIdle) holds(!isIdle(state), 'a turn goes as far as it can');
}

function mustBeSilent(before: ExecutionState, command: Command): boolean {
  if (!isStarted(before)) return command.type !== 'start';
  if (command.type === 'start') return true;
  if (command.type === 'dead_letter') {
    const status = before.dead_letter?.status;
    return status === undefined || status === 'replayed' || (status === 'discarded' && command.action === 'discarded');
  }
  if (command.type === 'release_key') return !hasEnded(before) || (before.facts.idempotency_expires_at ?? 0) <= command.now;
  if (hasEnded(before)) return command.type !== 'resume' || before.phase.kind !== 'failed' || before.phase.saga === undefined;
  switch (command.type) {
    case 'outcome':
      return !isActive(before, command);
    case 'tick':
    case 'proceed':
      // `proceed` knows no clock: it only takes up a turn that was cut short.
      return !isIdle(before) && (command.type === 'proceed' || (wakeAt(before) ?? Number.POSITIVE_INFINITY) > command.now);
    case 'interrupted':
      return command.attempts.every((id) => before.active[id] === undefined);
    case 'cancel':
      return before.phase.kind !== 'running';
    case 'park':
      return false;
    case 'overflow':
    case 'migrate':
      return before.phase.kind !== 'running';
    case 'resume':
      return before.paused === undefined;
    case 'pause':
      return before.phase.kind !== 'running' || before.paused !== undefined || before.cancel !== undefined;
    case 'modify':
    case 'skip':
    case 'supersede':
      return before.paused?.breakpoint === undefined;
    case 'abort':
      return before.phase.kind !== 'running';
    case 'signal':
      return before.phase.kind !== 'running' || before.heard?.includes(command.signal.id) === true;
    case 'admission':
      return !awaitsAdmission(before) || (command.answer.kind === 'queued' && before.admission !== undefined);
  }
}

function checkEffects({ events, effects, state }: Decision): void {
  const begun = new Map<string, number>();
  for (const event of events) {
    if (event.type === 'step.started') begun.set(attemptId(event.data.step_name, 'run'), event.data.attempt);
    if (event.type === 'compensation.started') begun.set(attemptId(event.data.step_name, 'compensate'), event.data.attempt);
  }
  const active = isStarted(state) ? state.active : {};
  for (const effect of effects) {
    const id = attemptId(effect.step, effect.phase);
    holds(
      begun.get(id) === effect.attempt && active[id]?.attempt === effect.attempt,
      `an effect goes out under a lease of its turn: ${id}, attempt ${effect.attempt}`,
    );
    begun.delete(id);
  }
  for (const [id, attempt] of begun) holds(active[id]?.attempt !== attempt, `an attempt under way has its effect: ${id}, attempt ${attempt}`);
}

/** The input of an effect is what its settings were resolved to, or what somebody gave at a breakpoint. */
export function checkInput(pipeline: Pipeline, effect: Decision['effects'][number], log: readonly LogEvent[]): void {
  const node = pipeline.nodes.find((each) => each.name === localName(effect.step));
  holds(node?.kind === 'activity', `an effect belongs to a step: ${effect.step}`);
  const activity = effect.phase === 'run' ? node : node.compensate;
  holds(activity !== undefined && !activity.pure, `${effect.step} has an effect on its side ${effect.phase}`);
  if (effect.phase === 'run' && wasGiven(log, effect.step)) return;
  holds(activity.config.unresolvable !== true, `settings that cannot be filled in never go out: ${effect.step}, ${effect.phase}`);
  holds((effect.input as JsonObject | null)?.mood === activity.config.mood, `an effect has the input its settings gave: ${effect.step}, ${effect.phase}`);
}

/** The run under way had its input from somebody; that it is the one given is the auditor's affair. */
function wasGiven(log: readonly LogEvent[], step: string): boolean {
  for (let i = log.length - 1; i >= 0; i--) {
    const event = log[i]!;
    if ((event.data as { step_name?: string }).step_name !== step) continue;
    if (event.type === 'breakpoint.modified') return true;
    if (event.type === 'step.completed' || event.type === 'step.skipped' || (event.type === 'step.failed' && event.data.final)) return false;
  }
  return false;
}
