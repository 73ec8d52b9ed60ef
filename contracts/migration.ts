/** Moving running executions to another version: what stands against it, and what the report of a version says. */
import { z } from 'zod';
import { cursor, environmentSchema } from '#contracts/api-parts';
import { EXECUTION_STATUSES } from '#contracts/execution';

const OBSTACLES = [
  'pipeline_gone',
  'ended',
  'being_undone',
  'step_gone',
  'step_changed',
  'block_changed',
  'compensation_gone',
  'passed_differs',
  'next_step_gone',
  'read_only',
] as const;

const obstacleSchema = z.object({ code: z.enum(OBSTACLES), message: z.string(), step: z.string().optional() }).meta({ id: 'MigrationObstacle' });
export type MigrationObstacle = z.infer<typeof obstacleSchema>;

const statusSchema = z.enum(EXECUTION_STATUSES);

/** What a version means for one running execution. */
const executionImpactSchema = z
  .object({
    execution_id: z.string(),
    pipeline: z.string(),
    version: z.number().int().meta({ description: 'What it is pinned to now' }),
    status: statusSchema,
    current_step: z.string().optional(),
    verdict: z
      .enum(['current', 'movable', 'blocked'])
      .meta({ description: 'current: it runs on this version already. The others go on as they are; `movable` ones could be moved' }),
    obstacles: z.array(obstacleSchema).meta({ description: 'Why it is blocked' }),
  })
  .meta({ id: 'ExecutionImpact' });

export type ExecutionImpact = z.infer<typeof executionImpactSchema>;

const countsSchema = z.object({ running: z.number().int(), current: z.number().int(), movable: z.number().int(), blocked: z.number().int() });

export const impactSchema = z
  .object({
    workflow: z.string(),
    environment: z.string(),
    version: z.number().int(),
    definition: z.string(),
    counts: countsSchema.meta({ description: 'Of the executions on this page' }),
    pipelines: z
      .array(countsSchema.extend({ pipeline: z.string(), version: z.number().int() }))
      .meta({ description: 'By pipeline and the version it runs on' }),
    executions: z.array(executionImpactSchema),
    next_cursor: z.string().nullable().meta({ description: 'Where the next page begins; null: these are all' }),
  })
  .meta({ id: 'Impact' });
export type Impact = z.infer<typeof impactSchema>;

const pageSize = z.coerce.number().int().min(1).max(100).optional().meta({ description: 'Executions looked at; 1 to 100, 50 when absent' });
export const impactQuery = z.strictObject({ environment: environmentSchema.default('production'), limit: pageSize, cursor });
export const deploymentImpactQuery = z.strictObject({ limit: pageSize, cursor });

export const migrateRequest = z
  .strictObject({
    version: z.number().int().min(1).optional().meta({ description: 'Version to move to; with the overrides of the environment where it is deployed' }),
    deployment_id: z.string().min(1).max(64).optional().meta({ description: 'In place of a version: what this deployment runs' }),
  })
  .superRefine(({ version, deployment_id }, context) => {
    if ((version === undefined) === (deployment_id === undefined))
      context.addIssue({ code: 'custom', path: ['version'], message: 'name a version or a deployment_id' });
  })
  .meta({ id: 'MigrateRequest', examples: [{ version: 4 }] });

export const migratedSchema = z
  .object({ execution_id: z.string(), status: statusSchema, version: z.number().int(), definition: z.string() })
  .meta({ id: 'Migrated' });

export const migrateAllRequest = z
  .strictObject({ environment: environmentSchema.default('production'), limit: z.number().int().min(1).max(100).optional(), cursor })
  .meta({ id: 'MigrateAllRequest', examples: [{ environment: 'production' }] });

export const migratedAllSchema = z
  .object({
    workflow: z.string(),
    environment: z.string(),
    version: z.number().int(),
    moved: z.array(z.string()).meta({ description: 'Executions that run on the version from now on' }),
    blocked: z.array(executionImpactSchema),
    next_cursor: z.string().nullable(),
  })
  .meta({ id: 'MigratedAll' });
