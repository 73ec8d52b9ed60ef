/** A line of an execution's log, and how lines are asked for. */
import type { LogLevel } from '#contracts/log-level';

/** What every line of an execution carries. */
export interface LineContext {
  execution_id: string;
  workflow: string;
  environment: string;
  pipeline: string;
  tenant: string;
  trace_id: string;
}

export interface LogLine extends LineContext {
  /** ISO 8601. */
  timestamp: string;
  level: LogLevel;
  message: string;
  step?: string;
  /** Of the event that says it. */
  sequence_num: number;
  [field: string]: unknown;
}

/** Which lines are wanted; all of them without anything. */
export interface LineFilter {
  /** Least level. */
  level?: LogLevel;
  /** In the message, the step or a field, in any case. */
  text?: string;
  /** Name of a run, or the path of a step in the definition. */
  step?: string;
  /** Epoch ms, inclusive. */
  from?: number;
  /** Epoch ms, exclusive. */
  to?: number;
}

export interface LineQuery extends LineFilter {
  limit: number;
  /** Only what was said before this event. */
  before?: number;
}

export interface LinePage {
  /** The newest first. */
  items: LogLine[];
  /** `before` of the next page; null at the beginning of the log. */
  next: number | null;
  /** The execution could not be read. */
  unread?: true;
}

/** Executions of one region, and which of their lines are wanted. */
export interface LinesQuestion extends LineFilter {
  executions: { id: string; before?: number }[];
  /** Lines of each. */
  limit: number;
}
