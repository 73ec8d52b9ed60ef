/** The hooks of a pending transition: what each is asked, and what they have the machine do. */
import type { JsonObject } from '#contracts/json';
import type { MachineAddress, MachineSnapshot } from '#contracts/machine';
import type { Pending } from '#objects/state-machine/ledger';
import type { HookOrder, MachinePorts } from '#objects/state-machine/ports';
import type { Stopped } from '#objects/state-machine/refusals';

/** A hook that has not ended by then vetoes, ms. */
const HOOK_LIMIT_MS = 15 * 60_000;

/** What a handler has the machine do next. */
export interface Follow {
  transition: string;
  data: JsonObject;
}

/** In their order, until one refuses. `snapshot`: before the transition. */
export async function askHooks(
  ports: Pick<MachinePorts, 'runHook' | 'now'>,
  snapshot: MachineSnapshot,
  address: MachineAddress,
  pending: Pending,
): Promise<{ refused: Stopped } | { follow?: Follow }> {
  const { transition } = pending.step;
  let follow: Follow | undefined;
  for (const [index, hook] of pending.hooks.entries()) {
    const order = hookOrder(snapshot, address, pending, index);
    let result = await ports.runHook(order);
    while (result.kind === 'running' && ports.now() < pending.at + HOOK_LIMIT_MS) result = await ports.runHook(order);
    if (result.kind === 'passed') {
      if (hook.on_success !== undefined) follow ??= { transition: hook.on_success, data: result.data ?? {} };
      continue;
    }
    const why = result.kind === 'refused' ? result.message : 'it took too long';
    if (hook.on_failure === undefined) {
      const message = `${hook.handler} refused ${transition}: ${why}`;
      return { refused: { transition, code: 'transition_vetoed', message, execution_id: pending.executions[index]! } };
    }
    follow = { transition: hook.on_failure, data: { error: why } };
    break;
  }
  return follow === undefined ? {} : { follow };
}

/** Under the same key whenever it is asked, so that it runs once. */
export function hookOrder(snapshot: MachineSnapshot, address: MachineAddress, pending: Omit<Pending, 'executions'>, index: number): HookOrder {
  const { transition, from, to, data } = pending.step;
  return {
    address,
    application: pending.application,
    pipeline: pending.hooks[index]!.pipeline,
    key: `machine/${pending.id}/${index}`,
    by: pending.by,
    data: {
      machine: address.machine,
      instance_id: address.id,
      id: address.id,
      transition,
      from_state: from,
      to_state: to,
      state: snapshot.state,
      data: { ...snapshot.data, ...data },
      seq: snapshot.seq,
    },
  };
}
