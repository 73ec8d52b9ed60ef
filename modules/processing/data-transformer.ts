/** Transforms what is handed to it, by the operations of `step.transform`, and hands it on. */
import { z } from 'zod';
import type { PlainStep } from '#contracts/module';
import { defineModule } from '#modules/define-module';
import { forwardSteps } from '#modules/lowering';

const config = z.strictObject({
  pipeline: z.string().optional().describe('Pipeline of the application that transforms.'),
  operations: z.array(z.any()).optional().describe('Operations of step.transform, done in order.'),
  description: z.string().optional().describe('What it does.'),
});

type Settings = z.output<typeof config>;

export const dataTransformer = defineModule({
  type: 'data.transformer',
  summary: 'Transforms what is handed to it: by a pipeline of the application, by operations of step.transform, or not at all, and hands it on.',
  config,
  ports: { offers: ['requests', 'messages'] },
  pipelines: ['pipeline'],
  lower(use) {
    const { pipeline, operations } = use.settings as Settings;
    const from = use.by === 'request' ? 'trigger.body' : 'trigger.data';
    const work: PlainStep[] = [];
    if (pipeline !== undefined && use.pipeline(pipeline) && use.step('step.workflow_call'))
      work.push({ name: 'transform', type: 'step.workflow_call', config: { workflow: pipeline, mode: 'sync', input: { _from: from } } });
    else if (operations) work.push({ name: 'transform', type: 'step.transform', config: { input_from: from, operations } });
    else work.push({ name: 'transform', type: 'step.set', config: { values: { value: { _from: from } } } });
    return { steps: [...work, ...forwardSteps(use, 'steps.transform')] };
  },
  example: `
name: order-transformer
type: data.transformer
config:
  description: Normalizes orders
`,
});
