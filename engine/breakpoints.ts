/**
 * Breakpoints: the run stops before a step, until somebody has looked.
 *
 * Invariants
 * 1. The board says where to stop; the log says where the run did stop. What is held stays so when the breakpoint is gone.
 * 2. A step that was let go is not held again by the breakpoints it has just been released from.
 * 3. A condition that cannot be evaluated does not hold: a slip in a breakpoint stops nobody's production.
 */
import type { Breakpoint } from '#contracts/debugging';
import type { Resolved } from '#engine/ports';
import type { Pause } from '#engine/state';
import { meansStep } from '#engine/step-names';
import { leaveAll } from '#engine/stop';
import type { Visit } from '#engine/strands';
import { optional, type Turn } from '#engine/turn';

/** Whether the run stops before this node. */
export function holdsBefore(turn: Turn, visit: Visit): boolean {
  const { node, name, strand } = visit;
  const { breakpoints } = turn.world.board ?? { breakpoints: [] };
  if (breakpoints.length === 0 || turn.started.pass?.step === name) return false;
  const hit = breakpoints.find((breakpoint) => meansStep(breakpoint.step, visit.name) && breakpoint.expires_at > turn.now && applies(turn, breakpoint, strand));
  if (!hit) return false;
  turn.emit('breakpoint.hit', {
    step_name: name,
    step_type: node.type,
    step_index: node.index,
    breakpoint_id: hit.id,
    ...optional('condition', hit.condition),
    set_by: hit.created_by,
    ...(hit.notify.length > 0 ? { notify: hit.notify } : {}),
  });
  return true;
}

function applies(turn: Turn, { condition }: Breakpoint, strand: string): boolean {
  if (condition === undefined) return true;
  const verdict = turn.world.evaluator.test(condition, turn.frame(strand));
  return verdict.kind === 'value' && verdict.value;
}

/** Where the run is held. */
function heldAt(turn: Turn): NonNullable<Pause['breakpoint']> | undefined {
  return turn.draft.phase.kind === 'running' ? turn.started.paused?.breakpoint : undefined;
}

/** The step that is held gets this input; it stays held. */
export function modify(turn: Turn, input: Extract<Resolved, { kind: 'ready' }>, by: string): void {
  const held = heldAt(turn);
  if (!held) return;
  turn.emit('breakpoint.modified', {
    step_name: held.step,
    input: { value: input.input },
    ...(input.secrets.length > 0 ? { secrets: input.secrets } : {}),
    by,
  });
}

/** Past the step that is held, without running it. Answers whether there was one. */
export function skip(turn: Turn, by: string): boolean {
  const held = heldAt(turn);
  if (!held) return false;
  turn.emit('breakpoint.released', { step_name: held.step, action: 'skip', by });
  turn.emit('step.skipped', { step_name: held.step, step_type: held.step_type, step_index: held.step_index, reason: `skipped at a breakpoint by ${by}` });
  return true;
}

/** Another execution goes on in place of this one, from an earlier step. Nothing is undone: it builds on what was done. */
export function supersede(turn: Turn, { replayed_as, from_step, by }: { replayed_as: string; from_step: string; by: string }): void {
  const held = heldAt(turn);
  if (!held || Object.keys(turn.started.active).length > 0) return;
  turn.emit('breakpoint.released', { step_name: held.step, action: 'replay', by, replayed_as, from_step });
  leaveAll(turn);
  turn.emit('execution.cancelled', { duration_ms: turn.age, reason: `replayed from ${from_step} as ${replayed_as}`, by });
}

/** Before it is cancelled: what is held is let go of. */
export function abort(turn: Turn, by: string): void {
  const held = heldAt(turn);
  if (held) turn.emit('breakpoint.released', { step_name: held.step, action: 'abort', by });
}
