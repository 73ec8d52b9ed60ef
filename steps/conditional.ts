/**
 * Where the run goes next. The engine jumps; this file only says what may be written.
 */
import { z } from 'zod';
import { Problem } from '#contracts/problems';
import { path } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';

const target = z.string().min(1);

const config = z
  .strictObject({
    field: path.optional().describe('Path of the value that chooses. A missing value chooses the route "".'),
    expression: z.string().optional().describe('An expression whose value chooses, instead of field.'),
    routes: z
      .record(z.string(), target)
      .optional()
      .describe('Step to go to, by value written as text: "true", "200", "express". The key default is the same as the setting default.'),
    cases: z.array(z.string()).optional().describe('The values that are expected. Each needs a route, or a default.'),
    default: target.optional().describe('Step to go to when no route fits. Without it that is an error.'),
    if: z.string().optional().describe('A condition, instead of field and routes.'),
    // biome-ignore lint/suspicious/noThenProperty: the dialect's name
    then: target.optional().describe('Step to go to when the condition holds.'),
    else: target.optional().describe('Step to go to when it does not. Default: the next step.'),
  })
  .refine((c) => c.if !== undefined || c.field !== undefined || c.expression !== undefined, {
    message: 'either field with routes, or if with then',
    path: ['field'],
  })
  .refine((c) => c.if !== undefined || c.routes !== undefined || c.default !== undefined, { message: 'routes are needed', path: ['routes'] })
  .refine((c) => c.if === undefined || c.then !== undefined, { message: 'if needs then', path: ['then'] })
  .refine((c) => c.if === undefined || (c.field === undefined && c.expression === undefined && c.routes === undefined), {
    message: 'if stands alone: not together with field, expression or routes',
    path: ['if'],
  })
  .refine((c) => c.if !== undefined || (c.then === undefined && c.else === undefined), { message: 'then and else need if', path: ['then'] })
  .refine((c) => (c.cases ?? []).every((value) => c.routes?.[value] !== undefined || c.default !== undefined || c.routes?.default !== undefined), {
    message: 'a case has no route, and there is no default',
    path: ['cases'],
  });

export const conditional = defineStep({
  type: 'step.conditional',
  summary: 'Jumps to a step by a value or a condition; the run goes on from there in order.',
  kind: 'conditional',
  pure: true,
  config,
  paths: ['field'],
  expressions: ['if', 'expression'],
  example: `
name: check-found
type: step.conditional
config:
  field: steps.get-company.found
  routes:
    "false": not-found
  default: respond
`,
  output: '{value, route}; the timeline shows the target as well.',
  run() {
    throw new Problem('step_failed', 'A conditional is routed, never run.');
  },
});
