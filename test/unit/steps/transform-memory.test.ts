/** Memory of transforms: what the document says of the tenant holds below what the step asks for. */
import { beforeAll, expect, it } from 'vitest';
import type { Definition } from '#contracts/definition';
import { createEvaluator } from '#language/evaluator';
import { loadEngine } from '#sandbox/engine';
import { stepCatalog, steps } from '#steps/registry';

const evaluator = createEvaluator(steps, stepCatalog);
const frame = (tenant: string) => ({
  definition: { bounds: { isolation: { small: { transform_bytes: 1_100_000 }, default: { transform_bytes: 33_554_432 } } } } as unknown as Definition,
  pipeline: {} as never,
  context: { trigger: {}, steps: {}, meta: { tenant } },
  now: 0,
});
/** Builds some 4 MB. */
const jq = { expression: '[range(100000)] | map("item number \\(.)") | length' };
const js = {
  code: 'function transform() { const list = []; for (let i = 0; i < 60000; i++) list.push({ at: i }); return list.length; }',
  timeout_ms: 5000,
  memory_bytes: 33_554_432,
};

beforeAll(() => loadEngine());

it.each([
  ['step.jq', jq, 100_000],
  ['step.js', js, 60_000],
])('%s has what its tenant has', (type, input, output) => {
  expect(evaluator.run(type, input, frame('large'))).toEqual({ kind: 'completed', output });
  expect(evaluator.run(type, input, frame('small'))).toMatchObject({ kind: 'failed', error: { code: 'program_limit' } });
});
