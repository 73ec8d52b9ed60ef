/** Lanes of an isolate: whose turn it is, and what happens to those who wait in vain. */
import { describe, expect, it } from 'vitest';
import { Bulkhead, type Held } from '#workers/egress/bulkhead';
import { Time } from './time.ts';

function setUp(most = 2) {
  const time = new Time();
  const bulkhead = new Bulkhead(() => time.now, time.sleep);
  const inside: string[] = [];
  const places = new Map<string, Held>();
  const faults = new Map<string, string>();
  const enter = async (name: string, { lane = 'acme', signal = new AbortController().signal, patience_ms = 10_000 } = {}) => {
    try {
      places.set(name, await bulkhead.enter(lane, { most, lasts_ms: 30_000, patience_ms, signal }));
      inside.push(name);
    } catch (error) {
      faults.set(name, (error as { code?: string }).code ?? String(error));
    }
  };
  return {
    time,
    bulkhead,
    inside,
    faults,
    enter,
    leave: (name: string) => places.get(name)!.end(),
    keep: (name: string, ms: number) => places.get(name)!.keep(ms),
  };
}

describe('turns', () => {
  it('go by who came first, so many at once; another tenant has a lane of its own', async () => {
    const { time, inside, enter, leave } = setUp();
    for (const name of ['a', 'b', 'c', 'd']) void enter(name);
    void enter('other', { lane: 'globex' });
    await time.pass(100);
    expect(inside).toEqual(['a', 'b', 'other']);
    leave('a');
    await time.pass(100);
    expect(inside).toEqual(['a', 'b', 'other', 'c']);
    leave('b');
    void enter('e');
    await time.pass(100);
    expect(inside).toEqual(['a', 'b', 'other', 'c', 'd']);
    leave('c');
    await time.pass(100);
    expect(inside).toEqual(['a', 'b', 'other', 'c', 'd', 'e']);
  });

  it('are given up when the step ends, and after a while', async () => {
    const { time, inside, enter, leave, faults } = setUp(1);
    const cancelled = new AbortController();
    void enter('a');
    void enter('b', { signal: cancelled.signal });
    void enter('c', { patience_ms: 500 });
    void enter('d');
    await time.pass(100);
    cancelled.abort(Object.assign(new Error('cancelled'), { code: 'execution_cancelled' }));
    await time.pass(1000);
    expect(Object.fromEntries(faults)).toEqual({ b: 'execution_cancelled', c: 'egress_busy' });
    leave('a');
    await time.pass(100);
    expect(inside).toEqual(['a', 'd']);
  });

  it('are not kept for those whose request has ended, waiting or under way', async () => {
    const { time, inside, enter } = setUp(1);
    void enter('lost at work');
    void enter('lost waiting');
    await time.pass(100);
    time.forget();
    void enter('later', { patience_ms: 60_000 });
    await time.pass(29_000);
    expect(inside).toEqual(['lost at work']);
    await time.pass(2000);
    expect(inside).toEqual(['lost at work', 'later']);
  });

  it('last as long as it is told that they do, and no longer than their end', async () => {
    const { time, inside, enter, leave, keep } = setUp(1);
    void enter('stream');
    await time.pass(0);
    keep('stream', 60_000);
    void enter('later', { patience_ms: 120_000 });
    await time.pass(50_000);
    expect(inside).toEqual(['stream']);
    leave('stream');
    keep('stream', 60_000);
    await time.pass(100);
    expect(inside).toEqual(['stream', 'later']);
  });
});

describe('bytes', () => {
  it('of a second may be saved up; what is owed has to be paid before more goes by', async () => {
    const time = new Time();
    const bulkhead = new Bulkhead(() => time.now, time.sleep);
    const signal = new AbortController().signal;
    let passed = 0;
    const go = () => bulkhead.pace('acme', 1000, { patience_ms: 60_000, signal }).then(() => passed++);
    bulkhead.spend('acme', 1000, 900);
    void go();
    await time.pass(0);
    expect(passed).toBe(1);
    bulkhead.spend('acme', 1000, 3100);
    void go();
    await time.pass(2900);
    expect(passed).toBe(1);
    await time.pass(200);
    expect(passed).toBe(2);
    await expect(bulkhead.pace('globex', 1000, { patience_ms: 0, signal })).resolves.toBeUndefined();
  });

  it('owed for too long fail the step', async () => {
    const time = new Time();
    const bulkhead = new Bulkhead(() => time.now, time.sleep);
    bulkhead.spend('acme', 1000, 60_000);
    const refused = expect(bulkhead.pace('acme', 1000, { patience_ms: 3000, signal: new AbortController().signal })).rejects.toMatchObject({
      code: 'egress_busy',
    });
    await time.pass(10_000);
    await refused;
  });
});
