import { describe, expect, it } from 'vitest';
import { formatBytes, formatClock, formatCount, formatCounting, formatDuration, formatExact, formatRelative } from '../../../dashboard/src/lib/time';

describe('durations', () => {
  it.each([
    [0, '0 ms'],
    [0.4, '< 1 ms'],
    [1, '1 ms'],
    [847, '847 ms'],
    [999.4, '999 ms'],
    [999.6, '1.00 s'],
    [1234, '1.23 s'],
    [9994, '9.99 s'],
    [9996, '10.0 s'],
    [45_600, '45.6 s'],
    [59_960, '1 m'],
    [192_000, '3 m 12 s'],
    [3_599_600, '1 h'],
    [7_440_000, '2 h 4 m'],
    [86_399_000, '1 d'],
    [273_600_000, '3 d 4 h'],
    [-5, '0 ms'],
  ])('%d ms is %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

  it.each([
    [0, '0.0 s'],
    [3456, '3.5 s'],
    [61_000, '1 m 1 s'],
  ])('%d ms counting is %s', (ms, text) => expect(formatCounting(ms)).toBe(text));
});

describe('instants', () => {
  const now = Date.parse('2026-11-23T14:30:00.123Z');
  it.each([
    [2_000, 'just now'],
    [12_000, '12 s ago'],
    [240_000, '4 m ago'],
    [3 * 3_600_000, '3 h ago'],
    [2 * 86_400_000, '2 d ago'],
    [30 * 86_400_000, '2026-10-24'],
    [-240_000, 'in 4 m'],
  ])('%d ms before now is %s', (ago, text) => expect(formatRelative(now - ago, now)).toBe(text));

  it('is exact to the millisecond and names the zone', () => {
    expect(formatExact(now)).toBe('2026-11-23 14:30:00.123 UTC');
    expect(formatClock('2026-11-23T14:30:00.123Z')).toBe('14:30:00.123');
    expect(formatExact('nonsense')).toBe('nonsense');
  });
});

it.each([
  [512, '512 B'],
  [1234, '1.2 kB'],
  [3_400_000, '3.4 MB'],
])('%d bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

it('groups digits', () => expect([formatCount(999), formatCount(1000), formatCount(1_234_567)]).toEqual(['999', '1,000', '1,234,567']));
