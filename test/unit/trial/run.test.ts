/** Runs in memory: what the other sides say and how long they take, on a clock of its own. */
import { describe, expect, it } from 'vitest';
import { compile } from '#language/compile';
import { createEvaluator } from '#language/evaluator';
import { moduleCatalog } from '#modules/registry';
import { stepCatalog, steps } from '#steps/registry';
import { runPipeline, START } from '#trial/run';
import { type Mocks, Sides } from '#trial/sides';

const evaluator = createEvaluator(steps, stepCatalog);

async function tried(pipeline: string, mocks: Mocks) {
  const { definition, diagnostics } = await compile(`pipelines:\n  p:\n${pipeline}`, { steps: stepCatalog, modules: moduleCatalog }, { name: 'app' });
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return runPipeline(definition!, evaluator, { pipeline: 'p', now: START }, new Sides(mocks));
}

const call = (name: string, more = '') => `{ name: ${name}, type: step.http_call, config: { url: "http://${name}" }${more} }`;
const ok = (delay: string) => ({ output: {}, delay });

describe('what takes its time', () => {
  it('runs beside what runs at the same time, and before what comes after', async () => {
    const text = `    steps:
      - name: both
        type: step.parallel
        config: { steps: [${call('slow')}, ${call('fast')}] }
      - ${call('last')}
`;
    const { timeline, ended_at } = await tried(text, { slow: ok('3s'), fast: ok('1s'), last: ok('500ms') });
    const at = (step: string) => {
      const { offset_ms, duration_ms } = timeline.steps.find(({ name }) => name.endsWith(step))!;
      return [offset_ms, duration_ms];
    };
    expect([at('slow'), at('fast'), at('both'), at('last')]).toEqual([
      [0, 3000],
      [0, 1000],
      [0, 3000],
      [3000, 500],
    ]);
    expect(ended_at - START).toBe(3500);
  });
  it('is stopped by the timeout of its step, and tried again', async () => {
    const text = `    steps: [${call('ask', ', timeout: 2s, retry: { max_attempts: 2, initial_delay: 1s }')}]\n`;
    const { timeline, ended_at } = await tried(text, { ask: [ok('1m'), ok('1s')] });
    const [step] = timeline.steps;
    expect(step).toMatchObject({ status: 'completed', attempts: 2 });
    expect(step!.attempt_log![0]).toMatchObject({ duration_ms: 2000, error: { code: 'step_timeout' } });
    expect(ended_at - START).toBe(4000);
  });
  it('is left behind by the timeout of the pipeline', async () => {
    const { timeline } = await tried(`    timeout: 5s\n    steps: [${call('ask')}]\n`, { ask: ok('20s') });
    expect(timeline).toMatchObject({ status: 'failed', error: { code: 'execution_timeout' }, duration_ms: 5000 });
  });
});

it('takes the word of a mock on whether another try is worth it', async () => {
  const text = `    steps: [${call('ask', ', retry: { max_attempts: 3, initial_delay: 1s }')}]\n`;
  const attempts = async (retryable: boolean) => (await tried(text, { ask: { error: { status: 503, retryable } } })).timeline.steps[0]!.attempts;
  expect([await attempts(true), await attempts(false)]).toEqual([3, 1]);
});
