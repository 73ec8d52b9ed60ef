/** Hands the index the row of an instance, after the commit; until the index has it, an alarm is set. */
import { LIMITS } from '#contracts/limits';
import { complain } from '#objects/state-machine/complain';
import type { InstanceLedger } from '#objects/state-machine/ledger';
import type { MachinePorts } from '#objects/state-machine/ports';

export class IndexHandOver {
  /** Number of the entry that the index has been handed. */
  #projected = 0;
  #handing: Promise<void> | undefined;

  constructor(
    private readonly ledger: InstanceLedger,
    private readonly ports: Pick<MachinePorts, 'project' | 'now' | 'wakeAt'>,
  ) {}

  /** One at a time: what is committed meanwhile goes along as the next row. */
  handOver(): Promise<void> {
    this.#handing ??= this.#handAll().finally(() => {
      this.#handing = undefined;
    });
    return this.#handing;
  }

  async #handAll(): Promise<void> {
    const address = this.ledger.address!;
    for (let snapshot = this.ledger.snapshot!; this.#projected < snapshot.seq; snapshot = this.ledger.snapshot!) {
      const { seq, state, previous_state, created_at, updated_at } = snapshot;
      try {
        await this.ports.project({ ...address, state, ...(previous_state === undefined ? {} : { previous_state }), seq, created_at, updated_at });
      } catch (error) {
        // Not lost: the alarm comes back to it.
        this.ports.wakeAt(this.ports.now() + LIMITS.leaseMs);
        complain('index row of a state machine', error, address);
        return;
      }
      this.#projected = seq;
    }
  }
}
