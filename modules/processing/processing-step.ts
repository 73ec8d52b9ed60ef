/** Work under a policy: tried again with growing waits, and within a time. */
import { z } from 'zod';
import type { JsonObject } from '#contracts/json';
import type { ModuleUse, PlainStep } from '#contracts/module';
import { defineModule } from '#modules/define-module';
import { forwardSteps } from '#modules/lowering';
import { runComponent } from '#modules/processing/component';

const stepConfig = z.strictObject({
  componentId: z.string().describe('Module of the type dynamic.component, or pipeline, that does the work.'),
  successTransition: z.string().optional().describe('Transition of the state machine after success.'),
  compensateTransition: z.string().optional().describe('Transition of the state machine when it has failed for good.'),
  maxRetries: z.number().int().min(0).max(20).default(2).describe('Attempts beside the first.'),
  retryBackoffMs: z.number().int().min(0).default(1000).describe('Wait before the second attempt, ms; doubled each time.'),
  timeoutSeconds: z.number().min(1).max(900).default(30).describe('Longest time of an attempt.'),
  bufferSize: z.number().int().optional().describe('No effect here: events wait in the queue of the region.'),
  cleanupInterval: z.string().optional().describe('No effect here: nothing has to be cleaned up.'),
  description: z.string().optional().describe('What it does.'),
});

type Step = z.output<typeof stepConfig>;

export const processingStep = defineModule({
  type: 'processing.step',
  summary:
    'Runs a component under a policy: retries with growing waits and a timeout. As a hook of a state machine it is followed by a transition, after success or after the last failure.',
  config: stepConfig,
  ports: { offers: ['requests', 'messages'], takes: [{ port: 'component', by: 'componentId', orPipeline: true }, { port: 'machine' }] },
  lower(use) {
    const { componentId, maxRetries, retryBackoffMs, timeoutSeconds } = use.settings as Step;
    const retry = { max_attempts: maxRetries + 1, backoff: 'exponential', initial_delay: `${retryBackoffMs}ms`, jitter: false };
    const policy: JsonObject = { ...(maxRetries > 0 ? { retry } : {}), timeout: `${timeoutSeconds}s` };
    return { steps: [workOf(use, componentId, policy), ...forwardSteps(use, 'steps.work')] };
  },
  example: `
name: step-validate
type: processing.step
config:
  componentId: inventory-checker
  successTransition: validation_passed
  compensateTransition: validation_failed
  maxRetries: 1
`,
});

function workOf(use: ModuleUse, componentId: string, policy: JsonObject): PlainStep {
  if (use.pipeline(componentId) && use.step('step.workflow_call')) {
    return { name: 'work', type: 'step.workflow_call', ...policy, config: { workflow: componentId, mode: 'sync', input: { _from: 'trigger' } } };
  }
  const component = use.module(componentId) ?? { name: componentId, type: 'dynamic.component', settings: {} };
  return runComponent(use, component, 'work');
}
