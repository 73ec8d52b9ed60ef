/**
 * Admission: whether and when an execution may begin, where its pipeline bounds how many run at once or lets starts
 * that come close together settle. A gate (one object per pipeline and key) decides; the execution's log keeps the answer.
 */
import type { Bound } from '#contracts/quota';

/** Where a start waits because its tenant, or its application, has as many executions at work as it may. */
export interface QuotaAdmission {
  bound: Bound;
  /** Executions of one key share the turns with those of others. */
  key: string;
  priority: number;
}

/** What a start asks of its gate. */
export interface AdmissionRequest {
  /** The rendered key, where the pipeline has one. */
  key?: string;
  /** Executions in flight; absent: as many as come. */
  max?: number;
  on_conflict: 'queue' | 'skip' | 'cancel_previous';
  /** Greater goes first; among equals who came first. */
  priority: number;
  /** The last start within the window is the one that runs. */
  debounce?: { window_ms: number; max_wait_ms?: number };
  /** Before the gate, where there is one. */
  quota?: QuotaAdmission;
}

/** Whether a gate has anything to say: of a start that waits for its quota alone there is none. */
export function hasGate({ max, debounce }: AdmissionRequest): boolean {
  return max !== undefined || debounce !== undefined;
}

/** `by`: the execution that has the place, or that took it. `of`: a place of its quota is kept for it. Instants are epoch ms. */
export type AdmissionAnswer =
  | { kind: 'granted'; of?: 'quota' }
  | { kind: 'queued'; reason: 'concurrency' | 'quota'; position: number }
  | { kind: 'queued'; reason: 'debounce'; until: number }
  | { kind: 'refused'; reason: AdmissionRefusal; by?: string };

/** `busy`: on_conflict is skip. `superseded`: a later start took its turn. `full`: the queue is at its bound. */
export type AdmissionRefusal = 'busy' | 'superseded' | 'full';

/** Name of the gate's object. */
export function gateName(place: { tenant: string; workflow: string; environment: string; pipeline: string; key?: string }): string {
  return [place.tenant, place.workflow, place.environment, place.pipeline, place.key ?? ''].map((part) => encodeURIComponent(part.toWellFormed())).join('/');
}

/** How an execution that has not begun stands. */
export type Standing = { reason: 'concurrency'; position: number; holders: string[] } | { reason: 'debounce'; until: number };

/** One per pipeline, environment and key. */
export interface GateRpc {
  /** Asked again, it answers how things stand now. */
  enter(entry: { tenant: string; execution_id: string; request: AdmissionRequest }): Promise<AdmissionAnswer>;
  /** The execution has ended, or does not want to begin any more. */
  leave(execution_id: string): Promise<void>;
  /** `null`: it does not wait here. */
  standing(execution_id: string): Promise<Standing | null>;
}
