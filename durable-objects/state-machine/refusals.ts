/** Why an order is refused, or a chain of transitions goes no further. */
import { LIMITS } from '#contracts/limits';
import type { MachineAddress, MachineMove, MachineRefusal, MachineSnapshot } from '#contracts/machine';
import type { Pending } from '#objects/state-machine/ledger';

/** What a chain was stopped before. */
export type Stopped = { transition: string; code: MachineRefusal['code']; message: string; execution_id?: string };

export function refusalOf({ code, message, execution_id }: Stopped): MachineRefusal {
  return { ok: false, code, message, ...(execution_id === undefined ? {} : { execution_id }) };
}

export function noMachine({ workflow, machine }: MachineAddress): MachineRefusal {
  return { ok: false, code: 'unknown_machine', message: `${workflow} has no state machine ${machine}.` };
}

export function inProgress(pending: Pending, snapshot: MachineSnapshot, own: boolean): MachineRefusal {
  const { transition } = pending.step;
  const message = own
    ? `This runs before ${transition} is committed, so it cannot move the same instance. Let the machine go on by itself: autoTransform, or a transition of the handler.`
    : `The hooks of ${transition} are still running.`;
  return { ok: false, code: 'transition_in_progress', message, state: snapshot.state };
}

export function expectation(order: MachineMove, snapshot: MachineSnapshot): MachineRefusal | undefined {
  const { expected_state, expected_seq } = order;
  const { state, seq } = snapshot;
  if (expected_state !== undefined && expected_state !== state)
    return { ok: false, code: 'state_changed', message: `The instance is in ${state}, not in ${expected_state}.`, state };
  if (expected_seq !== undefined && expected_seq !== seq)
    return { ok: false, code: 'state_changed', message: `The last entry of the instance is ${seq}, not ${expected_seq}.`, state };
  return undefined;
}

export function sizeRefusal(data: object, snapshot?: MachineSnapshot): MachineRefusal | undefined {
  const size = new TextEncoder().encode(JSON.stringify(data)).byteLength;
  if (size <= LIMITS.machineData) return undefined;
  const message = `The data of an instance may take ${LIMITS.machineData} bytes; it would take ${size}. Keep large values elsewhere, and their ids here.`;
  return { ok: false, code: 'data_too_large', message, ...(snapshot ? { state: snapshot.state } : {}) };
}
