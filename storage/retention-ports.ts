/** Port of the sweeps that remove what is old: whose turn it is, and how far each one is. */
import type { LastSweep, Retention, Sweep, SweepStanding } from '#contracts/retention';

export interface ClaimedSweep {
  tenant: string;
  /** Until when it is nobody else's, epoch ms; says as well whose it is. */
  lease: number;
  /** Where it stopped; `null`: a new one. */
  sweep: Sweep | null;
  /** By what the last one went, or what was announced since; `null`: nothing yet. */
  announced: Retention | null;
}

/** What is left behind: where it stopped, what it came to, or what the next one will go by. */
export type SweepEnd = { sweep: Sweep | null } | { last: LastSweep } | { announced: Retention };

export interface RetentionSweeps {
  /** The tenant that has waited longest, if any is due; nobody else gets it until `lease`. */
  claim(now: number, lease: number): Promise<ClaimedSweep | null>;
  /** How far it is, and by what it goes. False when it is not held any more: then nothing is written. */
  keep(claimed: ClaimedSweep, sweep: Sweep): Promise<boolean>;
  /** Lets go of it until `due_at`. Of one that is not held any more nothing is written. */
  release(claimed: ClaimedSweep, due_at: number, end: SweepEnd): Promise<void>;
  /** `null`: there is no such tenant here. */
  of(tenant: string): Promise<SweepStanding | null>;
}
