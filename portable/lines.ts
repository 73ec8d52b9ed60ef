/**
 * What the lines of an exported execution say. JSON Lines, in this order: `header`, `definition` (each that it was ever
 * pinned to), `event` (the log, whole), `payload` (large values that events refer to), `seal`.
 *
 * An archive has no definitions and no payloads: both lie beside it in the same store, under their hashes.
 */
import { z } from 'zod';
import { EVENT_CODES, type EventType, type LogEvent } from '#contracts/events';
import { EXECUTION_STATUSES } from '#contracts/execution';

export const EXPORT_FORMAT = 'workflow.execution/1';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().min(0);

const headerSchema = z.object({
  kind: z.literal('header'),
  format: z.literal(EXPORT_FORMAT),
  content: z.enum(['export', 'archive']),
  execution_id: z.string().min(1).max(100),
  tenant: z.string().min(1).max(63),
  region: z.string().max(63),
  workflow: z.string().max(128),
  pipeline: z.string().max(256),
});

const definitionSchema = z.object({
  kind: z.literal('definition'),
  definition_hash: hash,
  /** The compiled graph. */
  definition: z.looseObject({ format: z.literal(1), hash, name: z.string(), pipelines: z.record(z.string(), z.looseObject({})) }),
  /** The YAML that it was compiled from, where the platform still had it. */
  source: z.string().optional(),
});

const types = Object.keys(EVENT_CODES) as [EventType, ...EventType[]];
export const eventSchema = z.object({
  kind: z.literal('event'),
  seq: z.number().int().min(1),
  at: z.number().int().min(0).max(8.64e15),
  type: z.enum(types),
  data: z.record(z.string(), z.unknown()),
});

const payloadSchema = z.object({ kind: z.literal('payload'), key: z.string().min(1).max(300), sha256: hash, size: count, text: z.string() });

const sealSchema = z.object({
  kind: z.literal('seal'),
  events: count,
  payloads: count,
  status: z.enum(EXECUTION_STATUSES),
  /** Of the state, folded from the events as they stand in the file. */
  state_hash: hash,
});

export const lineSchema = z.discriminatedUnion('kind', [headerSchema, definitionSchema, eventSchema, payloadSchema, sealSchema]);

export type Header = z.infer<typeof headerSchema>;
export type DefinitionLine = z.infer<typeof definitionSchema>;
export type PayloadLine = z.infer<typeof payloadSchema>;
export type Seal = z.infer<typeof sealSchema>;
export type Line = z.infer<typeof lineSchema>;

export function eventOf({ seq, at, type, data }: z.infer<typeof eventSchema>): LogEvent {
  return { seq, at, type, data } as unknown as LogEvent;
}
