/** Durations in the settings of modules. */
import { z } from 'zod';
import { DURATION, parseDuration } from '#contracts/duration';

/** `30s`, `5m`, `1h`, `7d`; a number is seconds. */
export const duration = z.union([z.string().regex(DURATION, 'a duration such as 30s, 5m, 1h or 7d'), z.number().min(0)]);

/** Milliseconds of a value that `duration` let through. */
export function durationMs(value: string | number): number {
  return parseDuration(value) ?? 0;
}
