/**
 * Rows of the executions list under live messages. Pure.
 *
 * Invariants
 * 1. A message older than what a row has seen changes nothing.
 * 2. Rows keep their places; a new one is handed out apart, so that the page decides when it may appear.
 */
import { type ExecutionStatus, type ExecutionSummary, FINAL_STATUSES } from '#contracts/execution';
import type { Json, JsonObject } from '#contracts/json';

/** `data` of an SSE event as it arrives. */
export interface LiveData {
  execution_id: string;
  seq: number;
  at: number;
  /** Of the execution, after the turn that the event belongs to. */
  execution_status: ExecutionStatus;
  workflow: string;
  pipeline: string;
  [more: string]: Json | undefined;
}

export interface LiveRow extends ExecutionSummary {
  /** Last sequence number seen; 0 for a row from the list. */
  seq: number;
}

export function rowsFrom(items: ExecutionSummary[]): LiveRow[] {
  return items.map((item) => ({ ...item, seq: 0 }));
}

/** The row after a message, or `undefined` when it changes nothing. */
export function applied(row: LiveRow, event: string, data: LiveData): LiveRow | undefined {
  if (data.seq <= row.seq) return undefined;
  const next: LiveRow = { ...row, seq: data.seq, status: data.execution_status };
  const step = stepName(data);
  if (step && event.startsWith('step.')) next.current_step = step;
  const error = errorOf(data.error);
  if (error && (event === 'execution.failed' || event === 'saga.compensating')) next.error = error;
  if (FINAL_STATUSES.includes(data.execution_status)) {
    next.duration_ms =
      typeof data.duration_ms === 'number' && !event.startsWith('step.')
        ? data.duration_ms
        : (row.duration_ms ?? Math.max(0, data.at - Date.parse(row.started_at)));
    next.completed_at ??= new Date(data.at).toISOString();
    if (data.execution_status === 'completed') next.current_step = undefined;
  }
  return next;
}

/** A row for an execution that has just started. Other events of unknown executions make none: their start is not known. */
export function started(event: string, data: LiveData, tenant: string): LiveRow | undefined {
  if (event !== 'execution.started') return undefined;
  return {
    execution_id: data.execution_id,
    workflow: data.workflow,
    workflow_id: typeof data.workflow_id === 'string' ? data.workflow_id : '',
    version: typeof data.version === 'number' ? data.version : 0,
    environment: typeof data.environment === 'string' ? data.environment : 'production',
    pipeline: data.pipeline,
    tenant,
    status: data.execution_status,
    trigger: typeof data.trigger === 'string' ? data.trigger : '',
    started_at: new Date(data.at).toISOString(),
    ...(isTexts(data.attributes) ? { attributes: data.attributes } : {}),
    seq: data.seq,
  };
}

function isTexts(value: Json | undefined): value is { [name: string]: string } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every((one) => typeof one === 'string');
}

function stepName(data: LiveData): string | undefined {
  const name = data.step ?? data.step_name;
  return typeof name === 'string' ? name : undefined;
}

function errorOf(error: Json | undefined): { code: string; message: string } | undefined {
  if (typeof error !== 'object' || error === null || Array.isArray(error)) return undefined;
  const { code, message } = error as JsonObject;
  return typeof code === 'string' && typeof message === 'string' ? { code, message } : undefined;
}
