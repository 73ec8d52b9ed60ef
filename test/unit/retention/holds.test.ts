/** What a company keeps: its own numbers within its plan. */
import { describe, expect, it } from 'vitest';
import { cutoffOf, DAY_MS, outsideOf, RETENTION_KINDS, RETENTION_PLANS, retentionOf } from '#contracts/retention';

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
});
