/** Requests and answers of replays; see `api.ts` for the rules. */
import { z } from 'zod';
import { mockSettings } from '#contracts/api-debugging';
import { executionStartedSchema } from '#contracts/api-executions';
import { environmentSchema, json, jsonObject } from '#contracts/api-parts';

const REPLAY_MODES = ['exact', 'modified', 'step_from'] as const;

export const replayRequest = z
  .strictObject({
    mode: z.enum(REPLAY_MODES).default('exact').meta({
      description: '`exact`: the same trigger. `modified`: the trigger with modifications. `step_from`: recorded outputs for all steps before from_step',
    }),
    modifications: jsonObject.nullish().meta({
      description: 'Merged into what triggered the execution (RFC 7396: null removes a field); for `modified` and `step_from`',
      examples: [{ quantity: 1 }],
    }),
    trigger_data: json.optional().meta({ description: 'In place of modifications: the whole trigger, as the pipeline sees it under `trigger`' }),
    from_step: z.string().min(1).max(256).nullish().meta({ description: 'For `step_from`: the first step that runs for real' }),
    target_environment: environmentSchema
      .nullish()
      .meta({ description: "Another environment: what is deployed there runs. Default: the origin's environment and its very definition" }),
    version: z.number().int().min(1).optional().meta({ description: 'Another version of the definition' }),
    record_as: z.string().min(1).max(64).default('replay').meta({ description: 'Tag of the new execution' }),
    dry_run: z
      .boolean()
      .default(false)
      .meta({ description: 'Every effect is taken from the record of the origin; one that is not there fails, and nothing goes out' }),
    mocks: mockSettings.optional().meta({
      description:
        'For this replay only, by step: what it comes to. Nothing of the replay goes out then: a step with an effect that has no mock fails with `step_not_mocked`, or, in a dry run, is taken from the record. What `step_from` takes from the record has no mock',
    }),
  })
  .superRefine((body, context) => {
    const refuse = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message });
    const modifies = Object.keys(body.modifications ?? {}).length > 0;
    if (body.mode === 'exact' && modifies) refuse('modifications', 'for the modes modified and step_from only');
    if (body.mode === 'exact' && body.trigger_data !== undefined) refuse('trigger_data', 'for the modes modified and step_from only');
    if (modifies && body.trigger_data !== undefined) refuse('trigger_data', 'send either modifications or trigger_data');
    if (body.mode === 'step_from' && !body.from_step) refuse('from_step', 'name the step to start from');
    if (body.mode !== 'step_from' && body.from_step) refuse('from_step', 'for the mode step_from only');
    if (body.mocks && Object.keys(body.mocks).length === 0) refuse('mocks', 'name at least one step');
  })
  .meta({ id: 'ReplayRequest', examples: [{ mode: 'modified', modifications: { quantity: 1 }, record_as: 'replay' }] });

export const replayStartedSchema = executionStartedSchema
  .extend({
    replay_of: z.string().meta({ description: 'The origin' }),
    replay_mode: z.enum(REPLAY_MODES),
    environment: z.string(),
    version: z.number().int(),
  })
  .meta({ id: 'ReplayStarted' });
