/** Settings of steps that are made of steps. What stands in the steps is checked by their own schemas. */
import { z } from 'zod';
import { Problem } from '#contracts/problems';

/** A step within a block: `name`, `type` and `config`, or its settings beside `type`. */
export const innerStep = z.looseObject({ name: z.string().optional(), type: z.string() }).meta({ step: true });

export const innerSteps = z.array(innerStep).min(1);

/** Steps in order, or a single one. */
export const lane = z.union([innerSteps, innerStep]);

export const errorStrategy = z.enum(['fail_fast', 'collect_errors']);

/** A block is entered, never run. */
export function neverRun(): never {
  throw new Problem('step_failed', 'A block runs its steps; it is never run itself.');
}

/** One of two ways to write the body. */
export function oneBody({ step, steps }: { step?: unknown; steps?: unknown }): boolean {
  return (step === undefined) !== (steps === undefined);
}

export const BODY_MESSAGE = 'either step or steps';

/** The steps that are tried again as a whole. */
export const triedSteps = {
  step: innerStep.optional().describe('The one step.'),
  steps: innerSteps.optional().describe('The steps, in order; a failure of any of them begins anew with the first. Instead of step.'),
};

export const TRIED_OUTPUT = 'What the steps came to, with `retry_attempts`, and `fallback` where there is one.';
