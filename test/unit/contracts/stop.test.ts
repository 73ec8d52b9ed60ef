import { describe, expect, it } from 'vitest';
import { Stop } from '#contracts/stop';

describe('a stop', () => {
  it('rejects what is waited for, with the first reason', async () => {
    const stop = new Stop();
    const waiting = stop.unlessEnded(new Promise(() => undefined));
    stop.end('first');
    stop.end('second');
    await expect(waiting).rejects.toBe('first');
    expect(stop.reason).toBe('first');
  });

  it('leaves alone what has come to its end', async () => {
    const stop = new Stop();
    await expect(stop.unlessEnded(Promise.resolve(1))).resolves.toBe(1);
    stop.end('late');
    expect(stop.hasEnded).toBe(true);
  });

  it('rejects at once what is waited for afterwards', async () => {
    const stop = new Stop();
    stop.end('over');
    await expect(stop.unlessEnded(Promise.resolve(1))).rejects.toBe('over');
  });

  it('has a signal for who asks, before its end and after it', () => {
    const [early, late] = [new Stop(), new Stop()];
    const { signal } = early;
    expect(signal.aborted).toBe(false);
    early.end('over');
    late.end('over');
    expect([signal.reason, late.signal.reason]).toEqual(['over', 'over']);
  });

  it('ends by time, unless that is taken back', () => {
    const timers: (() => void)[] = [];
    const stop = new Stop((_ms, then) => {
      timers.push(then);
      return () => timers.splice(timers.indexOf(then), 1);
    });
    stop.endAfter(10, () => 'early')();
    stop.endAfter(20, () => 'late');
    for (const fire of timers) fire();
    expect(stop.reason).toBe('late');
  });
});
