import { describe, expect, it } from 'vitest';
import { isFollowed, isLogFiltered, liveLogQuery, logQuery, logsPage, readLogFilters } from '../../../dashboard/src/lib/log-filters';

const read = (query: string) => readLogFilters(new URLSearchParams(query));
const NOW = Date.parse('2026-11-23T14:30:00.000Z');

describe('from the URL to the API', () => {
  it.each([
    ['', 'limit=50'],
    ['q=o-1&level=warn&step=each/say', 'q=o-1&level=warn&step=each%2Fsay&limit=50'],
    ['workflow=shop&pipeline=order&environment=staging', 'workflow=shop&pipeline=order&environment=staging&limit=50'],
    ['attributes=customer_id=c-1,%20tier=gold,nonsense', 'attr.customer_id=c-1&attr.tier=gold&limit=50'],
    ['range=1h&to=2026-11-23T11:00', 'from=2026-11-23T13%3A30%3A00.000Z&limit=50'],
    ['from=2026-11-23T10:00&to=2026-11-23T11:00', 'from=2026-11-23T10%3A00%3A00.000Z&to=2026-11-23T11%3A00%3A00.000Z&limit=50'],
    // An execution is named: what chooses executions says nothing.
    ['execution=exec_1&workflow=shop&attributes=a=b&q=x', 'q=x&execution=exec_1&limit=50'],
    // What is not known is left out: the API refuses it.
    ['level=loud&range=forever&from=never&other=1&q=', 'limit=50'],
  ])('%s', (query, expected) => expect(logQuery(read(query), NOW, 50).toString()).toBe(expected));

  it('looks on for as long as is said', () => expect(logQuery(read('q=x'), NOW, 50, '3s').toString()).toBe('q=x&within=3s&limit=50'));

  it('follows by what chooses, not by time', () => {
    expect(liveLogQuery(read('q=x&workflow=shop&range=1h&cursor=c&attributes=a=b')).toString()).toBe('q=x&workflow=shop&attr.a=b');
  });
});

it.each([
  ['', true],
  ['range=1h', true],
  ['from=2026-11-23T10:00', true],
  ['live=0', false],
  ['cursor=abc', false],
  ['to=2026-11-23T10:00', false],
])('what begins with the newest is followed: %s', (query, expected) => expect(isFollowed(read(query))).toBe(expected));

it('links keep the filters, and begin with the newest', () => {
  expect(logsPage(read('q=x&cursor=abc'))).toBe('/logs?q=x');
  expect(logsPage(read('q=x'), { live: false })).toBe('/logs?q=x&live=0');
  expect(logsPage(read('execution=exec_1&step=s'), { execution: undefined })).toBe('/logs?step=s');
  expect(logsPage(read(''))).toBe('/logs');
  expect(isLogFiltered(read('live=0&cursor=a'))).toBe(false);
  expect(isLogFiltered(read('step=s'))).toBe(true);
});
