/** Every recorded execution of the suite replays exactly, and what was changed is found at its place. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { LogEvent } from '#contracts/events';
import type { Json, JsonObject } from '#contracts/json';
import type { Evaluator } from '#engine/ports';
import { retrace } from '#engine/retrace';
import { SCENARIOS } from './scenarios.ts';
import { definitionOf, deskContext, deskEvaluator, pipelineOf, pure, type Scenario, simulate } from './simulation.ts';

const golden = (name: string) => JSON.parse(readFileSync(new URL(`../../golden/${name}.v1.json`, import.meta.url).pathname, 'utf8')) as LogEvent[];

function check(scenario: Pick<Scenario, 'pipeline'>, log: LogEvent[], evaluator: Evaluator = deskEvaluator) {
  const definition = definitionOf(scenario.pipeline);
  return retrace(log, { definitions: new Map([[definition.hash, definition]]), evaluator, context: deskContext });
}

describe.each(Object.entries(SCENARIOS))('%s', (name, scenario) => {
  it('replays exactly', () => {
    expect(check(scenario, golden(name))).toMatchObject({ ok: true, events: golden(name).length });
  });

  it('replays exactly when the runtime died after any commit', () => {
    const { commits } = simulate(scenario);
    for (let commit = 1; commit <= commits; commit++) {
      for (const when of ['before-effects', 'after-effects'] as const) {
        const { log } = simulate(scenario, { commit, when });
        expect({ commit, when, ...check(scenario, log) }).toMatchObject({ commit, when, ok: true });
      }
    }
  });
});

describe('another engine', () => {
  const scenario = SCENARIOS['saga-third-fails']!;
  const changed = (change: (log: LogEvent[]) => void) => {
    const log = golden('saga-third-fails');
    change(log);
    return check(scenario, log);
  };
  const dataAt = (log: LogEvent[], type: LogEvent['type']) => log.find((event) => event.type === type)!.data as unknown as JsonObject;

  it('is found by an input that it would fill in otherwise', () => {
    const evaluator: Evaluator = { ...deskEvaluator, resolve: (...of) => ({ ...(deskEvaluator.resolve(...of) as object), input: { other: true } }) as never };
    const result = check(scenario, golden('saga-third-fails'), evaluator);
    expect(result).toMatchObject({
      ok: false,
      seq: 3,
      path: 'data.input.value.other',
      recorded: { type: 'step.input_recorded' },
      decided: { type: 'step.input_recorded' },
    });
  });

  it('is found by the order in which it undoes', () => {
    const result = changed((log) => {
      (dataAt(log, 'saga.compensating').steps as Json[]).reverse();
    });
    expect(result).toMatchObject({ ok: false, recorded: { type: 'saga.compensating' }, path: 'data.steps.0' });
  });

  it('is found by an event that it does not come to', () => {
    const result = changed((log) => log.splice(1, 4));
    expect(result.ok).toBe(false);
  });

  it('is found by a delay that no chance explains', () => {
    const log = golden('retry-then-success');
    const retried = dataAt(log, 'retry.attempted');
    retried.delay_ms = 1400;
    retried.due_at = log.find((event) => event.type === 'retry.attempted')!.at + 1400;
    expect(check(SCENARIOS['retry-then-success']!, log)).not.toMatchObject({ recorded: { type: 'retry.attempted' }, ok: false });
    retried.delay_ms = 1600;
    expect(check(SCENARIOS['retry-then-success']!, log)).toMatchObject({ ok: false, recorded: { type: 'retry.attempted' }, path: 'data.delay_ms' });
  });

  it('is not found in what is different every time: that is taken from the log', () => {
    let count = 0;
    const random: Evaluator = {
      ...deskEvaluator,
      resolve: (...of) => ({ ...(deskEvaluator.resolve(...of) as object), input: { id: ++count } }) as never,
      run: (_type, input) => ({ kind: 'completed', output: { made: (input as JsonObject).id ?? null, nonce: ++count } }),
    };
    const pipeline = pipelineOf('random', [pure('first'), pure('second')]);
    const { log } = simulate({ pipeline }, undefined, random);
    expect(check({ pipeline }, log, random)).toMatchObject({ ok: true });
  });
});
