import { describe, expect, it } from 'vitest';
import { isOrdinaryRow } from '#workers/projector/ordinary-row';
import { rowSchema } from '#workers/projector/projection-rows';
import { row } from '../../conformance/execution-index';

const instant = '2026-02-15T14:30:00.000Z';
const usage = [6, 2, 50, 3, 0, 1];
const full = {
  ...row(1, {
    status: 'failed',
    completed_at: instant,
    duration_ms: 7,
    current_step: 'charge',
    error: { code: 'upstream_status', message: '503' },
    attributes: { customer: 'c-1', order: 'o-1' },
    idempotency_key: 'order_1',
    idempotency_expires_at: instant,
  }),
  observed_as: 'hash',
  measure: [usage, [['charge', 'step.http_call', 0, 1, 0, 2, 40, [3, 1, 9, 2], [0, 0, 40, 0, 0, 0]]]],
};

/** Values that stand nowhere rightly, or only in some places. */
const WRONG = [undefined, null, '', 'x', -1, 0, 1.5, Number.NaN, true, [], {}, [1], ['x'], { code: 1 }, '2026-02-30T00:00:00.000Z', 'x'.repeat(2000)];

/** The value with one place of it replaced, or left out, for every place. */
function* spoilt(value: unknown, place = ''): Generator<[string, unknown]> {
  for (const wrong of WRONG) yield [`${place} as ${JSON.stringify(wrong)?.slice(0, 30)}`, wrong];
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    for (const [where, other] of spoilt(inner, `${place}/${key}`)) {
      const copy: Record<string, unknown> = Array.isArray(value) ? ([...value] as never) : { ...value };
      copy[key] = other;
      yield [where, copy];
    }
  }
  if (Array.isArray(value)) yield [`${place} with one more`, [...value, value[0]]];
}

describe('isOrdinaryRow', () => {
  it('knows the rows that are written', () => {
    expect(isOrdinaryRow(row(1))).toBe(true);
    expect(isOrdinaryRow(full)).toBe(true);
  });

  it('takes nothing that the schema does not take', () => {
    const cases = [...spoilt(full)];
    expect(cases.length).toBeGreaterThan(500);
    const wronglyTaken = cases.filter(([, value]) => isOrdinaryRow(value) && !rowSchema.safeParse(value).success);
    expect(wronglyTaken.map(([where]) => where)).toEqual([]);
  });

  it('leaves a dead letter to the schema', () => {
    expect(isOrdinaryRow({ ...full, dead_letter: {} })).toBe(false);
  });
});
