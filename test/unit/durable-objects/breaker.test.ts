/** The rules of a circuit breaker, as tables. */
import { describe, expect, it } from 'vitest';
import type { BreakerLimits } from '#contracts/breaker';
import { type BreakerRecord, command, newRecord, probe, probed, report, viewOf } from '#objects/breaker-core';

const NAME = { tenant: 'acme', environment: 'production', name: 'api.example' };
const LIMITS: BreakerLimits = { failure_threshold: 3, success_threshold: 2, timeout_ms: 30_000 };
const START = 1_000_000;

type Event =
  | ['fails', number]
  | ['succeeds']
  | ['succeeds and fails', number]
  | ['may try', boolean]
  | ['tried', boolean | null]
  | ['tried late', boolean]
  | ['after', number]
  | ['opened by hand', number?]
  | ['closed by hand'];

/** Goes through the events; what stands after an arrow is the status then. */
function play(events: (Event | `is ${string}`)[]): BreakerRecord {
  let record = newRecord(NAME, LIMITS, START);
  let now = START;
  let holder = '';
  let probes = 0;
  for (const event of events) {
    if (typeof event === 'string') {
      expect(`is ${record.status}`, JSON.stringify(record.history)).toBe(event);
      continue;
    }
    const [what, given] = event;
    const before = record;
    switch (what) {
      case 'fails':
        record = report(record, { limits: LIMITS, succeeded: false, failed: given as number }, now);
        break;
      case 'succeeds':
        record = report(record, { limits: LIMITS, succeeded: true, failed: 0 }, now);
        break;
      case 'succeeds and fails':
        record = report(record, { limits: LIMITS, succeeded: true, failed: given as number }, now);
        break;
      case 'may try': {
        const { record: next, answer } = probe(record, { limits: LIMITS, lease_ms: 5000 }, `p${++probes}`, now);
        expect('granted' in answer, `probe ${probes} at ${now - START}`).toBe(given);
        if ('granted' in answer) holder = answer.granted;
        record = next;
        break;
      }
      case 'tried':
        record = probed(record, { id: holder, succeeded: given as boolean | null }, now);
        break;
      case 'tried late':
        record = probed(record, { id: 'p1', succeeded: given as boolean }, now);
        break;
      case 'after':
        now += given as number;
        break;
      case 'opened by hand':
        record = command(record, { action: 'open', by: 'key:1', ...(given === undefined ? {} : { until: now + (given as number) }) }, now);
        break;
      case 'closed by hand':
        record = command(record, { action: 'close', by: 'key:1', note: 'mended' }, now);
        break;
      default: {
        const never: never = what;
        throw new Error(never);
      }
    }
    // Whoever has a view can tell it from an older one.
    if (JSON.stringify(viewOf(before)) !== JSON.stringify(viewOf(record))) expect(record.revision).toBe(before.revision + 1);
  }
  return record;
}

describe('a circuit breaker', () => {
  it.each<[string, (Event | `is ${string}`)[]]>([
    ['opens at the threshold', [['fails', 1], ['fails', 1], 'is closed', ['fails', 1], 'is open']],
    ['opens with a batch that reaches it', [['fails', 7], 'is open']],
    ['counts anew after a success', [['fails', 2], ['succeeds'], ['fails', 2], 'is closed', ['fails', 1], 'is open']],
    ['takes a success that came before the failures of a batch', [['fails', 2], ['succeeds and fails', 2], 'is closed']],
    ['lets nobody try before its time', [['fails', 3], ['after', 29_999], ['may try', false], ['after', 1], ['may try', true], 'is half_open']],
    [
      'lets one try at a time',
      [
        ['fails', 3],
        ['after', 30_000],
        ['may try', true],
        ['may try', false],
        ['tried', true],
        ['may try', true],
      ],
    ],
    [
      'closes after so many successes',
      [['fails', 3], ['after', 30_000], ['may try', true], ['tried', true], 'is half_open', ['may try', true], ['tried', true], 'is closed'],
    ],
    [
      'opens again at the first failure',
      [
        ['fails', 3],
        ['after', 30_000],
        ['may try', true],
        ['tried', true],
        ['may try', true],
        ['tried', false],
        'is open',
        ['may try', false],
        ['after', 30_000],
        ['may try', true],
      ],
    ],
    [
      'begins the successes anew then',
      [
        ['fails', 3],
        ['after', 30_000],
        ['may try', true],
        ['tried', true],
        ['may try', true],
        ['tried', false],
        ['after', 30_000],
        ['may try', true],
        ['tried', true],
        'is half_open',
      ],
    ],
    ['gives a place back that said nothing', [['fails', 3], ['after', 30_000], ['may try', true], ['tried', null], 'is half_open', ['may try', true]]],
    [
      'gives the place of a lost call to another',
      [
        ['fails', 3],
        ['after', 30_000],
        ['may try', true],
        ['after', 4999],
        ['may try', false],
        ['after', 1],
        ['may try', true],
        ['tried late', false],
        'is half_open',
        ['tried', true],
      ],
    ],
    [
      'hears no failures that were sent before it opened',
      [['fails', 3], ['after', 30_000], ['may try', true], ['fails', 3], 'is half_open', ['after', 10], ['succeeds'], 'is half_open'],
    ],
    [
      'stays open when a person opened it',
      [['opened by hand'], 'is open', ['after', 10_000_000], ['may try', false], ['closed by hand'], 'is closed', ['may try', true]],
    ],
    [
      'is tried again when a person opened it for a while',
      [['opened by hand', 60_000], ['after', 59_999], ['may try', false], ['after', 1], ['may try', true], 'is half_open'],
    ],
    ['begins anew when a person closes it', [['fails', 3], ['closed by hand'], 'is closed', ['fails', 2], 'is closed']],
    ['hears no probe of a life before', [['fails', 3], ['after', 30_000], ['may try', true], ['closed by hand'], ['tried', false], 'is closed']],
  ])('%s', (_, events) => void play(events));

  it('says what happened, the newest first, and remembers fifty changes', () => {
    const record = play([['fails', 3], ['after', 30_000], ['may try', true], ['tried', false], ['closed by hand']]);
    expect(record.history).toEqual([
      { at: START + 30_000, from: 'open', to: 'closed', reason: 'manual', by: 'key:1', note: 'mended' },
      { at: START + 30_000, from: 'half_open', to: 'open', reason: 'probe_failed' },
      { at: START + 30_000, from: 'open', to: 'half_open', reason: 'timeout' },
      { at: START, from: 'closed', to: 'open', reason: 'failures' },
    ]);
    let long = record;
    for (let time = 0; time < 200; time++) long = command(long, { action: 'open', by: 'key:1' }, time);
    expect(long.history).toHaveLength(50);
  });

  it('tells nobody of a further failure, but of the first one and of the success after it', () => {
    const first = report(newRecord(NAME, LIMITS, START), { limits: LIMITS, succeeded: false, failed: 1 }, START);
    const second = report(first, { limits: LIMITS, succeeded: false, failed: 1 }, START + 1);
    expect([first.failing, second.revision - first.revision]).toEqual([true, 0]);
    expect(report(second, { limits: LIMITS, succeeded: true, failed: 0 }, START + 2)).toMatchObject({ failing: false, revision: second.revision + 1 });
  });
});
