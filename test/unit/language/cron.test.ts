import { describe, expect, it } from 'vitest';
import { cronFault, dueBetween, nextDue } from '#language/cron';

const at = (text: string) => Date.parse(text);
const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());

it.each([
  ['five fields', { cron: '30 7 * * *' }, '2026-03-01T08:00:00Z', '2026-03-02T07:30:00.000Z'],
  ['six fields', { cron: '*/10 * * * * *' }, '2026-03-01T08:00:01Z', '2026-03-01T08:00:10.000Z'],
  ['a time zone', { cron: '0 9 * * 1-5', timezone: 'America/New_York' }, '2026-07-03T14:00:00Z', '2026-07-06T13:00:00.000Z'],
  ['the gap of summer time', { cron: '30 2 * * *', timezone: 'Europe/Berlin' }, '2026-03-28T12:00:00Z', '2026-03-29T01:00:00.000Z'],
  ['the hour that comes twice, once', { cron: '30 2 * * *', timezone: 'Europe/Berlin' }, '2026-10-25T00:30:00Z', '2026-10-26T01:30:00.000Z'],
  ['days of month and weekdays together', { cron: '0 0 13 * 5' }, '2026-03-01T00:00:00Z', '2026-03-06T00:00:00.000Z'],
  ['a distance', { every_ms: 900_000 }, '2026-03-01T08:00:00Z', '2026-03-01T08:15:00.000Z'],
  ['a nickname', { cron: '@hourly' }, '2026-03-01T08:00:00Z', '2026-03-01T09:00:00.000Z'],
])('%s', (_, due, from, expected) => expect(iso(nextDue(due, at(from)))).toBe(expected));

describe('what was missed', () => {
  it('is every time in between, the last ones of them', () => {
    const due = { every_ms: 60_000 };
    const found = dueBetween(due, at('2026-03-01T08:00:00Z'), at('2026-03-01T08:05:30Z'), 3);
    expect(found.map(iso)).toEqual(['2026-03-01T08:03:00.000Z', '2026-03-01T08:04:00.000Z', '2026-03-01T08:05:00.000Z']);
  });
});

it.each([
  ['* * * *', /4 fields/],
  ['60 * * * *', /./],
  ['0 0 30 2 *', /never due/],
  ['one two three four five', /./],
])('%s is refused', (cron, reason) => expect(cronFault(cron, undefined)).toMatch(reason));

it('a time zone that is none is refused', () => expect(cronFault('0 * * * *', 'Mars/Olympus')).toBeDefined());
