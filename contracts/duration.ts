/**
 * Durations as people write them: `500ms`, `30s`, `5m`, `1h30m`, `7d`, `1.5h`. A number is seconds. A number in
 * quotes is refused (but for `0`), for its unit cannot be known.
 */
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
/** A hundred years: everything above is a slip of the pen. */
const MAX_MS = 100 * 365 * 86_400_000;

/** The form of a written duration, for schemas. */
export const DURATION = /^(?:0|(?:\d+(?:\.\d+)?(?:ms|s|m|h|d|w))+)$/;

/** Milliseconds, whole, not negative; `undefined` when the value is no duration. */
export function parseDuration(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 && value * 1000 <= MAX_MS ? Math.round(value * 1000) : undefined;
  if (typeof value !== 'string' || !DURATION.test(value.trim())) return undefined;
  let total = 0;
  for (const [, amount, unit] of value.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdw])/g)) total += Number(amount) * UNIT_MS[unit!]!;
  return total <= MAX_MS ? Math.round(total) : undefined;
}
