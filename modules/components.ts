/** Components that an application brings along, and the steps that run them under a policy. */
import { z } from 'zod';
import type { JsonObject } from '#contracts/json';
import type { ModuleUse, ModuleView, PlainStep } from '#contracts/module';
import { defineModule } from '#modules/define-module';
import { forwardSteps } from '#modules/lowering';

const componentConfig = z.strictObject({
  source: z.string().optional().describe('File of the component. A JavaScript file of the same name (.js) beside it, or code, is what runs here.'),
  code: z.string().optional().describe('The component as JavaScript: function transform(ctx) { … }.'),
  componentId: z.string().optional().describe('Name of the component. Default: the name of the module.'),
  provides: z.array(z.string()).optional().describe('What it offers, for the reader.'),
  requires: z.array(z.string()).optional().describe('What it needs, for the reader.'),
  description: z.string().optional().describe('What it does.'),
});

type Component = z.output<typeof componentConfig>;

export const dynamicComponent = defineModule({
  type: 'dynamic.component',
  summary:
    'A component of the application itself. JavaScript runs in a sandbox; a component in another language loads, and fails with a plain message where it is used, until a JavaScript one of its name is given.',
  config: componentConfig,
  notices(settings) {
    const { source, code } = settings as Component;
    if (code !== undefined || source === undefined || /\.m?js$/.test(source)) return [];
    return [
      {
        severity: 'warning',
        setting: 'source',
        message: `The component has no implementation here: ${source} is not JavaScript. What uses it fails until one is given.`,
        hint: `Give ${source.replace(/\.\w+$/, '.js')} with function transform(ctx), or the setting code.`,
      },
    ];
  },
  files: [],
  lower: (use) => ({ steps: [runComponent(use, use, 'run'), ...forwardSteps(use, 'steps.run')] }),
  example: `
name: inventory-checker
type: dynamic.component
config:
  code: "function transform(ctx) { return { available: ctx.quantity < 10 }; }"
`,
});

/** The component as a step: its JavaScript, or the failure that says what is missing. */
function runComponent(use: ModuleUse, component: ModuleView, name: string): PlainStep {
  const { code, source } = component.settings as Component;
  const file = source === undefined ? undefined : (use.file(source.replace(/\.\w+$/, '.js')) ?? (source.endsWith('.js') ? use.file(source) : undefined));
  const script = code ?? file;
  if (script !== undefined && use.step('step.js')) return { name, type: 'step.js', config: { code: script } };
  const message = `The component ${component.name} has no implementation here. Give it as JavaScript: ${(source ?? `${component.name}.go`).replace(/\.\w+$/, '.js')} beside the document, or the setting code.`;
  return {
    name,
    type: 'step.fail',
    config: { message, reason: 'component_missing', details: { component: component.name, ...(source === undefined ? {} : { source }) } },
  };
}

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
