/** Trying a document without storing it; see `api.ts` for the rules. */
import { z } from 'zod';
import { formerWorkflow, instant, json, jsonObject } from '#contracts/api-parts';
import { timelineSchema } from '#contracts/api-timeline';
import { slugSchema } from '#contracts/ids';
import { outlinePipelineSchema } from '#contracts/outline';
import { mocks, signal } from '#contracts/yaml-tests';

/** Events after which a trial is left where it stands. */
export const MOST_TRIAL_EVENTS = 5000;
const MOST_SIGNALS = 100;

export const trialRequest = z
  .strictObject({
    config: z.union([z.string().min(1), jsonObject]).meta({ description: 'The application as YAML text or as an object' }),
    name: slugSchema.optional().meta({ description: 'What it is called, where the document does not say it' }),
    workflow: formerWorkflow.optional(),
    pipeline: z.string().min(1).max(256).meta({ description: 'The pipeline that is run' }),
    trigger_data: json.optional().meta({ description: 'What starts it; for HTTP the parts of the request that matter' }),
    mocks: mocks
      .optional()
      .meta({ description: 'By step: what comes of an effect. A list is gone through attempt by attempt, its last entry stays; `delay` is how long it takes' }),
    signals: z.array(signal).max(MOST_SIGNALS).optional().meta({ description: 'What comes from outside, and when' }),
    now: z.iso.datetime({ offset: true }).optional().meta({ description: 'When it starts; now, when absent' }),
  })
  .meta({
    id: 'TrialRequest',
    examples: [
      {
        config: 'name: hello\npipelines:\n  greet:\n    steps:\n      - { name: ask, type: step.http_call, config: { url: "https://example.com" } }\n',
        pipeline: 'greet',
        mocks: { ask: { output: { ok: true } } },
      },
    ],
  });

export const trialSchema = z
  .object({
    timeline: timelineSchema.extend({ execution_id: z.string() }),
    ended: z.boolean().meta({ description: 'false: it waits for a signal that does not come, or was left after too many events' }),
    clock: instant.meta({ description: 'Where its clock stands in the end' }),
    response: z
      .object({ status: z.number().int(), headers: z.record(z.string(), z.string()), body: z.string() })
      .nullable()
      .meta({ description: 'What an HTTP caller would get, where the pipeline answers' }),
    effects: z.array(z.object({ step: z.string(), undo: z.boolean(), input: json })).meta({ description: 'All that would have gone out, in order' }),
    unmocked: z.array(z.string()).meta({ description: 'Steps with an effect that no mock speaks of; they failed with `step_not_mocked`' }),
    outline: outlinePipelineSchema.meta({ description: 'Where the steps of the pipeline stand in the text' }),
    refused: z.array(z.string()).meta({ description: 'Signals that the step which waits would not take, and why' }),
  })
  .meta({ id: 'Trial' });

export type Trial = z.output<typeof trialSchema>;
