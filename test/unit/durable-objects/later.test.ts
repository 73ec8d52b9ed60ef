import { describe, expect, it } from 'vitest';
import { AlarmClock } from '#objects/alarm-clock';
import { later } from '#objects/later';

describe('an alarm', () => {
  it.each([
    { asked: 'now', at: 1000, set: 1001 },
    { asked: 'for what is over', at: 10, set: 1001 },
    { asked: 'for later', at: 5000, set: 5000 },
  ])('that is asked for $asked is never set for the millisecond of the one at work', ({ at, set }) => {
    expect(later(1000, at)).toBe(set);
  });

  it('of an object that has something due goes off after now', () => {
    const instants: number[] = [];
    const clock = new AlarmClock({ getAlarm: async () => null, setAlarm: async (at) => void instants.push(Number(at)) });
    clock.now = () => 1000;
    clock.wakeAt(1000);
    clock.rang();
    clock.wakeAt(400);
    expect(instants).toEqual([1001, 1001]);
  });
});
