import { describe, expect, it } from 'vitest';
import { roundedEnd, ticks } from '../../../dashboard/src/lib/axis';
import { layOut } from '../../../dashboard/src/lib/waterfall';
import { visibleRange } from '../../../dashboard/src/lib/windowed';
import { at, ORIGIN, ran, step, timeline, UNAVAILABLE } from './timelines';

const brief = (line: { segments: { kind: string; start: number; end: number; status: string; open: boolean }[] }) =>
  line.segments.map(({ kind, start, end, status, open }) => [kind, start, end, status, ...(open ? ['open'] : [])]);

describe('segments', () => {
  it('is one bar for one attempt', () => {
    const { lines, end, open } = layOut(timeline({ duration_ms: 50, completed_at: at(50), steps: [ran('a', 10, 30)] }), ORIGIN);
    expect(lines.map(brief)).toEqual([[['run', 10, 40, 'completed']]]);
    expect(lines[0]).toMatchObject({ key: 's:a', start: 10, duration: 30 });
    expect({ end, open }).toEqual({ end: 50, open: false });
  });

  it('separates attempts by the wait between them', () => {
    const retried = step('pay', {
      status: 'failed',
      attempts: 2,
      started_at: at(0),
      duration_ms: 400,
      error: UNAVAILABLE,
      attempt_log: [
        { attempt: 1, started_at: at(0), duration_ms: 100, status: 'failed', error: UNAVAILABLE, retry_at: at(300) },
        { attempt: 2, started_at: at(300), duration_ms: 100, status: 'failed', error: UNAVAILABLE },
      ],
    });
    const [line] = layOut(timeline({ status: 'failed', duration_ms: 400, completed_at: at(400), steps: [retried] }), ORIGIN).lines;
    expect(brief(line!)).toEqual([
      ['run', 0, 100, 'retrying'],
      ['wait', 100, 300, 'retrying'],
      ['run', 300, 400, 'failed'],
    ]);
    expect(line!.label).toBe('pay, step.http_call, failed after 2 attempts');
  });

  it('grows to the present moment while it runs', () => {
    const running = step('pay', { status: 'running', started_at: at(100), attempt_log: [{ attempt: 1, started_at: at(100), status: 'running' }] });
    const layout = layOut(timeline({ status: 'running', steps: [running] }), ORIGIN + 750);
    expect(brief(layout.lines[0]!)).toEqual([['run', 100, 750, 'running', 'open']]);
    expect(layout).toMatchObject({ open: true, end: 750 });
  });

  it('hatches what waits for the next attempt', () => {
    const retrying = step('pay', {
      status: 'retrying',
      started_at: at(0),
      attempt_log: [{ attempt: 1, started_at: at(0), duration_ms: 100, status: 'failed', error: UNAVAILABLE, retry_at: at(5000) }],
    });
    const [line] = layOut(timeline({ status: 'running', steps: [retrying] }), ORIGIN + 600).lines;
    expect(brief(line!)).toEqual([
      ['run', 0, 100, 'retrying'],
      ['wait', 100, 600, 'retrying', 'open'],
    ]);
  });

  it('hatches a sleeping step, with and without an attempt of its own', () => {
    const waiting = { status: 'waiting' as const, started_at: at(20), waiting_until: at(90_000) };
    const steps = [step('a', waiting), step('b', { ...waiting, attempt_log: [{ attempt: 1, started_at: at(20), status: 'running' }] })];
    const { lines } = layOut(timeline({ status: 'waiting', steps }), ORIGIN + 1000);
    expect(lines.map(brief)).toEqual([[['wait', 20, 1000, 'waiting', 'open']], [['wait', 20, 1000, 'waiting', 'open']]]);
  });

  it('hatches what waited once it is over, after what it did before', () => {
    const slept = step('a', { started_at: at(0), duration_ms: 700, waited_from: at(0) });
    const asked = step('b', { started_at: at(100), duration_ms: 500, waited_from: at(160) });
    const [first, second] = layOut(timeline({ duration_ms: 700, completed_at: at(700), steps: [slept, asked] }), ORIGIN).lines;
    expect(brief(first!)).toEqual([['wait', 0, 700, 'waiting']]);
    expect(brief(second!)).toEqual([
      ['run', 100, 160, 'completed'],
      ['wait', 160, 600, 'waiting'],
    ]);
  });

  it('hatches the wait of the attempt that came to wait', () => {
    const log = [
      { attempt: 1, started_at: at(0), duration_ms: 10, status: 'failed' as const },
      { attempt: 2, started_at: at(50), duration_ms: 20, status: 'completed' as const },
    ];
    const [line] = layOut(
      timeline({ duration_ms: 500, completed_at: at(500), steps: [ran('a', 0, 500, { attempts: 2, attempt_log: log, waited_from: at(70) })] }),
      ORIGIN,
    ).lines;
    expect(brief(line!)).toEqual([
      ['run', 0, 10, 'retrying'],
      ['wait', 10, 50, 'retrying'],
      ['run', 50, 70, 'completed'],
      ['wait', 70, 500, 'waiting'],
    ]);
  });

  it('has no bar for what has not begun', () => {
    const [line] = layOut(timeline({ status: 'running', steps: [step('later', { status: 'pending', attempts: 0 })] }), ORIGIN + 5).lines;
    expect(line).toMatchObject({ segments: [], open: false });
  });

  it('never goes below zero, whatever the clocks say', () => {
    const odd = ran('a', -40, -3);
    const { lines } = layOut(timeline({ duration_ms: 10, completed_at: at(10), steps: [odd] }), ORIGIN);
    for (const segment of lines[0]!.segments) {
      expect(segment.start).toBeGreaterThanOrEqual(0);
      expect(segment.end).toBeGreaterThanOrEqual(segment.start);
    }
  });
});

describe('compensation', () => {
  const steps = [
    ran('reserve', 0, 100, {
      status: 'compensated',
      compensation: { type: 'step.http_call', status: 'completed', attempts: 1, started_at: at(700), duration_ms: 80 },
    }),
    ran('ship', 100, 100, { compensation: { type: 'step.http_call', status: 'running', attempts: 1, started_at: at(500) } }),
    ran('pay', 200, 100, { status: 'failed', error: UNAVAILABLE }),
  ];

  it('stands right below its step', () => {
    const { lines, undoingFrom } = layOut(timeline({ status: 'compensating', steps }), ORIGIN + 900);
    expect(lines.map((line) => line.key)).toEqual(['s:reserve', 'c:reserve', 's:ship', 'c:ship', 's:pay']);
    expect(lines[1]).toMatchObject({ status: 'compensated', start: 700, duration: 80 });
    expect(brief(lines[3]!)).toEqual([['run', 500, 900, 'running', 'open']]);
    expect(undoingFrom).toBe(500);
  });
});

describe('axis', () => {
  it.each([
    [0, 847, 8, ['0', '200 ms', '400 ms', '600 ms', '800 ms']],
    [0, 7440, 8, ['0', '1 s', '2 s', '3 s', '4 s', '5 s', '6 s', '7 s']],
    [0, 1150, 6, ['0', '200 ms', '400 ms', '600 ms', '800 ms', '1 s']],
    [0, 5 * 3_600_000, 5, ['0', '1 h', '2 h', '3 h', '4 h', '5 h']],
    [0, 200_000, 4, ['0', '1 m', '2 m', '3 m']],
    [0, 5, 5, ['0', '1 ms', '2 ms', '3 ms', '4 ms', '5 ms']],
    [1230, 1310, 4, ['1.24 s', '1.26 s', '1.28 s', '1.3 s']],
  ])('from %d to %d ms with %d ticks', (from, to, wanted, labels) => {
    expect(ticks(from, to, wanted).map((tick) => tick.label)).toEqual(labels);
  });

  it('never has more ticks than wanted, the first aside', () => {
    for (let span = 1; span < 1e9; span = Math.ceil(span * 1.37)) expect(ticks(0, span, 8).length).toBeLessThanOrEqual(9);
  });

  it('ends ahead of now at a place that holds still for a while', () => {
    const ends = new Set<number>();
    for (let now = 1000; now < 2000; now += 10) {
      expect(roundedEnd(now)).toBeGreaterThan(now);
      ends.add(roundedEnd(now));
    }
    expect(ends.size).toBeLessThan(8);
  });
});

it.each([
  [1000, 28, 0, 900, { from: 0, to: 45 }],
  [1000, 28, 14_000, 900, { from: 488, to: 545 }],
  [1000, 28, 999_999, 900, { from: 1000, to: 1000 }],
  [5, 28, 0, 900, { from: 0, to: 5 }],
])('of %d rows of %d px at %d px in a window of %d px', (total, height, top, viewport, range) => {
  expect(visibleRange(total, height, top, viewport)).toEqual(range);
});
