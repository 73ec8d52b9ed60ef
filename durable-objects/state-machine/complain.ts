/** What went wrong where nobody waits for it, for the operator's log. */
import type { MachineAddress } from '#contracts/machine';

export function complain(message: string, error: unknown, address: MachineAddress | undefined): void {
  console.error(JSON.stringify({ level: 'error', message: `${message}: ${String(error)}`, tenant: address?.tenant, machine: address?.machine }));
}
