/** Steps within blocks: their order, their depth, and which are shown. */
import { describe, expect, it } from 'vitest';
import { nest } from '../../../dashboard/src/lib/nesting';
import { layOut } from '../../../dashboard/src/lib/waterfall';
import { at, ORIGIN, ran, timeline } from './timelines.ts';

const inner = (block: string, lane: string, name: string, start: number) => ran(`${block}/${lane}/${name}`, start, 5, { parent: block, lane });
const steps = [
  ran('before', 0, 5),
  ran('fan', 5, 30, { block: { kind: 'parallel', begun: 2, completed: 2, failed: 0, stopped: 0 } }),
  inner('fan', 'left', 'a', 5),
  inner('fan', 'right', 'b', 6),
  inner('fan', 'left', 'c', 12),
  ran('after', 40, 5),
];
const shown = (turned = {}, all = false) => nest(steps, turned, all).map(({ depth, label }) => `${'  '.repeat(depth)}${label}`);

describe('steps within blocks', () => {
  it('stand below their block, lane by lane', () => {
    expect(shown()).toEqual(['before', 'fan', '  left / a', '  left / c', '  right / b', 'after']);
  });

  it('are hidden and shown on request, and all of them for a filter', () => {
    expect(shown({ fan: false })).toEqual(['before', 'fan', 'after']);
    expect(shown({ fan: false }, true)).toHaveLength(6);
  });

  it('are hidden at first where there are many', () => {
    const many = [ran('each', 0, 900), ...Array.from({ length: 2000 }, (_, n) => inner('each', String(n), 'charge', n))];
    expect(nest(many, {})).toMatchObject([{ label: 'each', inner: 2000, closed: true }]);
    expect(nest(many, { each: true })).toHaveLength(2001);
  });

  it('have the undoing of each right below it', () => {
    const undone = inner('fan', 'left', 'a', 5);
    undone.compensation = { type: 'step.http_call', status: 'completed', attempts: 1, started_at: at(50), duration_ms: 5 };
    const { lines } = layOut(timeline({ duration_ms: 60, completed_at: at(60), steps: [steps[1]!, undone] }), ORIGIN);
    expect(lines.map(({ name, depth, block }) => [name, depth, block?.summary])).toEqual([
      ['fan', 0, '2 of 2 done'],
      ['left / a', 1, undefined],
      ['Undo left / a', 1, undefined],
    ]);
  });
});
