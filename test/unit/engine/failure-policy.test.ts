/**
 * What follows a failure, over every combination of the policies: of the step, of the pipeline, saga or not, with an error
 * that is worth a retry or not, and with a retry that helps or not. What is expected is written down here a second
 * time, as the guide tells it.
 */
import { describe, expect, it } from 'vitest';
import type { OnError, RetryPolicy } from '#contracts/graph';
import { statusOf } from '#engine/status';
import { call, pipelineOf, pure, type Reaction, simulate } from './simulation.ts';

const RETRY: RetryPolicy = { max_attempts: 3, backoff: 'fixed', initial_delay_ms: 100, max_delay_ms: 100, jitter: false };
const POLICIES: (OnError | undefined)[] = [undefined, 'stop', 'skip', 'continue', 'compensate'];
const ERRORS = { 'worth a retry': 503, 'not worth one': 422 } as const;
const HEALS = ['never', 'on the second call'] as const;

interface Case {
  ofStep: OnError | undefined;
  ofPipeline: OnError;
  saga: boolean;
  retry: boolean;
  error: keyof typeof ERRORS;
  heals: (typeof HEALS)[number];
}

const cases: Case[] = POLICIES.flatMap((ofStep) =>
  (['stop', 'skip', 'continue', 'compensate'] as const).flatMap((ofPipeline) =>
    [false, true].flatMap((saga) =>
      [false, true].flatMap((retry) =>
        (Object.keys(ERRORS) as (keyof typeof ERRORS)[]).flatMap((error) => HEALS.map((heals) => ({ ofStep, ofPipeline, saga, retry, error, heals }))),
      ),
    ),
  ),
);

function expected({ ofStep, ofPipeline, saga, retry, error, heals }: Case) {
  const again = retry && error === 'worth a retry';
  if (again && heals === 'on the second call') return { status: 'completed', calls: 2, step: 'completed', after: true, undone: [] as string[] };
  const calls = again ? RETRY.max_attempts : 1;
  // The step's own word first; a saga undoes whatever the pipeline says.
  switch (ofStep ?? (saga ? 'compensate' : ofPipeline)) {
    case 'skip':
      return { status: 'completed', calls, step: 'skipped', after: true, undone: [] };
    case 'continue':
      return { status: 'completed', calls, step: 'failed', after: true, undone: [] };
    case 'stop':
      return { status: 'failed', calls, step: 'failed', after: false, undone: [] };
    case 'compensate':
      return { status: 'compensated', calls, step: 'failed', after: false, undone: ['first:undo'] };
  }
}

describe('a failure', () => {
  it.each(cases)('$error, retry $retry, heals $heals, on_error $ofStep of $ofPipeline, saga $saga', (policies) => {
    const { ofStep, ofPipeline, saga, retry, error, heals } = policies;
    const refusal: Reaction = { fail: ERRORS[error] };
    const run = simulate({
      pipeline: pipelineOf(
        'p',
        [call({ name: 'first', undo: true }), call({ name: 'fails', undo: true, on_error: ofStep, ...(retry ? { retry: RETRY } : {}) }), pure('after')],
        { on_error: ofPipeline, ...(saga ? { saga: { order: 'reverse' as const, track: true } } : {}) },
      ),
      script: { fails: heals === 'never' ? [refusal] : [refusal, { ok: {} }] },
    });
    if (!('steps' in run.state)) throw new Error('it has started');
    const key = [...run.counterpart.ledger].find(([each]) => each.endsWith(':fails'));
    expect({
      status: statusOf(run.state),
      calls: key?.[1].calls,
      step: run.state.steps.fails?.status,
      after: run.state.steps.after?.status === 'completed',
      undone: run.counterpart.order.filter((name) => name.endsWith(':undo')),
    }).toEqual(expected(policies));
  });
});
