/**
 * The rules of one circuit breaker, over a plain record: closed, open, half open, and back.
 *
 * Invariants
 * 1. Closed, it counts failures in a row; a success that was told begins anew. At the threshold it opens.
 * 2. Open, it lets nothing through until its time is over; then one call at a time tries, under a lease, so that a call that
 *    was lost holds nobody back for longer than it could have taken.
 * 3. Half open, one failure opens it again and so many successes in a row close it.
 * 4. What an operator opened without an end stays open until somebody closes it.
 * 5. `revision` grows with everything that others have to know.
 */
import type {
  BreakerChange,
  BreakerCommand,
  BreakerDetails,
  BreakerLimits,
  BreakerName,
  BreakerReport,
  BreakerStatus,
  BreakerView,
  ProbeAnswer,
  ProbeOrder,
  ProbeReport,
} from '#contracts/breaker';

export interface BreakerRecord extends BreakerView {
  name: BreakerName;
  limits: BreakerLimits;
  failures: number;
  successes: number;
  since: number;
  updated_at: number;
  /** The call that tries, and how long it may take; epoch ms. */
  probe?: { id: string; lease_until: number };
  /** The newest first. */
  history: BreakerChange[];
}

const MAX_HISTORY = 50;
/** Who may not try now asks again after this, ms. */
const AGAIN_MS = 250;

export function newRecord(name: BreakerName, limits: BreakerLimits, now: number): BreakerRecord {
  return {
    name,
    limits,
    status: 'closed',
    failing: false,
    until: null,
    // A breaker that was forgotten and made again is later than the copies of its life before.
    revision: now,
    failures: 0,
    successes: 0,
    since: now,
    updated_at: now,
    history: [],
  };
}

export function report(record: BreakerRecord, { limits, succeeded, failed }: BreakerReport, now: number): BreakerRecord {
  const known = { ...record, limits };
  // What comes in late was sent before it opened.
  if (record.status !== 'closed') return known;
  const failures = (succeeded ? 0 : record.failures) + failed;
  if (failures >= limits.failure_threshold) return open({ ...known, failures }, now + limits.timeout_ms, 'failures', now);
  const failing = failures > 0;
  if (failures === record.failures && failing === record.failing) return known;
  return { ...known, failures, failing, updated_at: now, revision: record.revision + (failing === record.failing ? 0 : 1) };
}

/** Whether this call may try; one without a need to (it has been closed meanwhile) goes under an empty id. */
export function probe(record: BreakerRecord, { limits, lease_ms }: ProbeOrder, id: string, now: number): { record: BreakerRecord; answer: ProbeAnswer } {
  const known = { ...record, limits };
  const refused = (again_at: number) => ({ record: known, answer: { view: viewOf(known), again_at } });
  if (record.status === 'closed') return { record: known, answer: { view: viewOf(known), granted: '' } };
  if (record.status === 'open') {
    if (record.until === null) return refused(now + limits.timeout_ms);
    if (record.until > now) return refused(record.until);
  }
  if (record.probe && record.probe.lease_until > now) return refused(now + AGAIN_MS);
  const tried = record.status === 'open' ? change({ ...known, successes: 0, until: null }, 'half_open', 'timeout', now) : known;
  const next = { ...tried, probe: { id, lease_until: now + lease_ms } };
  return { record: next, answer: { view: viewOf(next), granted: id } };
}

/** A report under an id that has no lease any more says nothing. */
export function probed(record: BreakerRecord, { id, succeeded }: ProbeReport, now: number): BreakerRecord {
  if (record.status !== 'half_open' || record.probe?.id !== id) return record;
  const { probe: _, ...free } = record;
  if (succeeded === null) return { ...free, updated_at: now };
  if (!succeeded) return open(free, now + record.limits.timeout_ms, 'probe_failed', now);
  const successes = record.successes + 1;
  if (successes < record.limits.success_threshold) return { ...free, successes, updated_at: now };
  return close(free, 'recovered', now);
}

export function command(record: BreakerRecord, { action, by, note, until }: BreakerCommand, now: number): BreakerRecord {
  const { probe: _, ...free } = record;
  const who = { by, ...(note === undefined ? {} : { note }) };
  return action === 'close' ? close(free, 'manual', now, who) : open(free, until ?? null, 'manual', now, who);
}

export function viewOf({ status, failing, until, revision }: BreakerView): BreakerView {
  return { status, failing, until, revision };
}

export function detailsOf(record: BreakerRecord): BreakerDetails {
  const { name, limits, failures, successes, since, updated_at, history } = record;
  return { ...name, ...viewOf(record), ...limits, failures, successes, since, updated_at, history };
}

type Who = Pick<BreakerChange, 'by' | 'note'>;

function open(record: BreakerRecord, until: number | null, reason: BreakerChange['reason'], now: number, who: Who = {}): BreakerRecord {
  return change({ ...record, successes: 0, failing: false, until }, 'open', reason, now, who);
}

function close(record: BreakerRecord, reason: BreakerChange['reason'], now: number, who: Who = {}): BreakerRecord {
  return change({ ...record, failures: 0, successes: 0, failing: false, until: null }, 'closed', reason, now, who);
}

function change(record: BreakerRecord, to: BreakerStatus, reason: BreakerChange['reason'], now: number, who: Who = {}): BreakerRecord {
  const entry: BreakerChange = { at: now, from: record.status, to, reason, ...who };
  return {
    ...record,
    status: to,
    since: record.status === to ? record.since : now,
    updated_at: now,
    revision: record.revision + 1,
    history: [entry, ...record.history].slice(0, MAX_HISTORY),
  };
}
