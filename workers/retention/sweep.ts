/**
 * Removes what is older than its tenant keeps it, tenant after tenant, in bounded pieces.
 *
 * Invariants
 * 1. Before the first piece, and after each one, it is on disk how far the sweep is; whatever ends it, the next call goes on
 *    from there. A piece that is done again removes nothing more.
 * 2. What is old is old by the instant at which the sweep began, and by what held then. What is made longer meanwhile holds at
 *    once; what is made shorter, by whomever and however, is announced for a day before a sweep goes by it.
 * 3. One call does so many pieces and no more; a tenant with much to remove is gone on with at the next one.
 * 4. A tenant that is on its way to another region, or is being erased, is left alone.
 */
import {
  DAY_MS,
  isShortened,
  longerOf,
  NOTHING_REMOVED,
  NOTICE_MS,
  RETENTION_KINDS,
  type Retention,
  type RetentionKind,
  type Sweep,
} from '#contracts/retention';
import type { ClaimedSweep, RetentionSweeps } from '#storage/retention-ports';

/** What one piece came to. `next`: where to go on; `null`: nothing of the kind is left that is old. */
export interface Piece {
  removed: number;
  next: string | null;
}

export interface SweepPorts {
  sweeps: RetentionSweeps;
  /** `null`: it is to be left alone for now. */
  retention(tenant: string): Promise<Retention | null>;
  /** One piece of work. */
  remove(kind: RetentionKind, tenant: string, retention: Retention, sweep: Sweep): Promise<Piece>;
  /** Once for each sweep, however often it is called. */
  note(tenant: string, retention: Retention, sweep: Sweep): Promise<void>;
  failed(tenant: string, error: unknown): void;
}

const MOST_PIECES = 40;
/** Longer than a call may take. */
const LEASE_MS = 20 * 60_000;
/** When a tenant is come back to that could not be swept, ms. */
const LATER_MS = 3_600_000;

/** Pieces that were done. */
export async function sweepRegion(ports: SweepPorts, now: number, most = MOST_PIECES): Promise<number> {
  let pieces = 0;
  while (pieces < most) {
    const claimed = await ports.sweeps.claim(now, now + LEASE_MS);
    if (!claimed) break;
    try {
      pieces += await sweepTenant(ports, claimed, now, most - pieces);
    } catch (error) {
      ports.failed(claimed.tenant, error);
      pieces++;
      await ports.sweeps.release(claimed, now + LATER_MS, { sweep: claimed.sweep });
    }
  }
  return pieces;
}

async function sweepTenant(ports: SweepPorts, claimed: ClaimedSweep, now: number, most: number): Promise<number> {
  const { tenant } = claimed;
  for (let pieces = 1; ; pieces++) {
    const holds = await ports.retention(tenant);
    if (!holds) {
      await ports.sweeps.release(claimed, now + LATER_MS, claimed);
      return pieces;
    }
    if (!claimed.sweep && isShortened(claimed.announced, holds)) {
      await ports.sweeps.release(claimed, now + NOTICE_MS, { announced: holds });
      return pieces;
    }
    claimed.sweep ??= { begun_at: now, retention: holds, stage: RETENTION_KINDS[0], cursor: null, removed: NOTHING_REMOVED };
    if (pieces === 1 && !(await ports.sweeps.keep(claimed, claimed.sweep))) return pieces;
    const retention = longerOf(claimed.sweep.retention, holds);
    if (claimed.sweep.stage === 'note') {
      const { removed, begun_at } = claimed.sweep;
      await ports.note(tenant, retention, claimed.sweep);
      await ports.sweeps.release(claimed, begun_at + DAY_MS, { last: { at: begun_at, removed } });
      return pieces;
    }
    claimed.sweep = await advanced(ports, tenant, retention, claimed.sweep, claimed.sweep.stage);
    // Somebody else is at it: what was removed twice is gone once.
    if (!(await ports.sweeps.keep(claimed, claimed.sweep))) return pieces;
    if (pieces >= most) {
      await ports.sweeps.release(claimed, now, claimed);
      return pieces;
    }
  }
}

async function advanced(ports: SweepPorts, tenant: string, retention: Retention, sweep: Sweep, kind: RetentionKind): Promise<Sweep> {
  const { removed, next } = await ports.remove(kind, tenant, retention, sweep);
  const counted = { ...sweep, removed: { ...sweep.removed, [kind]: sweep.removed[kind] + removed } };
  if (next !== null) return { ...counted, cursor: next };
  return { ...counted, stage: RETENTION_KINDS[RETENTION_KINDS.indexOf(kind) + 1] ?? 'note', cursor: null };
}
