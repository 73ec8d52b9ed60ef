/** One of several ways, and then back on the common one. */
import { z } from 'zod';
import { lane, neverRun } from '#steps/block-schemas';
import { path } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';

const config = z
  .strictObject({
    field: path.optional().describe('Path of the value that chooses. A missing value chooses the branch "".'),
    expression: z.string().optional().describe('An expression whose value chooses, instead of field.'),
    branches: z.record(z.string(), lane).describe('The steps of each way, by value written as text: "true", "200", "express".'),
    default: lane.optional().describe('The steps when no branch fits. Without it that is an error.'),
    merge_step: z.string().optional().describe('Where the run goes on afterwards. Default: the next step.'),
  })
  .refine((c) => (c.field === undefined) !== (c.expression === undefined), { message: 'either field or expression', path: ['field'] });

export const branch = defineStep({
  type: 'step.branch',
  summary: 'Runs one of its branches, chosen by a value, and then goes on at merge_step.',
  kind: 'branch',
  pure: true,
  config,
  paths: ['field'],
  expressions: ['expression'],
  example: `
name: ship-by-kind
type: step.branch
config:
  field: trigger.kind
  branches:
    express:
      - name: courier
        type: step.http_call
        config:
          url: https://shipping.example/express
          method: POST
  default:
    - name: post
      type: step.log
      config:
        message: sent by post
`,
  output: '`{branch, matched_value}`. The outputs of the steps of the branch are seen afterwards, as `steps.<name>`.',
  run: neverRun,
});
