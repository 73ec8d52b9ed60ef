/** Port of the sweeps that remove what is old: whose turn it is, and how far each one is. */
import type { LastSweep, Sweep } from '#contracts/retention';

export interface ClaimedSweep {
  tenant: string;
  /** Until when it is nobody else's, epoch ms; says as well whose it is. */
  lease: number;
  /** Where it stopped; `null`: a new one. */
  sweep: Sweep | null;
}

export interface SweepStanding {
  due_at: number;
  last: LastSweep | null;
}

export interface RetentionSweeps {
  /** The tenant that has waited longest, if any is due; nobody else gets it until `lease`. */
  claim(now: number, lease: number): Promise<ClaimedSweep | null>;
  /** How far it is. False when it is not held any more: then nothing is written. */
  keep(claimed: ClaimedSweep, sweep: Sweep): Promise<boolean>;
  /** Lets go of it until `due_at`, with where it stopped, or with what it came to. */
  release(claimed: ClaimedSweep, due_at: number, end: { sweep: Sweep | null } | { last: LastSweep }): Promise<void>;
  of(tenant: string): Promise<SweepStanding | null>;
}
