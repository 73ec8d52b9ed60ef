/**
 * Checks what comes from the projection queue: one row, or the rows that were ready together.
 *
 * Nearly every row is one as this version writes it, and is known at a look (`ordinary-row.ts`): of a start, checking by the
 * schema was the largest part of what the runtime had to clear away.
 */
import { z } from 'zod';
import { attributesSchema } from '#contracts/attributes';
import { deadLetterFacts } from '#contracts/dead-letter-facts';
import { EXECUTION_STATUSES, type ProjectionMessage } from '#contracts/execution';
import type { MachineRow } from '#contracts/machine';
import { packedMeasureSchema } from '#contracts/metrics';
import { isOrdinaryRow } from '#workers/projector/ordinary-row';

const instant = z.iso.datetime();

/** Of an execution. */
export const rowSchema: z.ZodType<ProjectionMessage> = z.object({
  kind: z.literal('execution'),
  seq: z.number().int().min(1),
  observed_as: z.string().optional(),
  summary: z.object({
    execution_id: z.string().min(1),
    workflow: z.string(),
    workflow_id: z.string(),
    version: z.number().int(),
    environment: z.string(),
    pipeline: z.string(),
    tenant: z.string().min(1),
    status: z.enum(EXECUTION_STATUSES),
    trigger: z.string(),
    started_at: instant,
    completed_at: instant.optional(),
    duration_ms: z.number().optional(),
    current_step: z.string().optional(),
    error: z.object({ code: z.string(), message: z.string() }).optional(),
    attributes: attributesSchema.optional(),
    idempotency_key: z.string().optional(),
    idempotency_expires_at: instant.optional(),
  }),
  dead_letter: deadLetterFacts(instant).optional(),
  measure: packedMeasureSchema.optional(),
});

const machineSchema: z.ZodType<MachineRow> = z.object({
  tenant: z.string().min(1),
  environment: z.string(),
  workflow: z.string(),
  machine: z.string(),
  id: z.string().min(1),
  state: z.string(),
  previous_state: z.string().optional(),
  seq: z.number().int().min(1),
  created_at: z.number().int(),
  updated_at: z.number().int(),
});

const messageSchema = z.union([
  z.object({ kind: z.literal('executions'), rows: z.array(rowSchema) }).transform(({ rows }) => ({ executions: rows, machines: [] })),
  z.object({ kind: z.literal('machines'), rows: z.array(machineSchema) }).transform(({ rows }) => ({ executions: [], machines: rows })),
  rowSchema.transform((row) => ({ executions: [row], machines: [] })),
]);

export interface Rows {
  executions: ProjectionMessage[];
  machines: MachineRow[];
}

export function rowsOf(body: unknown): { rows: Rows; problem?: undefined } | { problem: string } {
  const { kind, rows } = (body ?? {}) as { kind?: unknown; rows?: unknown };
  if (kind === 'executions' && Array.isArray(rows) && rows.every(isOrdinaryRow)) return { rows: { executions: rows, machines: [] } };
  const result = messageSchema.safeParse(body);
  if (result.success) return { rows: result.data };
  return { problem: result.error.issues.map((issue) => `${issue.path.join('.') || 'message'}: ${issue.message}`).join('; ') };
}
