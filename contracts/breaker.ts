/**
 * Circuit breakers: what a step asks for, what an isolate knows of one, and the door of the object that keeps it.
 *
 * A breaker belongs to a tenant and environment and has a name: the host that is called, or one that the author gave. It is
 * closed while calls go well, open after so many failures in a row, and half open when its time is over: then single
 * calls try whether the other side is back.
 */
import type { Json } from '#contracts/json';

/** What a step's `circuit_breaker` says. */
export interface BreakerPolicy {
  /** Absent: the host that the step calls, else the step itself. */
  name?: string;
  /** So many failures in a row open it. */
  failure_threshold: number;
  /** So many successes in a row close it again. */
  success_threshold: number;
  /** From the opening to the first call that tries, ms. */
  timeout_ms: number;
  /** What a refused call gives instead; absent: it fails. */
  fallback?: BreakerFallback;
}

export type BreakerFallback =
  /** Taken as if the other side had answered so; templates unrendered. */
  | { type: 'static'; status: number; body: Json }
  /** The last good result of the same call, where one is kept. */
  | { type: 'cached'; max_age_ms: number };

/** The part of the policy that goes out with an effect. */
export interface BreakerOrder extends Omit<BreakerPolicy, 'fallback'> {
  /** How long a good result may stand in, ms. */
  cached_ms?: number;
}

export interface BreakerName {
  tenant: string;
  environment: string;
  name: string;
}

/** A host with its port, or a name. */
export const BREAKER_NAME = /^[A-Za-z0-9_[\]][A-Za-z0-9_.:[\]/-]{0,199}$/;

export type BreakerStatus = 'closed' | 'open' | 'half_open';

/** What an isolate has to know to let a call go or refuse it. Instants are epoch ms. */
export interface BreakerView {
  status: BreakerStatus;
  /** It is closed, and the last call failed: a success is worth telling. */
  failing: boolean;
  /** Open: when it may be tried; `null`: not until somebody closes it. */
  until: number | null;
  /** Counts what has changed; a later view is the truth. */
  revision: number;
}

export const CLOSED: BreakerView = { status: 'closed', failing: false, until: null, revision: 0 };

/** A row of the list: what was seen last. */
export interface BreakerRow extends BreakerName, BreakerView {
  failure_threshold: number;
  success_threshold: number;
  timeout_ms: number;
  /** Since when it has this status. */
  since: number;
  updated_at: number;
}

/** A place in the list by name: what comes behind it, and where `including`, the breaker of that name as well. */
export interface BreakerPlace {
  name: string;
  including: boolean;
}

/** Rows by name; `more`: there are others behind them. */
export interface BreakerRows {
  items: BreakerRow[];
  more: boolean;
}

/** One change of status. */
export interface BreakerChange {
  at: number;
  from: BreakerStatus;
  to: BreakerStatus;
  reason: 'failures' | 'timeout' | 'probe_failed' | 'recovered' | 'manual';
  /** Who did it by hand, and why. */
  by?: string;
  note?: string;
}

export interface BreakerDetails extends BreakerRow {
  /** In a row, as far as it was told. */
  failures: number;
  successes: number;
  /** The newest first. */
  history: BreakerChange[];
}

export type BreakerLimits = Pick<BreakerPolicy, 'failure_threshold' | 'success_threshold' | 'timeout_ms'>;

/** What came of calls, in the order in which it happened. */
export interface BreakerReport {
  limits: BreakerLimits;
  /** A call succeeded before those that failed. */
  succeeded: boolean;
  failed: number;
}

export interface ProbeOrder {
  limits: BreakerLimits;
  /** How long the call may take, ms; after that another may try. */
  lease_ms: number;
}

/** `granted`: this one call may go, under the id. Otherwise: not before `again_at`, epoch ms. */
export type ProbeAnswer = { view: BreakerView } & ({ granted: string } | { again_at: number });

/** `null`: it says nothing of the other side; the place is free again. */
export interface ProbeReport {
  id: string;
  succeeded: boolean | null;
}

export interface BreakerCommand {
  action: 'open' | 'close';
  by: string;
  note?: string;
  /** Open: until then; absent: until somebody closes it. */
  until?: number;
}

/** The object of a breaker; each call names it, so that it knows its own name. */
export interface BreakerRpc {
  report(name: BreakerName, report: BreakerReport): Promise<BreakerView>;
  probe(name: BreakerName, order: ProbeOrder): Promise<ProbeAnswer>;
  probed(name: BreakerName, report: ProbeReport): Promise<BreakerView>;
  command(name: BreakerName, command: BreakerCommand): Promise<BreakerDetails>;
  /** `null`: nothing is known of it. */
  details(name: BreakerName): Promise<BreakerDetails | null>;
  /** Nothing of it is left. */
  erase(name: BreakerName): Promise<void>;
  /** All that it knows, and the same on arrival in another region. */
  packed(name: BreakerName): Promise<unknown>;
  adopt(name: BreakerName, record: unknown): Promise<void>;
}
