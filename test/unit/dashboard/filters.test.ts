import { describe, expect, it } from 'vitest';
import type { ExecutionSummary } from '#contracts/execution';
import { apiQuery, bulkFilter, isFiltered, matches, pageQuery, readFilters } from '../../../dashboard/src/lib/filters';

const read = (query: string) => readFilters(new URLSearchParams(query));
const NOW = Date.parse('2026-11-23T14:30:00.000Z');

describe('from the URL to the API', () => {
  it.each([
    ['', 'limit=50'],
    ['status=failed&workflow=orders&q=503', 'status=failed&workflow=orders&q=503&limit=50'],
    ['status=went_wrong', 'outcome=went_wrong&limit=50'],
    ['range=1h', 'from=2026-11-23T13%3A30%3A00.000Z&limit=50'],
    ['from=2026-11-23T10:00&to=2026-11-23T11:00', 'from=2026-11-23T10%3A00%3A00.000Z&to=2026-11-23T11%3A00%3A00.000Z&limit=50'],
    ['range=1h&to=2026-11-23T11:00', 'from=2026-11-23T13%3A30%3A00.000Z&limit=50'],
    ['cursor=abc', 'cursor=abc&limit=50'],
    ['attributes=customer_id=c-1,%20tier=gold,nonsense', 'attr.customer_id=c-1&attr.tier=gold&limit=50'],
    ['project=prj_a', 'project=prj_a&limit=50'],
    // What is not known is left out: the API refuses it.
    ['status=nonsense&range=forever&from=never&other=1&q=', 'limit=50'],
  ])('%s', (query, expected) => expect(apiQuery(read(query), NOW, 50)).toBe(expected));
});

describe('links', () => {
  it.each([
    ['status=failed&cursor=abc', {}, '?status=failed'],
    ['status=failed', { cursor: 'next' }, '?status=failed&cursor=next'],
    ['q=x', { live: false }, '?q=x&live=0'],
    ['live=0', { live: true }, ''],
  ])('%s with a change', (query, change, expected) => expect(pageQuery(read(query), change)).toBe(expected));

  it('says whether anything is filtered', () => {
    expect(isFiltered(read('live=0&cursor=a'))).toBe(false);
    expect(isFiltered(read('pipeline=p'))).toBe(true);
  });
});

it('an order to many has attributes as an object', () => {
  expect(bulkFilter(read('status=waiting&attributes=customer_id=c-1'), NOW)).toEqual({ status: 'waiting', attr: { customer_id: 'c-1' } });
});

it.each([
  ['', true],
  ['attributes=customer_id=c-1', true],
  ['attributes=customer_id=c-2', false],
  ['status=running', true],
  ['status=failed', false],
  ['status=went_wrong', false],
  ['workflow=orders&pipeline=process-order', true],
  ['pipeline=orders.process-order', true],
  ['workflow=travel', false],
  ['q=PROCESS', true],
  ['q=other', false],
])('a new execution fits %s: %s', (query, expected) => {
  const row = {
    execution_id: 'exec_1',
    workflow: 'orders',
    pipeline: 'process-order',
    status: 'running',
    attributes: { customer_id: 'c-1' },
    started_at: '2026-11-23T14:30:00.000Z',
  } as ExecutionSummary;
  expect(matches(read(query), row)).toBe(expected);
});
