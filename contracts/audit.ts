/**
 * The audit log: who changed what, from where, and how it was before. One chain a tenant, in the tenant's region.
 * Each entry's hash covers the hash before it, so that nothing can be taken out or altered without showing.
 */
import type { JsonObject } from '#contracts/json';

/** An entry before it has a place in the chain. */
export interface AuditFact {
  /** Epoch ms. */
  at: number;
  /** `admin`, `key:{id}`, … as executions name it. */
  actor: string;
  role: string;
  /** Route of the API, or what happened beside it: `sign-in`. */
  action: string;
  /** What it was done to, as its path: `secrets/STRIPE_KEY`. */
  target: string;
  /** HTTP status that it was answered with: from 400 on, nothing was changed. */
  status: number;
  request_id: string;
  /** The execution that called with the actor's key: `execution:{id}`. */
  via?: string;
  /** Network address of the caller, where the platform told it. */
  address?: string;
  before?: JsonObject;
  after?: JsonObject;
}

export interface AuditEntry extends AuditFact {
  /** 1, 2, 3, … without a gap. */
  seq: number;
  /** Hash of the entry before; of the first one 64 zeros. */
  prev: string;
  /** Hex SHA-256 of `prev`, a line break and the JSON text of `{seq, ...fact}`. */
  hash: string;
}

export interface AuditQuery {
  /** Entries below this sequence number; absent: from the newest on. */
  before?: number;
  limit: number;
  actor?: string;
  action?: string;
  target?: string;
  /** Epoch ms, from this on, before that. */
  from?: number;
  to?: number;
}

export interface AuditVerdict {
  valid: boolean;
  /** How many entries were looked at. */
  entries: number;
  /** Sequence number of the first entry that does not follow from the one before. */
  broken_at?: number;
  /** Sequence number of the oldest that is kept, where older ones have gone. */
  since?: number;
  /** What has to be known of the front. */
  remark?: string;
  /** Hash of the newest: keep it elsewhere, and no later version of the chain can leave an entry out. */
  head: string;
}

/** The last entry that retention has removed: what is kept follows from it. */
export interface AuditCheckpoint {
  seq: number;
  hash: string;
  /** It was not made when the entries went, but later, from what was left: nobody can say what went before. */
  adopted?: true;
}

/** What `verify` says of such a log. */
export const SHORTENED_BEFORE = 'shortened before checkpoints were kept';

export interface AuditLogRpc {
  append(fact: AuditFact): Promise<AuditEntry>;
  /** Newest first. A page may be short of its limit and still have a next: `next` is where to go on. */
  page(query: AuditQuery): Promise<{ items: AuditEntry[]; next: number | null }>;
  /** Oldest first, from `seq` on. */
  lines(from: number, limit: number): Promise<AuditEntry[]>;
  verify(): Promise<AuditVerdict>;
  /** Removes entries from before the instant, a bounded number at a time; answers how many. */
  forget(before: number): Promise<number>;
  /** `null`: all entries are there. */
  checkpoint(): Promise<AuditCheckpoint | null>;
}
