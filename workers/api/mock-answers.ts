/** What the mocks of a request say of the steps of a pipeline. */
import type { z } from 'zod';
import type { mockSettings } from '#contracts/api-debugging';
import type { MockAnswer } from '#contracts/debugging';
import type { Pipeline } from '#contracts/definition';
import { errorInfo, Problem } from '#contracts/problems';
import { stepOf } from '#workers/api/board-of';

const RETRYABLE = new Set([408, 425, 429]);

type Given = z.output<typeof mockSettings>;

/** Throws Problem: unknown_step, not_mockable. */
export function answersOf(given: Given, pipeline: Pipeline): { [step: string]: MockAnswer[] } {
  const steps: { [step: string]: MockAnswer[] } = {};
  for (const [step, setting] of Object.entries(given)) {
    const node = stepOf(pipeline, step);
    if (node.kind !== 'activity')
      throw new Problem('not_mockable', `${step} is a ${node.type}: it only says where the run goes. Mock the steps that it leads to, or looks at.`);
    steps[step] = ('answers' in setting ? setting.answers : [setting]).map(answerOf);
  }
  return steps;
}

type GivenAnswer = Exclude<Given[string], { answers: unknown }>;

function answerOf({ output, error, delay_ms }: GivenAnswer): MockAnswer {
  const delay = delay_ms ? { delay_ms } : {};
  if (!error) return { output: output ?? {}, ...delay };
  const { status, message } = error;
  const code = error.code ?? (status === undefined ? 'step_failed' : 'upstream_status');
  const retryable = error.retryable ?? (status === undefined ? undefined : status >= 500 || RETRYABLE.has(status));
  const more = { ...(status === undefined ? {} : { status }), ...(retryable === undefined ? {} : { retryable }) };
  return { error: errorInfo(code, message ?? (status === undefined ? 'As mocked.' : `As mocked: ${status}.`), more), ...delay };
}
