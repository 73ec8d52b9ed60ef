/** The same steps for each item of a list. */
import { z } from 'zod';
import { LIMITS } from '#contracts/limits';
import { BODY_MESSAGE, errorStrategy, innerStep, innerSteps, neverRun, oneBody } from '#steps/block-schemas';
import { json } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';

const name = z.string().regex(/^[A-Za-z_]\w*$/, 'a name of letters, digits and _');

const config = z
  .strictObject({
    collection: json.optional().describe(`The list: a path such as steps.load.rows, a template, or the list itself; ${LIMITS.foreachItems} items at most.`),
    items: json.optional().meta({ deprecated: true, use: 'collection' }).describe('An older spelling of collection.'),
    item_var: name.default('item').describe('Name of the item at the top level of what the steps see.'),
    item_key: name.optional().meta({ deprecated: true, use: 'item_var' }).describe('An older spelling of item_var.'),
    index_var: name.default('index').describe('Name of its place in the list, from 0.'),
    index_key: name.optional().meta({ deprecated: true, use: 'index_var' }).describe('An older spelling of index_var.'),
    concurrency: z
      .number()
      .int()
      .min(1)
      .max(LIMITS.foreachConcurrency)
      .default(1)
      .describe('How many items are worked on at the same time. Results keep the order of the items.'),
    error_strategy: errorStrategy
      .default('fail_fast')
      .describe(
        'fail_fast: the first failure stops the others and fails the step. collect_errors: all items are worked on; the results of the failed ones say why.',
      ),
    step: innerStep.optional().describe('The one step for each item.'),
    steps: innerSteps.optional().describe('The steps for each item, in order. Instead of step.'),
  })
  .refine((c) => c.collection !== undefined, { message: 'the list to go through', path: ['collection'] })
  .refine(oneBody, { message: BODY_MESSAGE, path: ['step'] });

export const foreach = defineStep({
  type: 'step.foreach',
  summary: 'Runs its steps for each item of a list, one after the other or several at a time.',
  kind: 'foreach',
  pure: true,
  config,
  example: `
name: charge-each
type: step.foreach
config:
  collection: trigger.orders
  item_var: order
  concurrency: 5
  steps:
    - name: charge
      type: step.http_call
      config:
        url: https://payments.example/charges
        method: POST
        body:
          order_id: "{{ .order.id }}"
`,
  output:
    '`{results, count}`: what each item came to (the output of its one step; of several, their fields in one object), in the order of the items. With collect_errors a failed item gives `{_error, _index}`, and `error_count` says how many.',
  run: neverRun,
});
