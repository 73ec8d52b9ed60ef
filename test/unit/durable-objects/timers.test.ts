import { describe, expect, it } from 'vitest';
import { Timers } from '#objects/timers';

/** A clock that stands until it is moved, and the timers that the runtime would have. */
function world() {
  let now = 1000;
  let timer: { at: number; then: () => void } | undefined;
  let set = 0;
  const timers = new Timers({
    now: () => now,
    set: (then, ms) => {
      set++;
      timer = { at: now + ms, then };
      return timer;
    },
    clear: (one) => {
      if (one === timer) timer = undefined;
    },
  });
  const pass = (ms: number) => {
    for (const end = now + ms; timer && timer.at <= end; ) {
      now = timer.at;
      const { then } = timer;
      timer = undefined;
      then();
    }
  };
  const said: string[] = [];
  const say = (word: string) => () => void said.push(word);
  return { timers, pass, say, said, isSet: () => timer !== undefined, set: () => set };
}

describe('the timers of an object', () => {
  it('go off in their order, whichever was asked for first', () => {
    const { timers, pass, say, said, isSet } = world();
    timers.after(300, say('c'));
    timers.after(100, say('a'));
    timers.after(200, say('b'));
    pass(250);
    expect(said).toEqual(['a', 'b']);
    pass(250);
    expect(said).toEqual(['a', 'b', 'c']);
    expect(isSet()).toBe(false);
  });

  it('taken back never go off, and leave none behind', () => {
    const { timers, pass, say, said, isSet } = world();
    const first = timers.after(100, say('a'));
    const second = timers.after(200, say('b'));
    first();
    expect(isSet()).toBe(true);
    second();
    expect(isSet()).toBe(false);
    pass(1000);
    expect(said).toEqual([]);
  });

  it('take one of the runtime for all that come and go meanwhile', () => {
    const { timers, say, set } = world();
    timers.after(500, say('row'));
    for (let i = 0; i < 10; i++) timers.after(30_000, say('timeout'))();
    expect(set()).toBe(1);
  });

  it('may ask for another when they go off', () => {
    const { timers, pass, say, said } = world();
    timers.after(100, () => void timers.after(50, say('again')));
    timers.after(400, say('later'));
    pass(200);
    expect(said).toEqual(['again']);
    pass(300);
    expect(said).toEqual(['again', 'later']);
  });
});
