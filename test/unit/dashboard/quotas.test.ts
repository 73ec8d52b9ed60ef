/** Quotas in words, and what the form of their page asks for. */
import { describe, expect, it } from 'vitest';
import { PLANS } from '#contracts/quota';
import { atWork, type BoundItem, boundName, callWords, planWords, quotaRequest, rateWords, startsNow, waitingRows } from '../../../dashboard/src/lib/quotas.ts';

const bound: BoundItem = { of: 'company', max_concurrent: 50, in_flight: 12, waiting: 0, rate: null, available: null, queue_soft: 5, queue_hard: 10 };

describe('words', () => {
  it('of a bound', () => {
    expect(atWork(bound)).toBe('12 of 50');
    expect(atWork({ ...bound, in_flight: 1200, max_concurrent: null })).toBe('1,200, no bound');
    expect(boundName(bound, 'acme')).toBe('acme');
    expect(boundName({ ...bound, of: 'application', workflow: 'shop', environment: 'production' }, 'acme')).toBe('shop');
    expect(boundName({ ...bound, of: 'application', workflow: 'shop', environment: 'staging' }, 'acme')).toBe('shop in staging');
  });

  it.each([
    [{}, 'Begins at once'],
    [{ waiting: 1 }, 'Waits for a place'],
    [{ waiting: 5 }, 'Is refused if its priority is low'],
    [{ waiting: 10 }, 'Is refused'],
    [{ available: 0 }, 'Is refused for a moment: too fast'],
    [{ available: 3 }, 'Begins at once'],
    [{ waiting: 10, max_concurrent: null }, 'Waits for a place'],
  ])('of what a start meets: %j is %s', (more, word) => {
    expect(startsNow({ ...bound, ...more }).word).toBe(word);
  });

  it.each([
    [null, 'no bound'],
    [{ per_minute: 6000, burst: 100 }, '100 a second, 100 at once'],
    [{ per_minute: 30, burst: 2 }, '30 a minute, 2 at once'],
    [{ per_minute: 0.5, burst: 1 }, '30 an hour, 1 at once'],
  ])('of the rate %j: %s', (rate, words) => {
    expect(rateWords(rate)).toBe(words);
  });

  it('of what a plan gives beside executions', () => {
    expect(planWords(PLANS.unlimited).map(([, value]) => value)).toEqual(['no bound', 'no bound', 'no bound', 'no bound']);
    expect(planWords(PLANS.free).map(([, value]) => value)).toEqual(['3,000 a minute, 600 at once', '40', '8', '1.25 MB a second']);
  });

  it('of what is left of the API', () => {
    const words = (usage: Parameters<typeof callWords>[0]) => callWords(usage).map(([, value]) => value);
    expect(words({ calls: { rate: PLANS.team.api_rate, available: 1180 }, live_streams: { max: 100, open: 3 } })).toEqual(['1,180 of 1,200', '3 of 100']);
    expect(words({ calls: { rate: null, available: null }, live_streams: { max: null, open: 3 } })).toEqual(['no bound', '3, no bound']);
  });
});

it('names everybody who waits once, those of the quota first', () => {
  const waiting = {
    execution_id: 'a',
    workflow: 'shop',
    environment: 'production',
    pipeline: 'pay',
    key: 'k',
    priority: 0,
    position: 1,
    since: '2026-01-01T00:00:00Z',
  };
  const usage = {
    tenant: 'acme',
    plan: 'team' as const,
    at: '2026-01-01T00:00:00Z',
    bounds: [],
    calls: { rate: null, available: null },
    live_streams: { max: null, open: 0 },
    waiting: [
      { ...waiting, of: 'company' as const },
      { ...waiting, execution_id: 'b', of: 'application' as const },
    ],
    more: false,
  };
  const pending = [...['a', 'c'].map((execution_id) => ({ ...summary, execution_id, region: 'us' })), { ...summary, execution_id: 'd', region: 'eu' }];
  expect(waitingRows(usage, pending, 'us').map(({ execution_id, reason }) => [execution_id, reason])).toEqual([
    ['a', 'A place of the company'],
    ['b', 'A place of shop'],
    ['c', 'Its turn in the pipeline'],
    ['d', 'Its turn in the region eu'],
  ]);
});

const summary = {
  workflow: 'shop',
  workflow_id: 'wf_1',
  version: 1,
  environment: 'production',
  pipeline: 'pay',
  tenant: 'acme',
  status: 'pending' as const,
  trigger: 'manual',
  started_at: '2026-01-01T00:00:00Z',
};

describe('the form', () => {
  const set = {
    tenant: 'acme',
    plan: 'team' as const,
    is_default: false,
    overrides: { max_concurrent: 80, queue_hard: 700 },
    quota: PLANS.team,
    plans: PLANS,
  };

  it('sets every number and the priority, and takes back what is emptied', () => {
    const typed = {
      max_concurrent: '90',
      per_second: '2.5',
      priority: 'high',
      queue_soft: '200',
      queue_hard: '700',
      egress_concurrent: '12',
      megabytes_per_second: '2.5',
    };
    expect(quotaRequest({ plan: 'team', ...typed }, set)).toEqual({
      plan: 'team',
      overrides: {
        max_concurrent: 90,
        rate: { per_minute: 150, burst: 3 },
        priority: 'high',
        queue_soft: 200,
        queue_hard: 700,
        egress_concurrent: 12,
        egress_bytes_per_s: 2_500_000,
      },
    });
    expect(quotaRequest({ plan: 'team', queue_hard: '', max_concurrent: '', per_second: '' }, set)).toEqual({ plan: 'team', overrides: {} });
  });

  it('leaves what no number says: no bound, and a burst that was set for the same rate', () => {
    const unbounded = { ...set, overrides: { max_concurrent: null, rate: { per_minute: 600, burst: 50 } } };
    expect(quotaRequest({ plan: 'team', max_concurrent: '', per_second: '10' }, unbounded).overrides).toEqual({
      max_concurrent: null,
      rate: { per_minute: 600, burst: 50 },
    });
    expect(quotaRequest({ plan: 'team', max_concurrent: '4', per_second: '20' }, unbounded).overrides).toEqual({
      max_concurrent: 4,
      rate: { per_minute: 1200, burst: 20 },
    });
    expect(quotaRequest({ plan: 'free', max_concurrent: '', per_second: '' }, unbounded).overrides).toEqual({});
  });

  it('takes units with a burst that lets every call be made, and leaves one that was set for them', () => {
    const units = (per_minute: string, api_rate?: { per_minute: number; burst: number }) =>
      quotaRequest({ plan: 'team', units_per_minute: per_minute, live_streams: '7' }, { ...set, overrides: { api_rate } }).overrides;
    expect(units('9000')).toEqual({ api_rate: { per_minute: 9000, burst: 1800 }, live_streams: 7 });
    expect(units('30')).toMatchObject({ api_rate: { per_minute: 30, burst: 40 } });
    expect(units('30', { per_minute: 30, burst: 500 })).toMatchObject({ api_rate: { per_minute: 30, burst: 500 } });
  });

  it('begins anew with another plan', () => {
    expect(quotaRequest({ plan: 'free', max_concurrent: '', per_second: '' }, set)).toEqual({ plan: 'free', overrides: {} });
    expect(quotaRequest({ plan: '', max_concurrent: '80', queue_hard: '700', per_second: '' }, set)).toEqual({ plan: null });
    // Which is refused: somebody has typed a number, and is to know that it does not hold.
    expect(quotaRequest({ plan: '', max_concurrent: '7', per_second: '' }, set)).toEqual({ plan: null, overrides: { max_concurrent: 7 } });
  });
});
