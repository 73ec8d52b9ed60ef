/**
 * Lifts events of older versions to today's shapes, on read. The one place that knows the past.
 * Each entry names the log format it came with; a row says its format, so no shape is guessed.
 */
import type { LogEvent } from '#contracts/events';

/** Format of packed rows written today. */
export const LOG_FORMAT = 1;

type Upcaster = (event: LogEvent) => LogEvent;

/** `UPCASTERS[n]` lifts an event of format n to format n + 1. */
const UPCASTERS: { [format: number]: Upcaster } = {};

export function upcast(event: LogEvent, format: number): LogEvent {
  let lifted = event;
  for (let from = format; from < LOG_FORMAT; from++) lifted = UPCASTERS[from]?.(lifted) ?? lifted;
  return lifted;
}
