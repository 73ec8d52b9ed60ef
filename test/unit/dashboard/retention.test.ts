/** Retention in words, as its section shows it. */
import { describe, expect, it } from 'vitest';
import { NOTHING_REMOVED, RETENTION_KINDS, RETENTION_PLANS } from '#contracts/retention';
import { boundWords, executionsWords, forEverField, keptWords, mayBeForEver, removedWords, retentionRequestOf } from '../../../dashboard/src/lib/retention.ts';

describe('retention in words', () => {
  it('says how long each kind is kept', () => {
    expect(keptWords('executions', 1)).toBe('1 day');
    expect(keptWords('audit', 1100)).toBe('1,100 days');
    expect(RETENTION_KINDS.map((kind) => keptWords(kind, null))).toEqual([
      'for ever',
      'as long as their pipelines say',
      'as long as their applications say',
      'for ever',
    ]);
  });

  it('says what a plan allows', () => {
    expect(boundWords(RETENTION_PLANS.team.executions)).toBe('1 to 1,100 days, usually 400');
    expect(boundWords(RETENTION_PLANS.enterprise.audit)).toBe('30 days or longer, usually 400');
    expect(boundWords(RETENTION_PLANS.enterprise.logs)).toBe('1 day or longer');
  });

  it('says what a sweep removed', () => {
    expect(removedWords(NOTHING_REMOVED)).toBe('nothing');
    expect(removedWords({ executions: 1, dead_letters: 2, logs: 0, audit: 1 })).toBe('1 execution, 2 dead letters, 1 audit entry');
    expect(removedWords({ ...NOTHING_REMOVED, logs: 12_345 })).toBe('12,345 log entries');
  });

  it.each([
    [0, false, 'no execution'],
    [1, false, 'up to 1 execution'],
    [1204, false, 'up to 1,204 executions'],
    [9_990, true, '9,990 executions or more'],
    [0, true, '0 executions or more'],
  ])('%i, more %s: %s', (executions, more, words) => {
    expect(executionsWords({ executions, more })).toBe(words);
  });

  it('says which regions are not counted', () => {
    const region = (name: string, status: 'ok' | 'unavailable') => ({ region: name, status, executions: 1, more: status !== 'ok' });
    const words = (...regions: ReturnType<typeof region>[]) => executionsWords({ executions: 12, more: true, regions });
    expect(words(region('us', 'ok'), region('eu', 'unavailable'))).toBe('12 executions or more (eu did not answer, and is not counted)');
    expect(words(region('ap', 'unavailable'), region('eu', 'unavailable'))).toBe('12 executions or more (ap and eu did not answer, and are not counted)');
    expect(words(region('us', 'ok'))).toBe('12 executions or more');
  });

  it('asks for what was typed, and leaves the rest to the plan', () => {
    const { enterprise, team } = RETENTION_PLANS;
    expect(retentionRequestOf({ executions: '90', dead_letters: '', logs: '14', other: '3' }, { audit: 60 }, team)).toEqual({ executions: 90, logs: 14 });
    expect(retentionRequestOf({}, {}, team)).toEqual({});
    expect(retentionRequestOf({ executions: '' }, { executions: null }, enterprise)).toEqual({ executions: null });
  });

  it('asks for ever where that is something to choose, and takes it back', () => {
    const { enterprise, team } = RETENTION_PLANS;
    expect([mayBeForEver(enterprise.audit), mayBeForEver(enterprise.logs), mayBeForEver(team.audit)]).toEqual([true, false, false]);
    expect(retentionRequestOf({ audit: '60', [forEverField('audit')]: 'on' }, {}, enterprise)).toEqual({ audit: null });
    expect(retentionRequestOf({ audit: '' }, { audit: null }, enterprise)).toEqual({});
    // Of a larger plan; this one would refuse it.
    expect(retentionRequestOf({ audit: '' }, { audit: null }, team)).toEqual({});
  });
});
