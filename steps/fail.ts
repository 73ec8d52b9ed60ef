/** Fails on purpose, with a code that retry policies, dead letters and callers can decide on. */
import { z } from 'zod';
import { errorInfo } from '#contracts/problems';
import { compact, json } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';

const config = z.strictObject({
  message: z.string().min(1).describe('What happened, for people.'),
  reason: z.string().optional().describe('A name of the failure for programs, kept in the details of the error.'),
  retryable: z.boolean().default(false).describe('Whether another attempt may help.'),
  details: json.optional().describe('Further facts.'),
});

interface Input {
  message: string;
  reason?: string;
  retryable: boolean;
  details?: z.infer<typeof json>;
}

export const fail = defineStep({
  type: 'step.fail',
  summary: 'Fails the pipeline on purpose, with a message and a reason.',
  pure: true,
  config,
  example: `
name: out-of-stock
type: step.fail
config:
  message: "{{ .sku }} is out of stock."
  reason: out_of_stock
`,
  output: 'None: it fails with the code step_failed; reason and details stand in its details.',
  run({ message, reason, retryable, details }: Input) {
    const facts = compact({ reason, details });
    return { kind: 'failed', error: errorInfo('step_failed', message, { retryable, ...(Object.keys(facts).length > 0 ? { details: facts } : {}) }) };
  },
});
