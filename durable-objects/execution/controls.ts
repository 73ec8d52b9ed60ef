/** What an operator can have an execution do. Each is checked against the state, then an ordinary command. */
import type { ControlResult } from '#contracts/execution-rpc';
import type { Order } from '#engine/commands';
import { hasEnded, type StartedState, statusOf } from '#engine/state';

/** The doorman, as far as a control needs it. */
export interface Desk {
  /** As it is now. */
  state(): StartedState;
  /** Brings back what was lost with an earlier instance of the object. */
  recover(): Promise<void>;
  submit(order: Order): Promise<unknown>;
}

export async function cancel(state: StartedState, order: { reason?: string; by: string }, desk: Desk): Promise<ControlResult> {
  if (hasEnded(state)) return { ok: false, code: 'execution_finished', status: statusOf(state) };
  await desk.recover();
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

async function carryOut(order: Order, desk: Desk): Promise<ControlResult> {
  await desk.submit(order);
  return { ok: true, status: statusOf(desk.state()) };
}
