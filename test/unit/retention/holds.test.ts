/** What a company keeps: its own numbers within its plan. */
import { describe, expect, it } from 'vitest';
import {
  cutoffOf,
  DAY_MS,
  firstSweepBy,
  isShortened,
  longerOf,
  NOTHING_REMOVED,
  NOTICE_MS,
  outsideOf,
  RETENTION_KINDS,
  RETENTION_PLANS,
  retentionOf,
} from '#contracts/retention';

describe('retention', () => {
  it('is that of the plan where the company has decided nothing', () => {
    expect(retentionOf('free', null)).toEqual({ executions: 30, dead_letters: 30, logs: 7, audit: 90 });
    expect(retentionOf('unlimited', {})).toEqual({ executions: null, dead_letters: null, logs: null, audit: 400 });
  });

  it('is what the company has decided, drawn into the bounds of a plan that it has come to later', () => {
    const own = { executions: 500, logs: 2, audit: null };
    expect(retentionOf('enterprise', own)).toEqual({ executions: 500, dead_letters: null, logs: 2, audit: null });
    expect(retentionOf('free', own)).toEqual({ executions: 90, dead_letters: 30, logs: 2, audit: 400 });
  });

  it.each([
    ['free', { executions: 91 }, 'executions'],
    ['free', { dead_letters: null }, 'dead_letters'],
    ['team', { audit: 29 }, 'audit'],
    ['team', { executions: 1100, logs: 1 }, undefined],
    ['unlimited', { executions: null, audit: null }, undefined],
  ] as const)('%s: %o lies outside by its %s', (plan, own, kind) => {
    expect(outsideOf(plan, own)?.kind).toBe(kind);
  });

  it('has in every plan a usual number within its bounds', () => {
    for (const [plan, bounds] of Object.entries(RETENTION_PLANS))
      for (const kind of RETENTION_KINDS) expect(outsideOf(plan as 'free', { [kind]: bounds[kind].usual })).toBeUndefined();
  });

  it('knows from when on something is old, and when nothing is', () => {
    expect(cutoffOf(2, 10 * DAY_MS)).toBe(8 * DAY_MS);
    expect(cutoffOf(null, 10 * DAY_MS)).toBeUndefined();
  });

  it.each([
    [null, {}, true],
    [{ executions: 30 }, { executions: 30 }, false],
    [{ executions: 30 }, { executions: 31, logs: 91 }, false],
    [{ executions: 30 }, { executions: 29, logs: 400 }, true],
    [{ executions: 800, logs: 5 }, { executions: 900, logs: 4 }, true],
  ] as const)('from %o to %o: shortened %s', (before, after, is) => {
    expect(isShortened(before && retentionOf('team', before), retentionOf('team', after))).toBe(is);
  });

  it('that is for ever is longer than any number', () => {
    const [forever, year] = [retentionOf('enterprise', null), retentionOf('enterprise', { executions: 365 })];
    expect([isShortened(forever, year), isShortened(year, forever)]).toEqual([true, false]);
    expect(longerOf(year, forever)).toEqual(forever);
  });

  it('knows when the first sweep begins that goes by it', () => {
    const [now, held, shorter] = [100 * DAY_MS, retentionOf('team', null), retentionOf('team', { executions: 3 })];
    const standing = { due_at: now + 5, sweep: null, announced: held, last: null };
    expect(firstSweepBy(held, standing, now)).toBe(now + 5);
    expect(firstSweepBy(held, { ...standing, due_at: 0 }, now)).toBe(now);
    expect(firstSweepBy(shorter, standing, now)).toBe(now + 5 + NOTICE_MS);
    expect(firstSweepBy(held, { ...standing, announced: null }, now)).toBe(now + 5 + NOTICE_MS);
    const sweep = { begun_at: now - 10, retention: held, stage: 'logs', cursor: null, removed: NOTHING_REMOVED } as const;
    expect(firstSweepBy(shorter, { ...standing, sweep }, now)).toBe(now - 10 + DAY_MS + NOTICE_MS);
  });
});
