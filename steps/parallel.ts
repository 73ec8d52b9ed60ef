/** Lanes that run at the same time. */
import { z } from 'zod';
import { errorStrategy, innerSteps, lane, neverRun } from '#steps/block-schemas';
import { defineStep } from '#steps/define-step';

const named = z.strictObject({ name: z.string(), steps: innerSteps });

const config = z
  .strictObject({
    steps: innerSteps.optional().describe('Each step is a branch of its own, named like the step.'),
    branches: z
      .union([z.record(z.string(), lane), z.array(z.union([named, lane]))])
      .optional()
      .describe('Branches of several steps: by name, or a list of `{name, steps}`. Instead of steps.'),
    wait: z
      .union([z.enum(['all', 'any']), z.number().int().min(1)])
      .default('all')
      .describe('How many branches must complete: all, any (the first), or a number. The others are stopped then.'),
    error_strategy: errorStrategy
      .default('fail_fast')
      .describe(
        'With wait: all. fail_fast: the first failure stops the others and fails the step. collect_errors: all run; the step fails only when all have.',
      ),
  })
  .refine((c) => (c.steps === undefined) !== (c.branches === undefined), { message: 'either steps or branches', path: ['steps'] });

export const parallel = defineStep({
  type: 'step.parallel',
  summary: 'Runs its branches at the same time and waits for them.',
  kind: 'parallel',
  pure: true,
  config,
  example: `
name: fetch-all
type: step.parallel
config:
  error_strategy: collect_errors
  branches:
    profile:
      - name: load
        type: step.http_call
        config:
          url: https://users.example/profile
    orders:
      - name: list
        type: step.http_call
        config:
          url: https://orders.example/orders
`,
  output:
    '`{results, errors, completed, failed}`: by branch, what it came to (the output of its one step; of several, their fields in one object) or why it failed; and how many of each.',
  run: neverRun,
});
