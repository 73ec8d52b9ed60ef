import { describe, expect, it } from 'vitest';
import type { LogEvent } from '#contracts/events';
import { evolve } from '#engine/evolve';
import type { StartedState } from '#engine/state';
import { call, foreach, pipelineOf, pure, simulate } from './simulation.ts';

const undone = call({ name: 'work', undo: true });

/** A run in the middle of its undoing: many steps, kept strands, a block. */
function compensating(): StartedState {
  const each = foreach('each', [1, 2, 3], [undone], { concurrency: 1 });
  const { log } = simulate({
    pipeline: pipelineOf('many', [pure('first'), each, call({ name: 'refuse' })], { saga: { order: 'reverse', track: true } }),
    script: { refuse: [{ fail: 422 }] },
  });
  const end = log.findIndex(({ type }) => type === 'compensation.started') + 1;
  return log.slice(0, end).reduce(evolve, { phase: { kind: 'pending' }, seq: 0 } as Parameters<typeof evolve>[0]) as StartedState;
}

describe('a state shares with the one before it', () => {
  const before = compensating();
  const compensated = {
    seq: before.seq + 1,
    at: before.started_at,
    type: 'step.compensated',
    data: { step_name: 'each/2/work', duration_ms: 1, attempts: 1, output: { value: null } },
  } as unknown as LogEvent;
  const after = evolve(before, compensated) as StartedState;

  it('what an event does not change', () => {
    expect([after.kept === before.kept, after.blocks === before.blocks, after.strands === before.strands]).toEqual([true, true, true]);
    expect(after.steps.first).toBe(before.steps.first);
  });

  it('and nothing that it does', () => {
    expect(before.steps['each/2/work']!.undo!.status).toBe('running');
    expect(after.steps['each/2/work']!.status).toBe('compensated');
    expect(Object.keys(before.active)).toHaveLength(1);
    expect(Object.keys(after.active)).toHaveLength(0);
  });
});
