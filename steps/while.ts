/** The same steps again and again, while a condition holds. */
import { z } from 'zod';
import { LIMITS } from '#contracts/limits';
import { BODY_MESSAGE, innerStep, innerSteps, neverRun, oneBody } from '#steps/block-schemas';
import { json } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';

const config = z
  .strictObject({
    condition: z.string().min(1).describe('Tested before each time round; it sees the outputs of the time before as steps.<name>.'),
    max_iterations: z.number().int().min(1).max(LIMITS.loopRounds).default(1000).describe('More times round than this is an error.'),
    iteration_var: z
      .string()
      .regex(/^[A-Za-z_]\w*$/)
      .optional()
      .describe('Name under which the steps see `{index, first}`.'),
    accumulate: z
      .strictObject({
        key: z.string().min(1).describe('Key in the output.'),
        from: json.describe('A path or template, taken after each time round; a list is added item by item.'),
      })
      .optional()
      .describe('Gathers a value of each time round into a list.'),
    step: innerStep.optional().describe('The one step.'),
    steps: innerSteps.optional().describe('The steps, in order. Instead of step.'),
  })
  .refine(oneBody, { message: BODY_MESSAGE, path: ['step'] });

export const whileStep = defineStep({
  type: 'step.while',
  summary: 'Runs its steps again and again while a condition holds, up to a bound.',
  kind: 'while',
  pure: true,
  config,
  expressions: ['condition'],
  example: `
name: all-pages
type: step.while
config:
  condition: steps.fetch.next is distinct from ""
  max_iterations: 50
  iteration_var: page
  accumulate:
    key: rows
    from: steps.fetch.rows
  step:
    name: fetch
    type: step.http_call
    config:
      url: https://orders.example/pages/{{ .page.index }}
`,
  output: '`{iterations}`, and with accumulate the list under its key. The outputs of the last time round are seen afterwards, as `steps.<name>`.',
  run: neverRun,
});
