/** Idempotency keys, of pipelines and of steps: listed, looked up, released; see `api.ts` for the rules. */
import { z } from 'zod';
import { statusSchema } from '#contracts/api-executions';
import { environmentSchema, instant, json, jsonObject, listLimit, page, projectId } from '#contracts/api-parts';
import { KEY_STATES } from '#contracts/key-store';

/** Whose it is: a start of a pipeline, or an effect of a step. */
export const KEY_SCOPES = ['pipeline', 'step'] as const;
export type KeyScopeName = (typeof KEY_SCOPES)[number];

const PHASES = ['run', 'compensate'] as const;
/** A cursor holds a key, which has any length. */
const MOST_CURSOR = 16_000;

const scope = z.enum(KEY_SCOPES).meta({ description: 'pipeline: a start with the key answers its execution; step: its effect is had once under it' });
const state = z
  .enum(KEY_STATES)
  .meta({ description: 'running: who comes with it waits, or gets the running execution; answered: gets what came of it; expired: it is free again' });

export const idempotencyKeyQuery = z.strictObject({
  environment: environmentSchema.default('production').meta({ description: 'Keys are apart in each environment; production when absent' }),
  phase: z.enum(PHASES).default('run').meta({ description: '`compensate`: a key of an undoing' }),
});

export const idempotencyKeySchema = z
  .object({
    key: z.string(),
    environment: z.string(),
    phase: z.enum(PHASES),
    status: z
      .enum(['stored', 'under_way'])
      .meta({ description: 'stored: the effect was had, and its result is given again; under_way: somebody has it right now' }),
    execution_id: z.string().meta({ description: 'The execution that had, or has, the effect' }),
    step: z.string(),
    expires_at: instant.meta({ description: 'When the key is free again; of one under way, when its holder counts as lost' }),
    output: json.optional(),
    response: jsonObject.optional(),
  })
  .meta({ id: 'IdempotencyKey' });

export const idempotencyKeysQuery = z.strictObject({
  scope: scope.default('pipeline'),
  q: z.string().min(1).max(200).optional().meta({ description: 'Text in the key, in any case' }),
  prefix: z.string().min(1).max(256).optional().meta({ description: 'What the key begins with' }),
  state: state.optional(),
  workflow: z.string().min(1).max(128).optional().meta({ description: 'Name or id' }),
  pipeline: z.string().min(1).max(256).optional().meta({ description: '`pipeline` or `workflow.pipeline`' }),
  project: projectId.optional().meta({ description: 'Of the workflows that are in this project now' }),
  environment: environmentSchema.optional(),
  limit: listLimit,
  cursor: z.string().min(1).max(MOST_CURSOR).optional().meta({ description: '`next_cursor` of the previous page' }),
});

export const listedKeySchema = z
  .object({
    scope,
    key: z.string(),
    environment: z.string(),
    workflow: z.string().meta({ description: 'Of the execution that holds it' }),
    pipeline: z.string(),
    step: z.string().optional().meta({ description: 'Of a key of a step' }),
    phase: z.enum(PHASES).optional().meta({ description: 'Of a key of a step; `compensate`: of its undoing' }),
    execution_id: z.string().meta({ description: 'The execution that a start with the key answers, or that had, or has, the effect' }),
    execution_status: statusSchema.optional().meta({ description: 'Of a key of a pipeline: how its execution stands' }),
    state,
    taken_at: instant,
    expires_at: instant.meta({ description: 'When it is, or was, free again; of a running effect, when its holder counts as lost' }),
    region: z.string().meta({ description: 'Where its execution lives' }),
  })
  .meta({ id: 'ListedIdempotencyKey' });

export const idempotencyKeyPage = page('IdempotencyKeyPage', listedKeySchema).extend({
  regions: z
    .array(z.object({ region: z.string(), status: z.enum(['ok', 'unavailable']) }))
    .optional()
    .meta({ description: 'Regions that were asked, where the tenant has several. Keys of one that is unavailable are missing from the page.' }),
});

const reason = z.string().min(1).max(500).optional().meta({ description: 'Why; kept in the log of the execution, and in the audit log' });
export const releaseKeyRequest = z
  .strictObject({ reason })
  .meta({ id: 'KeyRelease', examples: [{ reason: 'The customer was charged by mistake, and refunded by hand' }] });

export const keyReleasedSchema = z
  .object({
    scope,
    key: z.string(),
    environment: z.string(),
    execution_id: z.string().meta({ description: 'The execution that held it' }),
    released_at: instant,
    expired_at: instant.meta({ description: 'When it would have been free by itself' }),
  })
  .meta({ id: 'KeyReleased' });
