/** What an instance of a state machine keeps, in memory; the twin of the object's ledger. */
import type { MachineAddress, MachineEntry, MachineSnapshot } from '#contracts/machine';
import { fold } from '#engine/machine';
import type { InstanceLedger, Pending } from '#objects/state-machine/ledger';

export class MemoryLedger implements InstanceLedger {
  readonly #entries: MachineEntry[] = [];
  address: MachineAddress | undefined;
  snapshot: MachineSnapshot | undefined;
  pending: Pending | undefined;

  create(address: MachineAddress, entry: MachineEntry & { kind: 'created' }): MachineSnapshot {
    this.address = address;
    return this.append(entry);
  }

  append(entry: MachineEntry): MachineSnapshot {
    this.#entries.push(entry);
    this.snapshot = fold(this.snapshot, entry);
    return this.snapshot;
  }

  wait(pending: Pending): void {
    this.pending = pending;
  }

  settle(): void {
    this.pending = undefined;
  }

  byKey(key: string | undefined): { seq: number; entry: MachineEntry } | undefined {
    const index = key === undefined ? -1 : this.#entries.findIndex((entry) => entry.key === key);
    return index === -1 ? undefined : { seq: index + 1, entry: this.#entries[index]! };
  }

  page(from: number, limit: number): { seq: number; entry: MachineEntry }[] {
    return this.#entries.slice(from - 1, from - 1 + limit).map((entry, index) => ({ seq: from + index, entry }));
  }
}
