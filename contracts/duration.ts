/**
 * Durations as people write them: `500ms`, `30s`, `5m`, `1h30m`, `7d`, `1.5h`. A bare number is seconds.
 */
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** The form of a written duration, for schemas. `0` and bare numbers in quotes are durations too. */
export const DURATION = /^(?:\d+(?:\.\d+)?|(?:\d+(?:\.\d+)?(?:ms|s|m|h|d|w))+)$/;

/** Milliseconds (a whole number), or `undefined` when the text is not a duration or the number is negative or not finite. */
export function parseDuration(value: string | number): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? Math.round(value * 1000) : undefined;
  const text = value.trim();
  if (!DURATION.test(text)) return undefined;
  if (/^[\d.]+$/.test(text)) return Math.round(Number(text) * 1000);
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdw])/g)) total += Number(amount) * UNIT_MS[unit!]!;
  return Math.round(total);
}
