/** Signals that come before, beside or after what they are for. */
import { describe, expect, it } from 'vitest';
import { MAX_EARLY_SIGNALS } from '#contracts/waiting';
import { isStarted } from '#engine/state';
import { call, type PersonalOrder, pipelineOf, pure, simulate } from './simulation.ts';

const signal = (id: string, name = 'go', keep = true): { at: number; command: PersonalOrder } => ({
  at: 1000,
  command: { type: 'signal', signal: { id, name, data: id, by: 'key:1' }, keep },
});
const slow = { before: [{ ok: {}, ms: 5000 }] };
const waiting = (...names: string[]) =>
  pipelineOf('wait', [call({ name: 'before' }), ...names.map((name) => pure(name, { wait: 'go', ms: 10_000 }, { waits: 'early' }))]);
const outputs = (run: ReturnType<typeof simulate>) =>
  isStarted(run.state) ? Object.fromEntries(Object.values(run.state.steps).map(({ name, output }) => [name, output])) : {};

describe('signals', () => {
  it('that come early are taken in order, one for each wait', () => {
    const run = simulate({ pipeline: waiting('first', 'second'), script: slow, orders: [signal('sig_1'), signal('sig_2'), signal('sig_3')] });
    expect(outputs(run)).toMatchObject({ first: { value: 'sig_1' }, second: { value: 'sig_2' } });
    expect(run.state.phase.kind).toBe('completed');
  });

  it('are kept up to a bound', () => {
    const many = Array.from({ length: MAX_EARLY_SIGNALS + 5 }, (_, n) => signal(`sig_${n}`));
    const run = simulate({ pipeline: waiting('first'), script: slow, orders: many });
    expect(run.log.filter((event) => event.type === 'signal.received')).toHaveLength(MAX_EARLY_SIGNALS);
  });

  it('that may not be kept change nothing', () => {
    const run = simulate({ pipeline: waiting('first'), script: slow, orders: [signal('sig_1', 'go', false)] });
    expect(run.log.filter((event) => event.type === 'signal.received')).toEqual([]);
    expect(run.state.phase).toMatchObject({ kind: 'failed', error: { code: 'wait_timeout' } });
  });

  it('under another name leave a wait alone', () => {
    const run = simulate({ pipeline: waiting('first'), orders: [signal('sig_1', 'come')] });
    expect(run.state.phase).toMatchObject({ kind: 'failed', error: { code: 'wait_timeout' } });
  });

  it('after the end change nothing', () => {
    const pipeline = pipelineOf('short', [call({ name: 'only' })]);
    const [ended, signalled] = [simulate({ pipeline }), simulate({ pipeline, orders: [signal('sig_1')] })];
    expect(signalled.log).toEqual(ended.log);
  });
});
