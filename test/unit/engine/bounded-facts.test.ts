/** What an event says itself fits into a row of the log, whatever a document makes of it. */
import { expect, it } from 'vitest';
import type { Json } from '#contracts/json';
import { errorInfo } from '#contracts/problems';
import { fold } from '#engine/evolve';
import { hasEnded } from '#engine/status';
import { packEvents } from '#storage/event-log';
import { block, deskEvaluator, jump, pipelineOf, pure, type Scenario, simulate } from './simulation.ts';

/** Bytes; SQLite takes no longer text. */
const LONGEST_ROW = 2_000_000;
/** Takes three bytes a character, or six characters each in JSON. */
const LARGE: { [what: string]: Json } = {
  text: '一'.repeat(1_000_000),
  'text that is escaped': '\u0001'.repeat(500_000),
  object: { list: ['x'.repeat(3_000_000)] },
};
const failing = pure('broken', { fail: true });

const scenarios = (value: Json): { [title: string]: [Scenario, Partial<typeof deskEvaluator>] } => {
  const routed = { route: () => ({ kind: 'routed' as const, value, route: 'default', target: 1 }) };
  const first = { route: () => ({ kind: 'routed' as const, value, route: 'default', target: 0 }) };
  const error = errorInfo('step_failed', String(typeof value === 'string' ? value : 'It failed.'), { details: value });
  return {
    'a conditional': [{ pipeline: pipelineOf('routed', [jump('choose', 'x', {}, 1), pure('after')]) }, routed],
    'a branch': [
      {
        pipeline: pipelineOf('branched', [
          block('choose', { kind: 'branch', select: { by: 'field', field: 'x' }, routes: {}, default: 0, config: {} } as never, { only: [pure('in')] }),
        ]),
      },
      first,
    ],
    'an error': [{ pipeline: pipelineOf('failed', [failing], { on_error: 'stop' }) }, { run: () => ({ kind: 'failed', error }) }],
  };
};

it.each(Object.keys(LARGE).flatMap((what) => Object.keys(scenarios('')).map((by) => [by, what] as const)))(
  'keeps %s from a row too large for it: %s',
  (by, what) => {
    const [scenario, evaluator] = scenarios(LARGE[what]!)[by]!;
    const { log, state } = simulate(scenario, undefined, { ...deskEvaluator, ...evaluator });
    expect(hasEnded(state as never)).toBe(true);
    for (const { text } of packEvents(log)) expect(Buffer.byteLength(text)).toBeLessThan(LONGEST_ROW);
    expect(JSON.stringify(log)).toMatch(/… \(\d+ characters\)/);
    expect(fold(log)).toEqual(state);
  },
);

it('leaves alone what a row can hold', () => {
  const value = { list: ['x'.repeat(300_000)] };
  const [scenario, evaluator] = scenarios(value)['a conditional']!;
  const { log } = simulate(scenario, undefined, { ...deskEvaluator, ...evaluator });
  expect(log.find(({ type }) => type === 'conditional.routed')!.data).toMatchObject({ value });
});
