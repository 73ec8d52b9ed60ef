/**
 * What is made of executions that have ended, beside their own logs: lines in the log of the application, spans for a
 * collector of traces. An object for each application and environment does it, after the fact.
 */
import { z } from 'zod';
import { LOG_LEVELS, type LogLevel } from '#contracts/log-level';

export interface Observation {
  log?: LogPolicy;
  traces?: TracePolicy;
}

export interface LogPolicy {
  /** Lines that the application writes, and what goes wrong: from this level on. Absent: none. */
  lines?: LogLevel;
  /** What the platform did, a line each: from this level on. Absent: none. */
  events?: LogLevel;
  keep_ms: number;
}

export interface TracePolicy {
  /** Where spans go, as OTLP/HTTP in JSON. */
  endpoint: string;
  /** Secrets stand in them as `${NAME}`. */
  headers: { [name: string]: string };
  service: string;
  /** From 0 to 1: share of the traces that are sent, chosen by their id. */
  sample: number;
}

/** With the version that asks, so that its stores of secrets are found. */
export interface AskingApplication extends ObservedApplication {
  definition: string;
}

/** Names the application whose executions are observed; together its parts name the object. */
export interface ObservedApplication {
  tenant: string;
  workflow: string;
  environment: string;
}

export const appLogLineSchema = z
  .object({
    at: z.iso.datetime(),
    level: z.enum(LOG_LEVELS),
    message: z.string(),
    /** Absent of a line that no execution wrote: of a request at the door. */
    execution_id: z.string().optional(),
    pipeline: z.string().optional(),
    step: z.string().optional(),
    fields: z.record(z.string(), z.any()).optional(),
  })
  .meta({ id: 'ApplicationLogLine' });
export type AppLogLine = z.infer<typeof appLogLineSchema>;

export interface AppLogQuery {
  /** Least level. */
  level?: LogLevel;
  pipeline?: string;
  /** Text that the message or a field has, in any case. */
  text?: string;
  /** Epoch ms. */
  from?: number;
  to?: number;
  limit: number;
  /** Where the page before ended. */
  before?: LogPlace;
}

/** Of a line: the entry that it stands in, and its number there. */
export interface LogPlace {
  at: number;
  entry: string;
  line: number;
}

export interface AppLogPage {
  /** The newest first. */
  items: AppLogLine[];
  next: LogPlace | null;
}

export interface ObserverRpc {
  /** Executions that have ended; the same one twice is one. */
  note(application: ObservedApplication, definition: string, executions: string[]): Promise<void>;
  /** Lines of the application that no execution writes. */
  write(application: ObservedApplication, lines: AppLogLine[], keep_ms: number): Promise<void>;
  read(query: AppLogQuery): Promise<AppLogPage>;
  /** Removes lines from before the instant, a bounded number at a time; answers how many executions and requests had written them. */
  forget(before: number): Promise<number>;
  /** How the export of traces stands. */
  status(): Promise<ObserverStatus>;
}

export interface ObserverStatus {
  /** Executions that wait to be observed. */
  waiting: number;
  /** Spans that the collector has taken, and executions that were given up. */
  spans_sent: number;
  given_up: number;
  /** Of the last try that failed. */
  error?: { at: string; message: string };
}
