/** What an operator can have an execution do. Each is checked against the state, then an ordinary command. */
import type { ControlResult } from '#contracts/execution-rpc';
import type { Order } from '#engine/commands';
import { keyHold } from '#engine/key';
import type { StartedState } from '#engine/state';
import { hasEnded, statusOf } from '#engine/status';

/** The doorman, as far as a control needs it. */
export interface Desk {
  /** As it is now. */
  state(): StartedState;
  /** Brings back what was lost with an earlier instance of the object. */
  recover(): Promise<void>;
  submit(order: Order): Promise<unknown>;
}

export async function cancel(state: StartedState, order: { reason?: string; by: string }, desk: Desk): Promise<ControlResult> {
  const status = statusOf(state);
  // Sent again, its answer having been lost on the way perhaps: it is told what has become of it, and asks for nothing more.
  const isKnown = state.cancel?.by === order.by && state.cancel.reason === order.reason;
  if (hasEnded(state)) return isKnown ? { ok: true, status } : { ok: false, code: 'execution_finished', status };
  await desk.recover();
  if (isKnown) return { ok: true, status: statusOf(desk.state()) };
  return carryOut({ type: 'cancel', ...order }, desk);
}

export async function pause(state: StartedState, order: { reason?: string; by: string }, desk: Desk): Promise<ControlResult> {
  const status = statusOf(state);
  if (hasEnded(state)) return { ok: false, code: 'execution_finished', status };
  if (state.paused) return { ok: false, code: 'already_paused', status };
  if (state.phase.kind !== 'running' || state.cancel) return { ok: false, code: 'not_pausable', status };
  return carryOut({ type: 'pause', ...order }, desk);
}

/** Goes on after a pause or from a breakpoint, or tries a failed compensation again. */
export async function resume(state: StartedState, order: { by: string }, desk: Desk): Promise<ControlResult> {
  if (state.paused) {
    await desk.recover();
    return carryOut({ type: 'resume', ...order }, desk);
  }
  if (state.phase.kind !== 'failed' || !state.phase.saga) {
    return { ok: false, code: hasEnded(state) ? 'execution_finished' : 'not_resumable', status: statusOf(state) };
  }
  return carryOut({ type: 'resume', ...order }, desk);
}

/** The next start with its key is another execution. */
export async function releaseKey(state: StartedState, order: { reason?: string; by: string }, desk: Desk, now: number): Promise<ControlResult> {
  const status = statusOf(state);
  switch (keyHold(state, now)) {
    case 'none':
      return { ok: false, code: 'key_free', status, message: 'The execution was started without an idempotency key.' };
    case 'over':
      return { ok: false, code: 'key_free', status, message: 'Its time was over, or it had been released before.' };
    case 'at_work':
      return { ok: false, code: 'key_at_work', status, message: `The execution that holds the key is ${status}.` };
    case 'held':
      return carryOut({ type: 'release_key', ...order }, desk);
  }
}

async function carryOut(order: Order, desk: Desk): Promise<ControlResult> {
  await desk.submit(order);
  return { ok: true, status: statusOf(desk.state()) };
}
