/** Levels and times of what is logged. */
import { z } from 'zod';
import { LOG_LEVELS, type LogLevel } from '#contracts/log-level';

/** In either case, and in the spellings of other systems. */
export const LEVEL = z.enum([...LOG_LEVELS, 'DEBUG', 'INFO', 'WARN', 'ERROR', 'warning', 'trace', 'fatal']);

export function levelOf(level: z.output<typeof LEVEL> = 'info'): LogLevel {
  const lower = level.toLowerCase();
  if (lower === 'warning') return 'warn';
  if (lower === 'trace') return 'debug';
  return lower === 'fatal' ? 'error' : (lower as LogLevel);
}

const USUAL_DAYS = 7;

export const retentionDays = z.number().int().min(1).max(366).default(USUAL_DAYS).describe('How long lines are kept, days.');

export function keepMs(days: number): number {
  return days * 24 * 3_600_000;
}
