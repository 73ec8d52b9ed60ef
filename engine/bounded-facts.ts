/**
 * What an event says itself, beside its stored values: an error, and what a choice was made by. It goes into a row of the log, while stored
 * values of any size go to R2. So what no row could hold is kept as its beginning, and never keeps an execution from going on.
 */
import type { EventData, EventType } from '#contracts/events';
import type { Json } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import type { ErrorInfo } from '#contracts/problems';

/** Characters of JSON; a row ends at LIMITS.logRow. */
const MOST = LIMITS.logRow / 2;
/** What is left of a longer one, characters. */
const BEGINNING = 2000;
/** One character takes so many in JSON at most. */
const ESCAPED = 6;

export function boundedFacts<T extends EventType>(data: EventData[T]): EventData[T] {
  const { error, value, choice } = data as { error?: ErrorInfo; value?: Json; choice?: { value: Json } };
  if (error !== undefined && !fitsError(error)) return { ...data, error: boundedError(error) };
  if (value !== undefined && !fits(value)) return { ...data, value: beginningOf(value) };
  if (choice !== undefined && !fits(choice.value)) return { ...data, choice: { ...choice, value: beginningOf(choice.value) } };
  return data;
}

function fitsError({ message, details = null }: ErrorInfo): boolean {
  return fits(message) && fits(details);
}

function boundedError({ message, details, ...error }: ErrorInfo): ErrorInfo {
  return {
    ...error,
    message: fits(message) ? message : beginningOf(message),
    ...(details === undefined ? {} : { details: fits(details) ? details : beginningOf(details) }),
  };
}

function fits(value: Json): boolean {
  if (typeof value === 'string' && value.length * ESCAPED <= MOST) return true;
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return true;
  return JSON.stringify(value).length <= MOST;
}

function beginningOf(value: Json): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `${text.slice(0, BEGINNING)}… (${text.length} characters)`;
}
